// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

// What is wrong with a certificate, or will be soon.
extension CertificateDescription {
    var findings: [InspectionFinding] {
        validityFindings + PublicKeyDescription(key: certificate.subjectPublicKeyInfo).findings + signatureFindings
            + extensionFindings + certificate.extensions.findings
            + certificate.findings.map { InspectionFinding(.warning, .deviation, $0.asSentence) }
    }

    private var validityFindings: [InspectionFinding] {
        guard let start = certificate.notBefore, let end = certificate.notAfter else { return [] }
        if now > end {
            let ago = PlainTime.distance(end, from: now)
            return [InspectionFinding(.error, .expired, "It expired on \(PlainTime.day(end)), \(ago).")]
        }
        if now < start {
            return [InspectionFinding(.error, .notYetValid, "It becomes valid on \(PlainTime.day(start)).")]
        }
        let life = end.seconds(since: start)
        guard end.seconds(since: now) < life / Self.lastPart else { return [] }
        return [InspectionFinding(.warning, .expiresSoon, "It expires \(PlainTime.distance(end, from: now)).")]
    }

    private var signatureFindings: [InspectionFinding] {
        var findings: [InspectionFinding] = []
        let digest = certificate.signatureAlgorithm.signatureAlgorithm?.digest
        // Nobody checks the signature of a root: whoever trusts it has it from elsewhere.
        let severity: InspectionFinding.Severity = selfSignature == .valid ? .note : .error
        if let legacy = InspectionFinding.legacy(digest, in: "Its signature", severity: severity) {
            findings.append(legacy)
        }
        if selfSignature == .invalid {
            findings.append(
                InspectionFinding(
                    .error, .signatureInvalid,
                    "It names itself as issuer, but its own key does not verify its signature."))
        }
        return findings
    }

    /// What relying parties miss.
    ///
    /// Certificates of version 1, as roots and SCEP signers have them, carry no extensions.
    private var extensionFindings: [InspectionFinding] {
        guard certificate.version == 3, selfSignature == .ofAnother || certificate.isCertificateAuthority else {
            return []
        }
        var findings: [InspectionFinding] = []
        func miss(_ severity: InspectionFinding.Severity, _ code: FindingCode, _ sentence: String, if isMissing: Bool) {
            if isMissing { findings.append(InspectionFinding(severity, code, sentence)) }
        }
        let isAuthority = certificate.isCertificateAuthority
        miss(
            .error, .extensionMissing, "An authority without keyUsage keyCertSign: its certificates will be refused.",
            if: isAuthority && certificate.keyUsage?.contains(.keyCertSign) != true)
        miss(
            .warning, .extensionMissing, "It has no subjectKeyIdentifier, by which its issued certificates find it.",
            if: isAuthority && certificate.extensions.first(.subjectKeyIdentifier) == nil)
        guard selfSignature == .ofAnother else { return findings }
        miss(
            .warning, .extensionMissing, "It has no authorityKeyIdentifier, by which its issuer is found.",
            if: certificate.extensions.first(.authorityKeyIdentifier) == nil)
        miss(
            .error, .nameMissing, "A TLS server without alternative names: clients no longer look at the common name.",
            if: certificate.extendedKeyUsage?.contains(.serverAuth) == true
                && certificate.extensions.first(.subjectAltName) == nil)
        miss(
            .warning, .nameMissing, "It has neither a subject nor alternative names.",
            if: certificate.subject.isEmpty && certificate.extensions.first(.subjectAltName) == nil)
        miss(
            .note, .pointersMissing, "It says neither where its CRL is nor where OCSP is answered.",
            if: !certificate.hasOCSPNoCheck && certificate.extensions.first(.crlDistributionPoints) == nil
                && certificate.authorityInformationAccess?.ocspURIs.isEmpty ?? true)
        return findings
    }

    /// A certificate in the last tenth of its life should have been renewed: clients begin at two thirds.
    private static let lastPart: Int64 = 10
}
