// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// Which key usages a profile gives.
package struct KeyUsageRule: Sendable, Hashable, Codable {
    /// Given when the request asks for none, or for none that is allowed.
    package var `default`: KeyUsage
    /// What a request may choose from.
    package var allowed: KeyUsage

    package init(default: KeyUsage, allowed: KeyUsage? = nil) {
        self.default = `default`
        self.allowed = allowed ?? `default`
    }

    /// The usages for a key: those requested that are allowed, else the default; only ones the key can do, and only
    /// in a combination that serves every purpose.
    func granted(_ requested: KeyUsage?, for key: PublicKey, purposes: [OID]) -> KeyUsage {
        let possible = KeyUsage.possible(for: key)
        let fallback = `default`.intersection(possible)
        guard let requested else { return fallback }
        let granted = requested.intersection(allowed).intersection(possible)
        guard !granted.isEmpty, purposes.allSatisfy({ granted.serves($0) }) else { return fallback }
        return granted
    }
}

extension KeyUsage {
    /// What a type of key can do at all.
    ///
    /// Source: RFC 3279, section 2.3; RFC 8813, section 3; RFC 8410, section 5.
    static func possible(for key: PublicKey) -> KeyUsage {
        let signing: KeyUsage = [.digitalSignature, .nonRepudiation, .keyCertSign, .cRLSign]
        return switch key {
        case .rsa: signing.union([.keyEncipherment, .dataEncipherment])
        case .ec: signing.union([.keyAgreement, .encipherOnly, .decipherOnly])
        case .ed25519: signing
        }
    }

    /// Whether one of the usages that a purpose needs is there.
    ///
    /// Source: RFC 5280, section 4.2.1.12.
    func serves(_ purpose: OID) -> Bool {
        let needed: KeyUsage =
            switch purpose {
            case .serverAuth: [.digitalSignature, .keyEncipherment, .keyAgreement]
            case .clientAuth: [.digitalSignature, .keyAgreement]
            case .codeSigning: [.digitalSignature]
            case .emailProtection: [.digitalSignature, .nonRepudiation, .keyEncipherment, .keyAgreement]
            case .timeStamping, .ocspSigning: [.digitalSignature, .nonRepudiation]
            default: self
            }
        return !isDisjoint(with: needed)
    }
}

/// Which extended key usages a profile gives.
package struct ExtendedKeyUsageRule: Sendable, Hashable, Codable {
    /// Given when the request asks for none, or for none that is allowed.
    ///
    /// Empty for no extension.
    package var `default`: [OID]
    /// What a request may choose from.
    package var allowed: [OID]

    package init(default: [OID], allowed: [OID]? = nil) {
        self.default = `default`
        self.allowed = allowed ?? `default`
    }

    /// The purposes requested that are allowed, each once and in the order asked for, else the default.
    func granted(_ requested: [OID]) -> [OID] {
        var granted: [OID] = []
        for purpose in requested where allowed.contains(purpose) && !granted.contains(purpose) {
            granted.append(purpose)
        }
        return granted.isEmpty ? `default` : granted
    }
}
