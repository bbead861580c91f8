// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// A name for one object of the middle that never changes and is never used again.
///
/// Written as `<prefix>_<26 characters>`: 48 bits of time and 80 random bits in Crockford's base 32, so that
/// identifiers sort by age and can be read over the telephone.
package struct Identifier<Kind: IdentifierKind>: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible
{
    /// The text form.
    package let rawValue: String

    /// Takes the text form as it was stored or typed.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Makes a new identifier for something that begins at `milliseconds` since 1970.
    package static func new(milliseconds: Int64) -> Self {
        let alphabet = crockford
        let time = UInt64(clamping: milliseconds)
        var characters = Array(Kind.prefix.utf8)
        characters.reserveCapacity(characters.count + 27)
        characters.append(UInt8(ascii: "_"))
        for shift in stride(from: 45, through: 0, by: -5) { characters.append(alphabet[Int(time >> shift & 31)]) }
        // Five of the eight bits of an octet are a character: sixteen octets, eighty bits.
        for octet in SecureRandom.bytes(16) { characters.append(alphabet[Int(octet & 31)]) }
        return Self(rawValue: String(decoding: characters, as: UTF8.self))
    }

    /// The text form.
    package var description: String { rawValue }

    /// Whether what it names began later, to the millisecond, than what another names.
    package func isYounger(than other: Identifier<some IdentifierKind>) -> Bool { beginning > other.beginning }

    /// The characters that tell the time.
    private var beginning: Substring { rawValue.drop { $0 != "_" }.prefix(11) }
}

private let crockford = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

/// What an ``Identifier`` identifies; the prefix makes a pasted identifier tell what it is.
package protocol IdentifierKind {
    /// One or two lower-case letters.
    static var prefix: String { get }
}

/// Marks identifiers of devices, `d_…`.
package enum DeviceKind: IdentifierKind { package static let prefix = "d" }
/// Marks identifiers of credentials, `cr_…`.
package enum CredentialKind: IdentifierKind { package static let prefix = "cr" }
/// Marks identifiers of enrolments, `en_…`.
package enum EnrollmentKind: IdentifierKind { package static let prefix = "en" }
/// Marks identifiers of challenges, `ch_…`.
package enum ChallengeKind: IdentifierKind { package static let prefix = "ch" }
/// Marks identifiers of API tokens, `tk_…`.
package enum TokenKind: IdentifierKind { package static let prefix = "tk" }

package typealias DeviceID = Identifier<DeviceKind>
package typealias CredentialID = Identifier<CredentialKind>
package typealias EnrollmentID = Identifier<EnrollmentKind>
package typealias ChallengeID = Identifier<ChallengeKind>
package typealias TokenID = Identifier<TokenKind>

/// The short name of a certification authority, as it stands in URLs: `root`, `issuing`, `issuing-2`.
package struct AuthorityID: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }
}

/// The short name of an enrolment endpoint, as it stands in URLs: `default`, `apple`.
package struct EndpointID: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }
    /// The endpoint that exists from the first start.
    package static let `default` = EndpointID(rawValue: "default")
}

/// The organisation every object belongs to.
///
/// One exists until a second is made, and nobody sees it before.
package struct OrganizationID: Hashable, Sendable, Codable, RawRepresentable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    /// The single organisation of a new installation.
    package static let `default` = OrganizationID(rawValue: "default")
}
