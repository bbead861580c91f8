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

        @OptionGroup var listeners: ListenerFlags

        private struct Row: Encodable {
            let key: String
            let value: String
            let origin: String
            let meaning: String
        }

        func run() async throws {
            // A file behind a folder that may not be searched looks as if it were not there.
            let absence = DataFolder(data).absence
            if listeners.config == nil, case .unreadableFolder = absence { throw CommandFailure(absence) }
            var rows: [Row]
            do {
                let settings = try await Settings(
                    flags: listeners.settings, file: listeners.config ?? DataFolder(data).configurationIfPresent,
                    environment: ProcessInfo.processInfo.environment)
                let knownHosts = DataFolder(data).knownHosts
                _ = try ServerConfiguration(settings, knownHosts: knownHosts)
                rows = settings.all().map { item in
                    Row(key: item.key, value: item.value, origin: Self.words(item.origin), meaning: item.summary)
                }
                // A list without a default is told only when it is set.
                if !knownHosts.isEmpty, !rows.contains(where: { $0.key == "server.hosts" }) {
                    rows.append(
                        Row(
                            key: "server.hosts", value: knownHosts.joined(separator: ", "),
                            origin: "as it was set last", meaning: "Names of the server, remembered in its folder."))
                }
            } catch let error as ConfigurationError {
                throw CommandFailure(.configuration(error))
            } catch let error as ServerError {
                throw CommandFailure(error)
            }
            guard !json else { return Terminal.result(JSONText.of(rows)) }
            let width = rows.map(\.key.count).max() ?? 0
            for row in rows {
                let key = (row.key + ":").padding(toLength: width + 2, withPad: " ", startingAt: 0)
                Terminal.result(key + Table.printable(row.value) + (origin ? "    # \(row.origin)" : ""))
            }
        }

        private static func words(_ origin: Settings.Origin) -> String {
            switch origin {
            case .flag: "flag"
            case .environment(let variable): "environment, \(variable)"
            case .file(let path): "file, \(path)"
            case .standard: "default"
            }
        }
    }
}
