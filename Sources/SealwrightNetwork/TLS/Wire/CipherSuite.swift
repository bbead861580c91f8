// SPDX-License-Identifier: Apache-2.0

/// A cipher suite, by its number on the wire.
///
/// Source: the IANA registry of TLS cipher suites; RFC 8446, appendix B.4.
package struct CipherSuite: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Signals that the client knows RFC 5746; not a suite.
    package static let emptyRenegotiationInfo = CipherSuite(rawValue: 0x00FF)
    /// `TLS_AES_128_GCM_SHA256`.
    static let aes128GCMSHA256 = CipherSuite(rawValue: 0x1301)
    /// `TLS_AES_256_GCM_SHA384`.
    static let aes256GCMSHA384 = CipherSuite(rawValue: 0x1302)

    /// IANA's name, or the number.
    package var name: String { Self.names[rawValue] ?? "suite 0x" + String(rawValue, radix: 16, uppercase: true) }

    /// Whether it belongs to TLS 1.3, which knows no others.
    package var isTLS13: Bool { (0x1301...0x1305).contains(rawValue) }

    /// Whether a key that becomes known later opens nothing that was recorded before.
    package var isForwardSecret: Bool { isTLS13 || name.contains("DHE_") }

    /// Whether encryption and integrity are one operation.
    package var isAEAD: Bool { isTLS13 || name.contains("GCM") || name.contains("CCM") || name.contains("CHACHA20") }

    /// Why nobody should use it, `nil` when nothing is wrong with it.
    package var weakness: String? {
        let name = name
        if name.contains("anon") { return "nobody is authenticated" }
        if name.contains("_NULL_") { return "nothing is encrypted" }
        if name.contains("EXPORT") { return "its keys were made short on purpose" }
        if name.contains("RC4") { return "RC4 leaks plain text" }
        if name.contains("3DES") || name.contains("_DES") || name.contains("RC2") || name.contains("IDEA") {
            return "its blocks are of 64 bits or its keys short"
        }
        if !isForwardSecret { return "it has no forward secrecy" }
        if !isAEAD { return "it is CBC, which padding attacks such as Lucky 13 aim at" }
        return nil
    }

    /// Whether it is broken and not only old-fashioned.
    package var isBroken: Bool {
        let name = name
        return ["anon", "_NULL_", "EXPORT", "RC4", "3DES", "_DES", "RC2"].contains { name.contains($0) }
    }
}

extension CipherSuite: CustomStringConvertible {
    /// IANA's name.
    package var description: String { name }
}

extension CipherSuite {
    /// The suites of TLS 1.3.
    package static let tls13: [CipherSuite] = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305].map(CipherSuite.init(rawValue:))

    /// Every suite below TLS 1.3 that has a name here, the ones in use first.
    package static let classic: [CipherSuite] = names.keys.filter { !(0x1301...0x1305).contains($0) }
        .map(CipherSuite.init(rawValue:)).sorted { left, right in
            let (a, b) = (
                left.weakness == nil ? 0 : left.isBroken ? 2 : 1, right.weakness == nil ? 0 : right.isBroken ? 2 : 1
            )
            return (a, left.rawValue) < (b, right.rawValue)
        }

    private static let names: [UInt16: String] = [
        0x0001: "TLS_RSA_WITH_NULL_MD5", 0x0002: "TLS_RSA_WITH_NULL_SHA", 0x0003: "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
        0x0004: "TLS_RSA_WITH_RC4_128_MD5", 0x0005: "TLS_RSA_WITH_RC4_128_SHA",
        0x0006: "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", 0x0007: "TLS_RSA_WITH_IDEA_CBC_SHA",
        0x0008: "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", 0x0009: "TLS_RSA_WITH_DES_CBC_SHA",
        0x000A: "TLS_RSA_WITH_3DES_EDE_CBC_SHA", 0x0011: "TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA",
        0x0012: "TLS_DHE_DSS_WITH_DES_CBC_SHA", 0x0013: "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA",
        0x0014: "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA", 0x0015: "TLS_DHE_RSA_WITH_DES_CBC_SHA",
        0x0016: "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", 0x0017: "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5",
        0x0018: "TLS_DH_anon_WITH_RC4_128_MD5", 0x001A: "TLS_DH_anon_WITH_DES_CBC_SHA",
        0x001B: "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA", 0x002F: "TLS_RSA_WITH_AES_128_CBC_SHA",
        0x0032: "TLS_DHE_DSS_WITH_AES_128_CBC_SHA", 0x0033: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
        0x0034: "TLS_DH_anon_WITH_AES_128_CBC_SHA", 0x0035: "TLS_RSA_WITH_AES_256_CBC_SHA",
        0x0038: "TLS_DHE_DSS_WITH_AES_256_CBC_SHA", 0x0039: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
        0x003A: "TLS_DH_anon_WITH_AES_256_CBC_SHA", 0x003B: "TLS_RSA_WITH_NULL_SHA256",
        0x003C: "TLS_RSA_WITH_AES_128_CBC_SHA256", 0x003D: "TLS_RSA_WITH_AES_256_CBC_SHA256",
        0x0041: "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA", 0x0045: "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA",
        0x0067: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", 0x006B: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
        0x0084: "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA", 0x0088: "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA",
        0x0096: "TLS_RSA_WITH_SEED_CBC_SHA", 0x009C: "TLS_RSA_WITH_AES_128_GCM_SHA256",
        0x009D: "TLS_RSA_WITH_AES_256_GCM_SHA384", 0x009E: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        0x009F: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", 0x00A6: "TLS_DH_anon_WITH_AES_128_GCM_SHA256",
        0x00A7: "TLS_DH_anon_WITH_AES_256_GCM_SHA384", 0x1301: "TLS_AES_128_GCM_SHA256",
        0x1302: "TLS_AES_256_GCM_SHA384", 0x1303: "TLS_CHACHA20_POLY1305_SHA256", 0x1304: "TLS_AES_128_CCM_SHA256",
        0x1305: "TLS_AES_128_CCM_8_SHA256", 0xC006: "TLS_ECDHE_ECDSA_WITH_NULL_SHA",
        0xC007: "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA", 0xC008: "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA",
        0xC009: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", 0xC00A: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        0xC010: "TLS_ECDHE_RSA_WITH_NULL_SHA", 0xC011: "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
        0xC012: "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", 0xC013: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        0xC014: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", 0xC016: "TLS_ECDH_anon_WITH_RC4_128_SHA",
        0xC018: "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", 0xC019: "TLS_ECDH_anon_WITH_AES_256_CBC_SHA",
        0xC023: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", 0xC024: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
        0xC027: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", 0xC028: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
        0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        0xC02F: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xC030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        0xC09C: "TLS_RSA_WITH_AES_128_CCM", 0xC09D: "TLS_RSA_WITH_AES_256_CCM",
        0xC0AC: "TLS_ECDHE_ECDSA_WITH_AES_128_CCM", 0xC0AD: "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
        0xCCA8: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xCCA9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        0xCCAA: "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    ]
}
