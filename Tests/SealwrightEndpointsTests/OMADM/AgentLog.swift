// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// What an agent wrote to its log.
final class AgentLog: Sendable {
    /// Guards the lines.
    private let lines = Mutex<[String]>([])

    /// The lines so far: text, subject, detail.
    var all: [String] { lines.withLock { $0 } }

    /// The first line with a text.
    func line(_ text: String) -> String? { all.first { $0.hasPrefix(text) } }

    /// A logger that writes here.
    var logger: Logger { Logger(label: "agent") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: AgentLog
        var logLevel = Logger.Level.debug
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let facts = ["subject", "detail", "identifier"].compactMap { event.metadata?[$0]?.description }
            log.lines.withLock { $0.append("\(event.message): " + facts.joined(separator: ": ")) }
        }
    }
}
