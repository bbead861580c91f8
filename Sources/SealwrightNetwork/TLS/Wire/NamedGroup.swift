// SPDX-License-Identifier: Apache-2.0

/// A group keys are agreed in.
///
/// Source: RFC 8446, section 4.2.7; the IANA registry of TLS supported groups.
package struct NamedGroup: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let secp256r1 = NamedGroup(rawValue: 23)
    package static let secp384r1 = NamedGroup(rawValue: 24)
    package static let secp521r1 = NamedGroup(rawValue: 25)
    package static let x25519 = NamedGroup(rawValue: 29)
    package static let x448 = NamedGroup(rawValue: 30)

    /// What a client of ours names in a hello that asks what the peer can do.
    package static let usual: [NamedGroup] = [
        .x25519, .secp256r1, .secp384r1, .secp521r1, .x448,
        NamedGroup(rawValue: 256), NamedGroup(rawValue: 257), NamedGroup(rawValue: 258),
    ]

    /// What the TLS library names in a handshake of ours.
    package static let offered: Set<NamedGroup> = [
        NamedGroup(rawValue: 4_588), .x25519, .secp256r1, .secp384r1,
    ]

    private static let names: [UInt16: String] = [
        19: "secp192r1", 21: "secp224r1", 22: "secp256k1", 23: "P-256", 24: "P-384", 25: "P-521", 29: "X25519",
        30: "X448", 256: "ffdhe2048", 257: "ffdhe3072", 258: "ffdhe4096", 259: "ffdhe6144", 260: "ffdhe8192",
        4_587: "SecP256r1MLKEM768", 4_588: "X25519MLKEM768",
    ]
}

extension NamedGroup: CustomStringConvertible {
    /// `X25519`, `P-256`; the number when it has no name here.
    package var description: String { Self.names[rawValue] ?? "group \(rawValue)" }
}
