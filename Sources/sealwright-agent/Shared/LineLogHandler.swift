// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import PKIFormats
import SealwrightCommandLine

/// Log lines on standard error: text on a terminal, a JSON object a line otherwise.
struct LineLogHandler: LogHandler {
    let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        Terminal.error(
            Terminal.isInteractive ? text(event.level, event.message, facts) : json(event.level, event.message, facts))
    }

    private func text(_ level: Logger.Level, _ message: Logger.Message, _ facts: Logger.Metadata) -> String {
        let rest = facts.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return Table.printable("\(Self.now) \(level) \(message)\(rest)")
    }

    private func json(_ level: Logger.Level, _ message: Logger.Message, _ facts: Logger.Metadata) -> String {
        var line = facts.mapValues { "\($0)" }
        line["ts"] = Self.now
        line["level"] = level.rawValue
        line["msg"] = "\(message)"
        line["component"] = label
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(line)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private static var now: String { AgentRuntime.clock().iso8601 }
}
