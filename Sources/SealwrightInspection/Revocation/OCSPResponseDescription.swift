// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// An OCSP response, told.
struct OCSPResponseDescription {
    let response: OCSPResponse
    let now: Timestamp

    var report: InspectionReport {
        guard let basic = response.basicResponse else {
            return InspectionReport(
                .ocspResponse, summary: ["The responder did not answer: \(statusWords)."],
                sections: [InspectionSection("", [InspectionField("Status", statusName)])])
        }
        let answers = basic.responseData.responses
        return InspectionReport(
            .ocspResponse, summary: [Self.meaning(answers)], findings: findings(basic),
            sections: [InspectionSection("", fields(basic))]
                + answers.prefix(InspectionLimits.answers).map(section)
                + basic.certificates.prefix(InspectionLimits.certificates).map {
                    CertificateDescription(certificate: $0, now: now).section("Certificate in the response")
                })
    }

    private static func meaning(_ answers: [SingleResponse]) -> String {
        guard let only = answers.first, answers.count == 1 else {
            return "Answers for \(Printable.count(answers.count, "certificate"))."
        }
        let serial = "The certificate with serial number \(only.certID.serialNumber.hex)"
        switch only.certStatus {
        case .good: return "\(serial) is not revoked."
        case .revoked(let moment, let reason):
            return "\(serial) was revoked on \(PlainTime.day(moment))" + (reason.map { ": \($0.name)." } ?? ".")
        case .unknown: return "\(serial) is not known to the responder."
        }
    }

    private func fields(_ basic: BasicOCSPResponse) -> [InspectionField] {
        [
            InspectionField("Status", statusName),
            InspectionField("Responder", Self.words(basic.responseData.responderID)),
            InspectionField("Produced", basic.responseData.producedAt, now: now),
            InspectionField("Nonce", basic.responseData.nonce.map { Printable.hex($0.octets) } ?? "none"),
            InspectionField("Signature", basic.signatureAlgorithm.signatureName, note: Self.signatureNote(basic)),
        ]
    }

    private func section(_ answer: SingleResponse) -> InspectionSection {
        var fields = [InspectionField("State", Self.words(answer.certStatus))] + answer.certID.fields
        fields.append(InspectionField("Known", answer.thisUpdate, now: now))
        fields.append(
            InspectionField("Next", answer.nextUpdate, now: now) ?? InspectionField("Next", "newer is always available")
        )
        return InspectionSection("Answer", fields)
    }

    private func findings(_ basic: BasicOCSPResponse) -> [InspectionFinding] {
        var findings: [InspectionFinding] = []
        for answer in basic.responseData.responses {
            guard let next = answer.nextUpdate, now > next else { continue }
            let since = PlainTime.distance(next, from: now)
            findings.append(
                InspectionFinding(.error, .stale, "A newer answer was due \(since); this one no longer counts."))
            break
        }
        let digest = basic.signatureAlgorithm.signatureAlgorithm?.digest
        if let legacy = InspectionFinding.legacy(digest, in: "Its signature") { findings.append(legacy) }
        if Self.isSigned(basic) == false {
            findings.append(
                InspectionFinding(
                    .error, .signatureInvalid, "The certificate in the response does not verify its signature."))
        }
        let hidden = basic.responseData.responses.count - InspectionLimits.answers
        return findings + InspectionFinding.notShown(hidden, "answer")
    }

    /// Whether the certificate that the response names as its signer's verifies it; `nil` when it holds none.
    private static func isSigned(_ basic: BasicOCSPResponse) -> Bool? {
        let certificates = Array(basic.certificates.prefix(InspectionLimits.certificates))
        let signer = basic.responseData.responderID.named(among: certificates).first
        guard let signer, signer.publicKey?.isCheapToCheckWith == true else { return nil }
        return basic.isSigned(by: signer)
    }

    private static func signatureNote(_ basic: BasicOCSPResponse) -> String {
        switch isSigned(basic) {
        case true?: "verifies with the certificate in the response"
        case false?: "does not verify"
        case nil: "not checked: the signer's certificate is not in it"
        }
    }

    private static func words(_ responder: ResponderID) -> String {
        switch responder {
        case .byName(let name): name.rfc4514
        case .byKey(let hash): "key with SHA-1 \(Printable.colons(hash))"
        }
    }

    private static func words(_ status: SingleResponse.CertStatus) -> String {
        switch status {
        case .good: "good"
        case .unknown: "unknown"
        case .revoked(let moment, let reason):
            "revoked at \(moment.iso8601)" + (reason.map { ", \($0.name)" } ?? "")
        }
    }

    private var statusName: String { "\(response.status) (\(response.status.rawValue))" }

    private var statusWords: String {
        switch response.status {
        case .successful: "it says it did, but nothing is there"
        case .malformedRequest: "it could not read the request"
        case .internalError: "it has a fault of its own"
        case .tryLater: "it asks to try later"
        case .sigRequired: "it wants a signed request"
        case .unauthorized: "it does not answer for this issuer or this client"
        }
    }
}
