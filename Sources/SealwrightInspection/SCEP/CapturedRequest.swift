// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SCEP

/// A captured request with what was inside its envelope, if that could be opened.
struct CapturedRequest {
    private let message: PKIMessage
    private let request: Request?
    private let now: Timestamp

    init(_ bytes: [UInt8], _ request: Request?, now: Timestamp) throws(InspectionError) {
        do throws(SCEPError) { message = try PKIMessage(parsing: bytes) } catch { throw .scep(error) }
        self.request = request
        self.now = now
    }

    var report: InspectionReport {
        let outside = SCEPMessageDescription(message: message, now: now).report
        guard let request else { return outside }
        let inside = contents(of: request)
        return InspectionReport(
            .scep, summary: [outside.summary.first ?? ""] + inside.summary,
            findings: outside.findings + inside.findings,
            sections: outside.sections + [inside.section])
    }

    private func contents(
        of request: Request
    ) -> (summary: [String], findings: [InspectionFinding], section: InspectionSection) {
        switch request.content {
        case .csr(let csr):
            let report = CertificationRequestDescription(request: csr).report
            // That the challenge can be read in here is what the envelope is for.
            let findings = report.findings.filter { $0.code != FindingCode.challengeReadable.rawValue }
            return (report.summary, findings, report.section("What it asks for"))
        case .issuerAndSubject(let names):
            let fields = [
                InspectionField("Issuer", names.map { $0.issuer.rfc4514 }, note: "not looked at"),
                InspectionField("Subject", names.map { $0.subject.rfc4514 }),
            ]
            return ([], [], InspectionSection("What it asks about", fields.compactMap { $0 }))
        case .issuerAndSerialNumber(let name):
            let fields = [
                InspectionField("Issuer", name.issuer.rfc4514), InspectionField("Serial number", name.serialNumber.hex),
            ]
            return ([], [], InspectionSection("What it asks for", fields))
        }
    }
}
