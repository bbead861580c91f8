// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A certificate, told.
struct CertificateDescription {
    let certificate: CertificateView
    let now: Timestamp

    var report: InspectionReport {
        InspectionReport(
            .certificate, summary: [meaning], findings: findings,
            sections: [
                InspectionSection("", fields), certificate.extensions.section,
                InspectionSection("Fingerprints", fingerprints),
            ])
    }

    /// The certificate in a few lines, as a part of something else.
    func section(_ title: String) -> InspectionSection { InspectionSection(title, identity + fingerprints.suffix(1)) }

    /// Everything but extensions and fingerprints.
    private var fields: [InspectionField] {
        identity
            + PublicKeyDescription(key: certificate.subjectPublicKeyInfo).fields.dropFirst()
            + [
                InspectionField("Signature", certificate.signatureAlgorithm.signatureName, note: signatureNote),
                InspectionField("Version", String(certificate.version)),
            ]
    }

    /// Who, by whom, which, when, with which key.
    private var identity: [InspectionField] {
        let key = PublicKeyDescription(key: certificate.subjectPublicKeyInfo)
        return [
            InspectionField("Subject", certificate.subject.rfc4514, note: certificate.subject.isEmpty ? "empty" : nil),
            InspectionField("Issuer", certificate.issuer.rfc4514),
            InspectionField("Serial number", certificate.serialNumber.hex),
            InspectionField("Valid from", certificate.notBefore, now: now)
                ?? InspectionField("Valid from", "unreadable"),
            InspectionField("Valid until", certificate.notAfter, now: now)
                ?? InspectionField("Valid until", "unreadable"),
        ] + key.fields.prefix(1)
    }

    private var fingerprints: [InspectionField] {
        [
            InspectionField("SHA-1", Printable.colons(certificate.fingerprint(.sha1))),
            InspectionField("SHA-256", Printable.colons(certificate.fingerprint(.sha256))),
        ]
    }

    private var signatureNote: String? {
        switch selfSignature {
        case .valid: "made with its own key"
        case .invalid: "claims its own key, but does not verify"
        case .unchecked, .ofAnother: nil
        }
    }
}

// MARK: - The own signature

extension CertificateDescription {
    /// Whether the certificate is signed with its own key.
    enum SelfSignature {
        case valid
        case invalid
        /// The key is of an unknown kind, or too expensive to try.
        case unchecked
        /// Another key signed; which one is not in the certificate.
        case ofAnother
    }

    var selfSignature: SelfSignature {
        guard certificate.isSelfIssued else { return .ofAnother }
        guard let key = certificate.publicKey, key.isCheapToCheckWith,
            certificate.signatureAlgorithm.signatureAlgorithm != nil
        else { return .unchecked }
        if certificate.isSigned(by: key) { return .valid }
        // A certificate between an authority's old and new key has its own name as issuer and another key's identifier.
        guard let own = certificate.subjectKeyIdentifier?.keyIdentifier,
            let issuer = certificate.authorityKeyIdentifier?.keyIdentifier
        else { return .invalid }
        return own == issuer ? .invalid : .ofAnother
    }
}
