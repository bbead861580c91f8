// SPDX-License-Identifier: Apache-2.0

package import TrustEvaluation

extension TLSDiagnosis {
    /// The name of a reason of trust evaluation.
    ///
    /// - Parameters:
    ///   - finding: the reason.
    ///   - isClientCertificate: whether the certificate judged is a client's, whose distrust has codes of its own.
    package init(_ finding: TrustFinding, isClientCertificate: Bool) {
        var code = TLSDiagnosisCode(finding.code, isClientCertificate: isClientCertificate)
        // A root that came along is not the peer's own certificate: what is missing is trust in its issuer.
        if code == .selfSigned, let depth = finding.depth, depth > 0 { code = .issuerUnknown }
        // Where the code speaks of the settings at hand its remedy is nearer than the general one.
        let keepsOwn: Set<TLSDiagnosisCode> = [
            .issuerUnknown, .selfSigned, .nameMismatch, .clientCertificateUntrusted, .purposeMissing,
        ]
        self.init(
            code, severity: finding.severity, finding.evidence, remedy: keepsOwn.contains(code) ? nil : finding.remedy)
    }
}

extension TLSDiagnosisCode {
    /// The code for a reason of trust evaluation.
    init(_ code: TrustCode, isClientCertificate: Bool) {
        switch code {
        case .issuerUnknown: self = isClientCertificate ? .clientCertificateUntrusted : .issuerUnknown
        case .selfSigned: self = isClientCertificate ? .clientCertificateUntrusted : .selfSigned
        case .expired, .notYetValid: self = .notValidNow
        case .purposeMissing, .keyUsageMissing, .authorityAsLeaf: self = .purposeMissing
        case .nameMismatch: self = .nameMismatch
        case .commonNameOnly: self = .commonNameOnly
        case .revoked, .denied: self = .revoked
        case .revocationUnknown, .revocationStale, .revocationUnusable, .revocationImpossible:
            self = .revocationUnknown
        case .weakSignature, .weakKey, .algorithmUnsupported: self = .weakAlgorithm
        case .signatureInvalid, .notAuthority, .nameNotPermitted, .pathTooLong, .unknownCriticalExtension,
            .policyMissing, .budgetExceeded, .algorithmMismatch, .malformed, .versionNotAllowed,
            .serialNumberNotAllowed, .profileViolation:
            self = .pathInvalid
        }
    }
}
