// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// Who signed an OCSP response.
///
/// `ResponderID ::= CHOICE { byName [1] EXPLICIT Name, byKey [2] EXPLICIT OCTET STRING }`
///
/// Source: RFC 6960, section 4.2.1.
public enum ResponderID: Hashable, Sendable {
    /// By the subject of the signer's certificate.
    case byName(DistinguishedName)
    /// By the SHA-1 of the signer's public key bits.
    case byKey([UInt8])

    /// Names a signer by its key, the shorter form.
    public init(keyOf subjectPublicKeyInfo: SubjectPublicKeyInfo) {
        self = .byKey(subjectPublicKeyInfo.keyIdentifier)
    }

    init(parsing element: ASN1Element) throws(FormatError) {
        switch element.tag {
        case .context(1):
            self = .byName(try DistinguishedName(parsing: try element.explicitContent()))
        case .context(2):
            self = .byKey(Array(try element.explicitContent().octetString()))
        default:
            throw .unexpectedTag(expected: .context(2), found: element.tag, at: element.offset)
        }
    }

    /// Whether a certificate is the one this names.
    public func matches(_ certificate: CertificateView) -> Bool {
        switch self {
        case .byName(let name): name.matches(certificate.subject)
        case .byKey(let hash): hash == certificate.subjectPublicKeyInfo.keyIdentifier
        }
    }

    /// Those of many certificates that this names.
    ///
    /// Its name may be as long as the response, and is made comparable at most once.
    package func named(among certificates: [CertificateView]) -> [CertificateView] {
        guard case .byName(let name) = self else { return certificates.filter(matches) }
        let wanted = ComparedName(name)
        return certificates.filter { wanted.matches(ComparedName($0.subject)) }
    }
}

extension ResponderID: DEREncodable {
    /// Appends the chosen form.
    public func encode(into writer: inout DERWriter) {
        switch self {
        case .byName(let name): writer.explicit(1) { $0.append(name) }
        case .byKey(let hash): writer.explicit(2) { $0.octetString(hash) }
        }
    }
}
