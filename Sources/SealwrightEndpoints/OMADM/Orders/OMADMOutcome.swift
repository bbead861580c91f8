// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import PKIFormats
import SealwrightCore

/// What became of a batch, as JSON for people and the API.
enum OMADMOutcome {
    private struct Document: Encodable {
        var code: String?
        var text: String?
        var statuses: [Status]?
        var results: [Value]?
    }

    private struct Status: Encodable {
        let command: String
        let locURI: String?
        let code: UInt16?
    }

    private struct Value: Encodable {
        let locURI: String?
        let format: String?
        let data: String
        /// Octets of the whole value, where `data` has its beginning only.
        let octets: Int?

        init(_ item: ResultsItem) {
            locURI = item.locURI
            format = item.format?.rawValue
            let whole = OMADMOutcome.shown(item.redactedData)
            data = String(whole.prefix(OMADMOutcome.valueLimit))
            octets = data.utf8.count == whole.utf8.count ? nil : whole.utf8.count
        }
    }

    /// Characters of a value that are kept; what is longer is for the session's record.
    private static let valueLimit = 4096
    /// Statuses and values that are kept of a batch.
    private static let entryLimit = 500

    /// The end of a batch as the device told it.
    ///
    /// - Parameters:
    ///   - outcome: the end.
    ///   - wasDoneBefore: whether the batch was sent before and done then, so that a failure now is none.
    /// - Returns: the document.
    static func document(_ outcome: BatchOutcome, wasDoneBefore: Bool = false) -> [UInt8] {
        var document = Document()
        if let refusal = outcome.refusal {
            (document.code, document.text) = ("windows.order-not-sendable", "\(refusal)")
        } else if let failure = outcome.firstFailure, let code = failure.code {
            document.code = wasDoneBefore ? nil : "windows.command-failed"
            document.text = sentence(failure, code) + (wasDoneBefore ? "; it was done when it was sent before" : "")
        }
        if outcome.isSuccess, outcome.results.isEmpty { document.text = notBrought(outcome) }
        document.statuses = outcome.statuses.prefix(entryLimit).map {
            Status(command: $0.command, locURI: $0.locURI, code: $0.code?.rawValue)
        }
        if !outcome.results.isEmpty {
            document.results = outcome.results.prefix(entryLimit).map { Value($0) }
        }
        return encode(document)
    }

    private struct Told: Decodable {
        let text: String?
    }

    /// Characters of a sentence that stands in another one.
    private static let sentenceLimit = 300

    /// What the end of a command says, in a sentence; `nil` where it says none.
    static func sentence(of command: QueuedCommand) -> String? {
        guard let outcome = command.outcome, let told = try? JSONDecoder().decode(Told.self, from: Data(outcome))
        else { return nil }
        return told.text.map { String($0.prefix(sentenceLimit)) }
    }

    /// What a read did not bring, although that counts as success.
    private static func notBrought(_ outcome: BatchOutcome) -> String? {
        let reads = outcome.statuses.filter { $0.command == "Get" }
        for status in reads {
            guard let code = status.code, !code.isSuccess else { continue }
            return sentence(status, code)
        }
        guard let first = reads.first, let code = first.code else { return nil }
        return sentence(first, code) + " and brought no value"
    }

    /// How a command ended; a group has no address.
    private static func sentence(_ status: CommandStatus, _ code: StatusCode) -> String {
        ([status.command] + [status.locURI].compactMap { $0 } + ["ended with \(code.rawValue)"]).joined(separator: " ")
    }

    /// The value as text: elements as they were written, octets as Base64.
    private static func shown(_ data: ItemData?) -> String {
        switch data {
        case .octets(let octets)?: Base64.encode(octets)
        case .markup(let elements)?:
            elements.compactMap { try? String(decoding: $0.serialize(), as: UTF8.self) }.joined()
        case .text(let text)?: text
        case nil: ""
        }
    }

    /// The end of a command that could not be sent.
    static func document(_ error: OMADMOrderError) -> [UInt8] {
        encode(Document(code: error.code, text: "\(error)"))
    }

    private static func encode(_ document: Document) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array((try? encoder.encode(document)) ?? Data("{}".utf8))
    }
}
