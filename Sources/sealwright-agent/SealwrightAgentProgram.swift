// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightAgent
import SealwrightCommandLine

/// The command line of a device.
@main
struct SealwrightAgentProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sealwright-agent",
        abstract: "The agent of a managed device: enrolment, management sessions, certificates.",
        discussion: """
            Enrol with what 'sealwright windows invite --json' printed, and stay in touch:

              sealwright-agent enroll --invitation invitation.json
              sealwright-agent run
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Management:",
                subcommands: [
                    EnrollCommand.self, SyncCommand.self, RunCommand.self, StatusCommand.self, UnenrollCommand.self,
                ]),
            CommandGroup(
                name: "This device:", subcommands: [StoreCommand.self, ContainerCommand.self, CSPCommand.self]),
            CommandGroup(
                name: "About:", subcommands: [ConformanceCommand.self, ManualCommand.self, VersionCommand.self]),
        ])

    static func main() async {
        await runProgram("sealwright-agent") { error in
            switch error {
            case let error as AgentServiceError: CommandFailure(error)
            case let error as ContainerError: CommandFailure(error)
            case let error as AgentError: CommandFailure(.store(error))
            default: nil
            }
        }
    }
}

/// What `--version` prints.
enum Version {
    static let text = "sealwright-agent " + AgentVersion.number
}

/// `sealwright-agent version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version.",
        discussion: """
              sealwright-agent version --json
            """)

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Document: Encodable {
        let version: String
    }

    func run() {
        Terminal.result(json ? JSONText.of(Document(version: AgentVersion.number)) : Version.text)
    }
}
