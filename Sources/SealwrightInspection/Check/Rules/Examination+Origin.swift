// SPDX-License-Identifier: Apache-2.0

// Rows "File format" and "TLS": what is asked of where the certificate comes from.
extension Examination {
    var formatObservation: Observation? {
        guard case .file(let file) = subject.origin else { return nil }
        var seen = Observation(Self.sentence(file, certificates: subject.presented.count))
        if file.form != .pkcs12 { seen.breaks(.notPKCS12, "\(file.form.rawValue); need PKCS#12") }
        if file.form == .pkcs12, file.key == .none { seen.breaks(.noPrivateKey, "certificates only") }
        if file.isPasswordWrong { seen.breaks(.wrongPassword, "the password does not open the private key") }
        if file.isLegacy { seen.breaks(.legacyEncryption, file.protection ?? "an old cipher") }
        return seen
    }

    private static func sentence(_ file: FileFacts, certificates: Int) -> String {
        let key: String? =
            switch file.key {
            case .none: nil
            case .closed: "private key that was not opened"
            case .matching: "private key of the certificate"
            case .other: "private key of another certificate"
            }
        let parts = [file.form.rawValue, file.protection, key, Printable.count(certificates, "certificate")]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    var tlsObservation: Observation? {
        guard case .endpoint(let endpoint) = subject.origin else { return nil }
        var seen = Observation(endpoint.agreed)
        if let fault = endpoint.handshakeFault { seen.breaks(.handshakeFailed, fault) }
        for version in endpoint.versions where Self.oldVersions.contains(version) {
            seen.breaks(.oldVersion, "\(version) is offered")
        }
        if !endpoint.versions.isEmpty, !endpoint.versions.contains("TLSv1.3") {
            seen.breaks(.noTLS13, "offered: \(endpoint.versions.joined(separator: ", "))")
        }
        for text in endpoint.suites.sorted() {
            let suite = CipherSuiteName(text)
            guard let reason = suite.weakness else { continue }
            seen.breaks(suite.isBroken ? .brokenSuite : .weakSuite, "\(text): \(reason)")
        }
        return seen
    }

    private static let oldVersions: Set<String> = ["SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1"]
}

/// A cipher suite by its IANA name.
///
/// Source: RFC 9325, section 4.2; the TLS Cipher Suites registry of IANA.
struct CipherSuiteName {
    let name: String

    init(_ name: String) { self.name = name }

    /// Why it should not be offered, `nil` when nothing speaks against it.
    var weakness: String? {
        let parts = parts
        for (part, reason) in Self.broken + Self.outdated where parts.contains(part) { return reason }
        let isTLS13 = !parts.contains("WITH")
        if !isTLS13, parts.isDisjoint(with: ["ECDHE", "DHE"]) { return "no forward secrecy" }
        return parts.contains("CBC") ? "no authenticated encryption" : nil
    }

    /// Whether it protects nothing, or nothing from somebody with a computer.
    var isBroken: Bool {
        let parts = parts
        return Self.broken.contains { parts.contains($0.0) }
    }

    private var parts: Set<String> { Set(name.uppercased().split(separator: "_").map(String.init)) }

    private static let broken = [
        ("NULL", "no encryption"), ("ANON", "no authentication"), ("EXPORT", "keys of 40 bits"), ("RC4", "RC4"),
        ("RC2", "RC2"), ("DES", "DES"), ("DES40", "DES"),
    ]

    private static let outdated = [
        ("3DES", "triple DES"), ("IDEA", "IDEA"), ("SEED", "SEED"), ("MD5", "MD5"),
    ]
}
