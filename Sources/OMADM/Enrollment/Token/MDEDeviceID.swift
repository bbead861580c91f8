// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The name a device gives itself for its whole enrolment; the common name of its certificate.
///
/// Windows sends 32 hexadecimal digits. Other clients send UUIDs and the like, so that every form is taken that needs no
/// escaping in a distinguished name, in an address or in XML.
///
/// Source: MS-MDE2, section 3.4.4.1.1.1 (context item DeviceID).
public struct MDEDeviceID: Hashable, Sendable {
    /// The name.
    public let text: String

    /// Letters a name may have; a common name has at most 64.
    ///
    /// Source: RFC 5280, appendix A.1 (ub-common-name).
    public static let limit = 64

    /// Takes a name.
    ///
    /// - Throws: ``MDEError/invalidDeviceID`` unless it is 1 to 64 letters, digits, `.`, `:`, `_` or `-`.
    public init(parsing text: String) throws(MDEError) {
        guard (1...Self.limit).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
            throw .invalidDeviceID
        }
        self.text = text
    }

    private static func isAllowed(_ octet: UInt8) -> Bool { octet.isWordCharacter || ".:".utf8.contains(octet) }

    /// Whether both are the same device: hexadecimal digits count in either case.
    public func matches(_ other: String) -> Bool { text.lowercased() == other.lowercased() }
}

extension MDEDeviceID: CustomStringConvertible {
    /// The name.
    public var description: String { text }
}
