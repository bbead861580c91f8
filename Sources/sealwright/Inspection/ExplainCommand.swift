// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightCore

/// `sealwright explain`: what an error code means and what to do.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what an error code means and what to do about it.",
        discussion: """
            The same codes stand in the log, the audit trail, the API and in brackets behind a command's error. A number \
            that Windows shows when it does not enrol is a code too.

              sealwright explain enrollment.challenge-expired
              sealwright explain 0x80180012
              sealwright explain --list
            """)

    @Argument(help: "The code.")
    var code: String?

    @Flag(name: .long, help: "List every code.")
    var list = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: .hidden)
    var markdown = false

    func run() async throws {
        if markdown { return Terminal.result(octets: Array(ErrorCatalog.markdown.utf8)) }
        if list { return listAll() }
        guard let code else {
            throw CommandFailure(
                .usage, code: "cli.code-missing", "which code?", hint: "'sealwright explain --list' shows them all")
        }
        let entry = try entry(code)
        guard !json else { return Terminal.result(JSONText.of(entry)) }
        Terminal.result(
            "\(entry.code): \(entry.title).\n\n\(wrapped(entry.cause))\n\nWhat to do: \(wrapped(entry.remedy))")
    }

    private func entry(_ code: String) throws(CommandFailure) -> ErrorCatalog.Entry {
        let typed = code.lowercased().filter { $0 != "[" && $0 != "]" }
        if let entry = ErrorCatalog.entry(typed) ?? ErrorCatalog.entry(windowsNumber: typed) { return entry }
        let suggestions = ErrorCatalog.suggestions(for: typed)
        let hint =
            suggestions.isEmpty
            ? "'sealwright explain --list' shows them all" : "did you mean \(suggestions.joined(separator: " or "))?"
        throw CommandFailure(
            .notFound, code: "cli.unknown-code", "there is no error code '\(Table.printable(String(code.prefix(80))))'",
            hint: hint)
    }

    private func listAll() {
        guard !json else { return Terminal.result(JSONText.of(ErrorCatalog.entries)) }
        var table = Table("code", "meaning")
        for entry in ErrorCatalog.entries { table.row(entry.code, entry.title) }
        Terminal.result(table.text(empty: "There are no codes."))
    }

    private func wrapped(_ text: String) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.count + word.count + 1 > PageWidth.current, !line.isEmpty {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
