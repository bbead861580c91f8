// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// An OCSP request, told.
struct OCSPRequestDescription {
    let request: OCSPRequest

    var report: InspectionReport {
        let hidden = request.certIDs.count - InspectionLimits.answers
        let questions = request.certIDs.prefix(InspectionLimits.answers).map {
            InspectionSection("Question", $0.fields)
        }
        return InspectionReport(
            .ocspRequest, summary: [meaning], findings: InspectionFinding.notShown(hidden, "question"),
            sections: [
                InspectionSection(
                    "", [InspectionField("Nonce", request.nonce.map { Printable.hex($0.octets) } ?? "none")])
            ] + questions)
    }

    private var meaning: String {
        guard let only = request.certIDs.first, request.certIDs.count == 1 else {
            return "Asks whether \(request.certIDs.count) certificates are revoked."
        }
        return "Asks whether the certificate with serial number \(only.serialNumber.hex) is revoked."
    }
}

extension CertID {
    /// Which certificate it means.
    var fields: [InspectionField] {
        let digest = hashAlgorithm.digest?.displayName ?? hashAlgorithm.oid.nameOrDotted
        return [
            InspectionField("Serial number", serialNumber.hex),
            InspectionField("Issuer name", Printable.colons(issuerNameHash), note: digest),
            InspectionField("Issuer key", Printable.colons(issuerKeyHash), note: digest),
        ]
    }
}

extension InspectionFinding {
    /// Says that more is there than is shown; nothing when nothing is hidden.
    static func notShown(_ hidden: Int, _ noun: String) -> [InspectionFinding] {
        guard hidden > 0 else { return [] }
        return [InspectionFinding(.note, .notShown, "\(Printable.count(hidden, noun)) more, not shown here.")]
    }
}
