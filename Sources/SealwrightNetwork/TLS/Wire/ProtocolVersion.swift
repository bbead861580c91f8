// SPDX-License-Identifier: Apache-2.0

/// A version of SSL or TLS, by the number it has on the wire.
///
/// Source: RFC 8446, section 4.2.1; RFC 6101.
package struct ProtocolVersion: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let ssl3 = ProtocolVersion(rawValue: 0x0300)
    package static let tls10 = ProtocolVersion(rawValue: 0x0301)
    package static let tls11 = ProtocolVersion(rawValue: 0x0302)
    package static let tls12 = ProtocolVersion(rawValue: 0x0303)
    package static let tls13 = ProtocolVersion(rawValue: 0x0304)

    /// The versions with a name, the oldest first.
    package static let all: [ProtocolVersion] = [.ssl3, .tls10, .tls11, .tls12, .tls13]
}

extension ProtocolVersion: Comparable {
    /// The older first.
    package static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rawValue < right.rawValue }
}

extension ProtocolVersion: CustomStringConvertible {
    /// `TLSv1.3`.
    package var description: String {
        switch self {
        case .ssl3: "SSLv3"
        case .tls10: "TLSv1.0"
        case .tls11: "TLSv1.1"
        case .tls12: "TLSv1.2"
        case .tls13: "TLSv1.3"
        default: "version 0x" + String(rawValue, radix: 16)
        }
    }
}
