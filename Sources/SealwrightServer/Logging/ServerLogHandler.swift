// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Logging
import PKIFormats

/// Writes log lines to standard error: JSON lines for machines, short text for people at a terminal.
///
/// Messages are constant text, facts are metadata; both forms keep that apart.
package struct ServerLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let label: String
    private let isJSON: Bool
    /// What a command may have drawn on the line, such as its progress, goes before a line of the log.
    private let lineStart: String

    /// Makes a handler; `format` decides, and with `auto` whether standard error is a terminal.
    package init(label: String, level: Logger.Level, format: ServerConfiguration.LogFormat) {
        self.label = label
        logLevel = level
        let isDrawnOn = isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
        lineStart = isDrawnOn ? "\r\u{1B}[2K" : ""
        switch format {
        case .json: isJSON = true
        case .text: isJSON = false
        case .auto: isJSON = isatty(2) != 1
        }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let time = Timestamp(seconds: Int64(Date().timeIntervalSince1970)).iso8601
        let line = isJSON ? json(time, event, facts) : lineStart + text(time, event, facts)
        // A log that cannot be written, on a full disk or into a pipe that nobody reads, must not end the server.
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }

    private func json(_ time: String, _ event: LogEvent, _ facts: Logger.Metadata) -> String {
        var line = #"{"ts":"\#(time)","level":"\#(event.level)","msg":\#(Self.quote(event.message.description))"#
        line += #","component":\#(Self.quote(label))"#
        for (key, value) in facts.sorted(by: { $0.key < $1.key }) {
            line += ",\(Self.quote(key)):\(Self.quote(value.description))"
        }
        return line + "}\n"
    }

    private func text(_ time: String, _ event: LogEvent, _ facts: Logger.Metadata) -> String {
        let clock = time.dropFirst(11).dropLast()
        let words = facts.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.printable($0.value.description))" }
        return "\(clock) \(event.level) \(event.message)\(words.joined())\n"
    }

    /// A JSON string in which nothing that a peer sends begins a line of its own, moves a terminal's cursor or turns
    /// the direction of its text.
    static func quote(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: mustEscape) else { return "\"" + text + "\"" }
        var quoted = String.UnicodeScalarView()
        quoted.append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted.append(each: ["\\", scalar])
            case _ where mustEscape(scalar):
                for unit in String(scalar).utf16 {
                    let octets = [UInt8(truncatingIfNeeded: unit >> 8), UInt8(truncatingIfNeeded: unit)]
                    quoted.append(each: "\\u\(Hex.encode(octets))".unicodeScalars)
                }
            default: quoted.append(scalar)
            }
        }
        quoted.append("\"")
        return String(quoted)
    }

    private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\"" || scalar == "\\" || isUnsafe(scalar)
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        // Nearly every line is ASCII, whose properties need no table.
        scalar.isASCII ? !(0x20...0x7E).contains(scalar.value) : scalar.isUnsafeToPrint
    }

    /// A fact as it is, or quoted where it would not be one word.
    static func printable(_ text: String) -> String {
        text.unicodeScalars.contains { $0 == " " || $0 == "\"" || isUnsafe($0) } ? quote(text) : text
    }
}
