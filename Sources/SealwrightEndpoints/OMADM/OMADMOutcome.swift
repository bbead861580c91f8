// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import PKIFormats

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
    }

    /// Characters of a value that are kept; what is longer is for the session's record.
    private static let valueLimit = 4096
    /// Statuses and values that are kept of a batch.
    private static let entryLimit = 500

    /// The end of a batch as the device told it.
    static func document(_ outcome: BatchOutcome) -> [UInt8] {
        var document = Document()
        if let refusal = outcome.refusal {
            (document.code, document.text) = ("windows.order-not-sendable", "\(refusal)")
        } else if let failure = outcome.firstFailure, let code = failure.code {
            document.code = "windows.command-failed"
            document.text = sentence(failure, code)
        }
        if outcome.isSuccess, outcome.results.isEmpty { document.text = notFound(outcome) }
        document.statuses = outcome.statuses.prefix(entryLimit).map {
            Status(command: $0.command, locURI: $0.locURI, code: $0.code?.rawValue)
        }
        if !outcome.results.isEmpty {
            document.results = outcome.results.prefix(entryLimit).map { item in
                Value(
                    locURI: item.locURI, format: item.format?.rawValue,
                    data: item.isSecret ? "***" : String(shown(item).prefix(valueLimit)))
            }
        }
        return encode(document)
    }

    /// What a read did not find, although that counts as success.
    private static func notFound(_ outcome: BatchOutcome) -> String? {
        for status in outcome.statuses where status.command == "Get" {
            guard let code = status.code, !code.isSuccess else { continue }
            return sentence(status, code)
        }
        return nil
    }

    /// How a command ended; a group has no address.
    private static func sentence(_ status: CommandStatus, _ code: StatusCode) -> String {
        ([status.command] + [status.locURI].compactMap { $0 } + ["ended with \(code.rawValue)"]).joined(separator: " ")
    }

    /// The value as text: elements as they were written, octets as Base64.
    private static func shown(_ item: ResultsItem) -> String {
        switch item.data {
        case .octets(let octets)?: Base64.encode(octets)
        case .markup(let elements)?:
            elements.compactMap { try? String(decoding: $0.serialize(), as: UTF8.self) }.joined()
        case .text, nil: item.text
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
