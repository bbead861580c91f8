// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine
import SealwrightServer

/// `sealwright config`: the settings, and where each comes from.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the settings a server would start with.",
        subcommands: [Show.self])
}

extension ConfigCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Print every setting; flags beat the environment, which beats the file.",
            discussion: """
                  sealwright config show --data sealwright-data --origin
                """)

        @Option(name: .long, help: "The data folder whose sealwright.yaml is read.")
        var data = "sealwright-data"

        @Flag(name: .long, help: "Tell where each value comes from.")
        var origin = false

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        @Flag(name: .long, help: "Describe every setting instead, as a page of Markdown.")
        var markdown = false

        @OptionGroup var listeners: ListenerFlags

        func run() async throws {
            if markdown { return Terminal.result(octets: Array(ConfigurationKey.markdown.utf8)) }
            // A file behind a folder that may not be searched looks as if it were not there.
            let absence = DataFolder(data).absence
            if listeners.config == nil, case .unreadableFolder = absence { throw CommandFailure(absence) }
            if listeners.config == nil, !FileManager.default.fileExists(atPath: data) {
                Terminal.error("sealwright: note: there is no folder \(data); a new one would start with these")
            }
            let rows: [SettingDocument]
            do {
                let settings = try await Settings(
                    flags: listeners.settings, file: listeners.config ?? DataFolder(data).configurationIfPresent,
                    environment: ProcessInfo.processInfo.environment)
                let knownHosts = DataFolder(data).knownHosts
                rows = try ServerConfiguration(settings, knownHosts: knownHosts).settings
            } catch let error as ConfigurationError {
                throw CommandFailure(.configuration(error))
            } catch let error as ServerError {
                throw CommandFailure(error)
            }
            guard !json else { return Terminal.result(JSONText.of(rows)) }
            let width = rows.map(\.key.count).max() ?? 0
            for row in rows {
                let key = (row.key + ":").padding(toLength: width + 2, withPad: " ", startingAt: 0)
                let line = key + Table.printable(row.value ?? "") + (origin ? "    # \(row.origin)" : "")
                Terminal.result(line.trimmingRight())
            }
        }
    }
}
