// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SCEP
import SealwrightCore

// The sentence for each answer an endpoint can give.
extension SCEPExplanation {
    /// A refusal before or by the middle.
    init(refusing refusal: Refusal, report: InspectionReport) {
        // The device hears the text only. The detail of a protocol fault is the truth, that of a denial its remedy.
        let isProtocolFault = refusal.code.hasPrefix("scep.") && !refusal.detail.isEmpty
        let detail = isProtocolFault ? " (\(refusal.detail))" : ""
        self.init(
            .failure, "FAILURE \(refusal.failInfo.name) would be answered, because \(refusal.text)\(detail).",
            code: refusal.code, failInfo: refusal.failInfo.name,
            advice: ErrorCatalog.entry(refusal.code)?.remedy ?? refusal.failInfo.advice, report: report)
    }

    /// What the endpoint made of a request that could be opened.
    init(_ verdict: SCEPVerdict, on request: Request, report: InspectionReport) {
        switch verdict {
        case .enrollment(let forecast): self.init(forecast, on: request, report: report)
        case .refused(let refusal): self.init(refusing: refusal, report: report)
        case .certificate(let der):
            let serial = (try? CertificateView(parsing: der))?.serialNumber.hex ?? "unreadable"
            self.init(
                .success,
                "SUCCESS would be answered with the certificate of serial number \(serial), which the signer may have.",
                report: report)
        case .crl(let octets):
            self.init(.success, "SUCCESS would be answered with the CRL of \(octets) octets.", report: report)
        case .unavailable(let code):
            let entry = ErrorCatalog.entry(code)
            self.init(
                .unavailable, "HTTP 503 would be answered: \(entry?.title ?? code).", code: code, advice: entry?.remedy,
                report: report)
        }
    }

    private init(_ forecast: EnrollmentForecast, on request: Request, report: InspectionReport) {
        switch forecast {
        case .issued(let certificate):
            self.init(.success, Self.sentence(certificate), advice: Self.advice(certificate), report: report)
        case .repeated(let credential):
            self.init(
                .success,
                "SUCCESS would be answered with the certificate of serial number \(credential.serial), because this "
                    + "very request was granted before.", report: report)
        case .pending(.signature):
            self.init(
                .pending, "PENDING or the certificate would be answered, because it is being made right now.",
                advice: "Nothing: the device asks again, and the server finishes what it began.", report: report)
        case .pending(let wait):
            let reason = wait == .approval ? "a person must approve first" : "this request waits for approval already"
            self.init(
                .pending, "PENDING would be answered, because \(reason).",
                advice: "'sealwright enrollment list' shows what waits.", report: report)
        case .denied(let reason):
            self.init(
                .failure, "A FAILURE would be answered, because \(reason).", code: reason.code,
                advice: ErrorCatalog.entry(reason.code)?.remedy, report: report)
        case .unavailable(let cause):
            self.init(
                .unavailable, "HTTP 503 would be answered, because \(cause).", code: cause.code,
                advice: ErrorCatalog.entry(cause.code)?.remedy, report: report)
        }
    }

    private static func sentence(_ certificate: EnrollmentForecast.Certificate) -> String {
        let names = certificate.alternativeNames.prefix(8).map(\.text)
        let holder = certificate.subject.isEmpty ? names.joined(separator: ", ") : certificate.subject.rfc4514
        let reason =
            switch certificate.grounds {
            case .challenge(let id): "the challenge \(id) fits"
            case .renewal(let serial):
                "it is signed with the certificate of serial number \(serial), which may be renewed"
            case .webhook: "the endpoint's webhook decides and was not asked now: this holds if it agrees"
            case .approval: "it was approved"
            }
        return
            "SUCCESS would be answered with a certificate for \(holder) until \(PlainTime.day(certificate.notAfter)) "
            + "(profile \(certificate.profile), authority \(certificate.authority)), because \(reason)."
    }

    private static func advice(_ certificate: EnrollmentForecast.Certificate) -> String? {
        guard !certificate.ignored.isEmpty else { return nil }
        let wishes = Printable.list(Array(certificate.ignored.prefix(20)))
        return "The profile does not grant \(wishes); the certificate goes without."
    }
}
