// SPDX-License-Identifier: Apache-2.0

/// What a SCEP endpoint would answer to a captured request and why, or what a captured reply means.
package struct SCEPExplanation: Sendable, Hashable, Codable {
    /// How the exchange would end, or ended.
    package enum Outcome: String, Sendable, Codable, CaseIterable {
        /// A certificate or CRL.
        case success
        /// A person decides.
        case pending
        /// A signed FAILURE.
        case failure
        /// No SCEP answer: HTTP 400.
        case unreadable
        /// HTTP 503.
        case unavailable
        /// It cannot be told without the server's keys.
        case unknown
    }

    /// Whether the capture is a reply and not a request.
    package let isReply: Bool
    package let outcome: Outcome
    /// The answer and its reason in one sentence.
    package let sentence: String
    /// The stable code of a refusal, which `sealwright explain` knows.
    package let code: String?
    /// SCEP's word for the reason of a failure.
    package let failInfo: String?
    /// What to do about it.
    package let advice: String?
    /// What was captured, decoded.
    package let report: InspectionReport

    init(
        isReply: Bool = false, _ outcome: Outcome, _ sentence: String, code: String? = nil, failInfo: String? = nil,
        advice: String? = nil, report: InspectionReport
    ) {
        self.isReply = isReply
        self.outcome = outcome
        self.sentence = Printable.text(sentence)
        self.code = code
        self.failInfo = failInfo
        self.advice = advice
        self.report = report
    }

    /// Whether the device got, or will get, what it asked for.
    package var isGood: Bool { outcome == .success || outcome == .pending || outcome == .unknown }

    /// The explanation for a terminal: the sentence, what to do, then what was captured.
    package func text(width: Int = 100) -> String {
        let facts = [
            InspectionField("Outcome", outcome.rawValue), InspectionField("failInfo", failInfo),
            InspectionField("Code", code), InspectionField("What to do", advice),
        ].compactMap { $0 }
        let answer = InspectionReport(
            report.type, summary: [sentence], findings: report.findings,
            sections: [InspectionSection("", facts)] + [report.section("What was captured")])
        return answer.text(width: width)
    }
}
