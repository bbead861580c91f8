// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats
import SCEP
import SealwrightCore

/// Explains captured SCEP messages: the protocol part by the server's own state machine, the rest by a ``SCEPJudge``.
package struct SCEPExplainer: Sendable {
    private let judge: (any SCEPJudge)?
    private let now: Timestamp

    /// Makes an explainer.
    ///
    /// - Parameters:
    ///   - judge: the endpoint to ask; without one only what needs no key is told.
    ///   - now: the moment of the forecast.
    package init(judge: (any SCEPJudge)?, now: Timestamp) {
        self.judge = judge
        self.now = now
    }

    /// The endpoint that a captured URL, request line or HTTP request was sent to; `nil` when it does not tell.
    package static func endpoint(in capture: [UInt8]) -> String? { CapturedMessage.endpoint(in: capture) }

    /// Explains a body, URL, query, request line or whole HTTP exchange.
    ///
    /// - Throws: ``InspectionError`` when it is nothing of SCEP's. A request the server would answer with HTTP 400 is
    ///   explained, not thrown, as long as it is CMS.
    package func explain(_ bytes: [UInt8]) async throws(InspectionError) -> SCEPExplanation {
        switch try CapturedMessage(bytes) {
        case .operation(let operation): return explain(operation)
        case .message(let message):
            if CapturedReply.isReply(message) { return try CapturedReply(message, now: now).explanation }
            return try await explain(message: message)
        }
    }

    /// A question without a message: GetCACaps and its like.
    private func explain(_ operation: Operation) -> SCEPExplanation {
        let report = InspectionReport(
            .scep, summary: ["\(operation.name): a question without a message."],
            sections: [InspectionSection("", [InspectionField("Operation", operation.name)])])
        let answer =
            switch operation {
            case .getCACaps: "the endpoint's list of capabilities"
            case .getCACert: "the certificates of RA and authority"
            case .getNextCACert: "the successor's certificates, or HTTP 404 while none is staged"
            case .pkiOperation: "a CertRep"
            }
        return SCEPExplanation(.success, "\(operation.name) is answered with \(answer).", report: report)
    }

    private func explain(message bytes: [UInt8]) async throws(InspectionError) -> SCEPExplanation {
        guard let judge else { return try withoutKeys(bytes) }
        var transaction = ServerTransaction(settings: judge.settings, recipients: judge.recipients)
        var action = transaction.received(bytes)
        var recipient: Int?
        while true {
            switch action {
            case .unreadable(let error): return try unreadable(error, bytes)
            case .refuse(let refusal):
                return SCEPExplanation(refusing: refusal, report: try CapturedRequest(bytes, nil, now: now).report)
            case .unwrap(let attempt):
                recipient = attempt.recipient
                do throws(CryptoError) {
                    action = transaction.keyUnwrapped(try await judge.unwrap(attempt))
                } catch {
                    return SCEPExplanation(
                        .unavailable, "HTTP 503 would be answered: the RA's key cannot be used (\(error)).",
                        code: error.code, advice: ErrorCatalog.entry(error.code)?.remedy,
                        report: try CapturedRequest(bytes, nil, now: now).report)
                }
            case .decide(let request):
                let report = try CapturedRequest(bytes, request, now: now).report
                return SCEPExplanation(
                    await judge.verdict(on: request, openedBy: recipient), on: request, report: report)
            }
        }
    }

    private func withoutKeys(_ bytes: [UInt8]) throws(InspectionError) -> SCEPExplanation {
        var transaction = ServerTransaction(settings: .generic, recipients: [])
        switch transaction.received(bytes) {
        case .unreadable(let error): return try unreadable(error, bytes)
        case .refuse(let refusal) where refusal.code != Refusal.messageCheckFailed("").code:
            return SCEPExplanation(refusing: refusal, report: try CapturedRequest(bytes, nil, now: now).report)
        case .refuse, .unwrap, .decide:
            return SCEPExplanation(
                .unknown, "The message can be read; what would be answered shows only with the server's keys.",
                advice: "Name the server's data folder with --data.",
                report: try CapturedRequest(bytes, nil, now: now).report)
        }
    }

    /// HTTP 400.
    ///
    /// What is not even CMS cannot be explained further.
    private func unreadable(_ error: SCEPError, _ bytes: [UInt8]) throws(InspectionError) -> SCEPExplanation {
        guard let report = try? CapturedRequest(bytes, nil, now: now).report else { throw .scep(error) }
        return SCEPExplanation(
            .unreadable, "HTTP 400 would be answered, because \(error).", code: error.code,
            advice: ErrorCatalog.entry(error.code)?.remedy, report: report)
    }
}
