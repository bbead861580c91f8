// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Logging
import SealwrightCommandLine
import SealwrightServer

/// `sealwright doctor`: what will hurt later, and what to do about it now.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what will hurt later.",
        discussion: """
            Asks the running server; when none runs, looks at the data folder itself and changes nothing. Exit status 1 \
            when something does not work.

              sealwright doctor --data sealwright-data
            """)

    @OptionGroup var server: ServerOptions

    @Option(name: .long, help: "A settings file instead of sealwright.yaml; a server that runs keeps its own.")
    var config: String?

    func run() async throws {
        try await readConfiguration()
        let findings = try await findings()
        Terminal.result(server.json ? JSONText.of(findings) : Self.text(findings))
        if findings.contains(where: { $0.severity == .failure }) { ExitStatus.bad.exit() }
    }

    /// A file that was named is read whether a server runs or not; else its faults would show at the next start.
    private func readConfiguration() async throws(CommandFailure) {
        guard let config else { return }
        guard server.server == nil else {
            throw CommandFailure(
                .usage, code: "cli.usage", "--config is for the server of a data folder, and goes without --server",
                hint: "leave it out")
        }
        do {
            _ = try await ServerConfiguration.load(flags: [:], file: config, knownHosts: server.folder.knownHosts)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func findings() async throws(CommandFailure) -> [Doctor.Finding] {
        do {
            let found: [Doctor.Finding] = try await server.client().get("doctor")
            if let config {
                Terminal.error("sealwright: note: \(config) is without fault; the running server has its own settings")
            }
            return found
        } catch {
            guard server.server == nil, error.code == CommandFailure.notRunningCode else { throw error }
            return try await offline(server.folder)
        }
    }

    /// The same questions to the folder of a server that does not run.
    private func offline(_ folder: DataFolder) async throws(CommandFailure) -> [Doctor.Finding] {
        let quiet = Logger(label: "sealwright") { _ in SwiftLogNoOpLogHandler() }
        do throws(ServerError) {
            let configuration = try await ServerConfiguration.load(
                flags: [:], file: config ?? folder.configurationIfPresent, knownHosts: folder.knownHosts)
            let middle = try await Middle.inspect(folder, configuration: configuration, logger: quiet)
            let found = await Doctor(middle: middle, isServing: false).findings()
            await middle.close()
            return [Doctor.notRunning(folder)] + found
        } catch {
            switch error {
            case .notInitialized, .unreadableFolder: throw CommandFailure(error)
            case .databaseLost: return [Doctor.failure(error)]
            default: return [Doctor.notRunning(folder), Doctor.failure(error)]
            }
        }
    }

    private static func text(_ findings: [Doctor.Finding]) -> String {
        var lines: [String] = []
        let width = findings.map(\.topic.count).max() ?? 0
        for finding in findings {
            let mark =
                switch finding.severity {
                case .ok: "✓"
                case .advice: "·"
                case .warning: "!"
                case .failure: "✗"
                }
            let topic = finding.topic.padding(toLength: width, withPad: " ", startingAt: 0)
            lines.append("\(mark) \(topic)  \(Table.printable(finding.message))")
            if finding.severity != .ok, let remedy = finding.remedy {
                lines.append("  \(String(repeating: " ", count: width))  do: \(Table.printable(remedy))")
            }
        }
        let failures = findings.count { $0.severity == .failure }
        let warnings = findings.count { $0.severity == .warning }
        lines.append("")
        lines.append("\(failures) failure\(failures == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")")
        return lines.joined(separator: "\n")
    }
}
