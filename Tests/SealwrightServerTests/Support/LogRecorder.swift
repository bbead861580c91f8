// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// Keeps what a server logs, for tests of what its log tells.
struct LogRecorder: LogHandler {
    /// One line: its message, and its facts as they are written.
    struct Line: Sendable, Hashable {
        let level: Logger.Level
        let message: String
        let facts: [String: String]
    }

    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    private let kept = Kept()

    private final class Kept: Sendable {
        let lines = Mutex<[Line]>([])
    }

    /// What was logged until now.
    var lines: [Line] { kept.lines.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues(\.description)
        let line = Line(level: event.level, message: event.message.description, facts: facts)
        kept.lines.withLock { $0.append(line) }
    }
}
