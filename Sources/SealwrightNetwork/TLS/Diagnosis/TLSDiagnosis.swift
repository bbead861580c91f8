// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import TrustEvaluation

/// Why a TLS connection was refused, or what else is wrong with it: code, evidence, remedy.
///
/// Raw texts of the TLS library never stand alone: each is given its meaning here.
package struct TLSDiagnosis: Error, Sendable, Hashable {
    package let code: TLSDiagnosisCode
    /// How much it weighs: an error refuses.
    package let severity: TrustFinding.Severity
    /// What was seen, one sentence.
    package let evidence: String
    /// What to do, one imperative sentence.
    package let remedy: String

    /// A diagnosis; without a remedy that of its code.
    package init(
        _ code: TLSDiagnosisCode, severity: TrustFinding.Severity = .error, _ evidence: String, remedy: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.evidence = evidence
        self.remedy = remedy ?? code.remedy
    }
}

extension TLSDiagnosis: CustomStringConvertible {
    /// Code, title and evidence in one line.
    package var description: String { "\(code.rawValue) \(code.title): \(evidence)" }
}

extension TLSDiagnosis {
    /// The certificate is another than the one pinned.
    static func pinMismatch(expected: SerialNumber, presented: CertificateView) -> TLSDiagnosis {
        TLSDiagnosis(
            .pinMismatch,
            "Expected serial number \(expected.hex), presented \(presented.serialNumber.hex) of \(presented.subject).")
    }
}
