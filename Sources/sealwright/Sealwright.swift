// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightCore

/// The command line: every verb that runs, administers or inspects.
@main
struct Sealwright: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sealwright",
        abstract: "The certificate and trust plane for managed endpoints.",
        discussion: """
            Start a server and enrol a first certificate:

              sealwright up
              sealwright scep enroll --data sealwright-data --subject CN=first
              sealwright certificate list
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Server:",
                subcommands: [
                    Up.self, Initialize.self, Serve.self, StatusCommand.self, DoctorCommand.self, ConfigCommand.self,
                    BackupCommand.self, RestoreCommand.self,
                ]),
            CommandGroup(name: "Clients:", subcommands: [SCEPCommand.self]),
            CommandGroup(
                name: "Administration:",
                subcommands: [
                    ChallengeCommand.self, CertificateCommand.self, EnrollmentCommand.self, DeviceCommand.self,
                    AuthorityCommand.self, ServerCertificateCommand.self, ChangeCommand.self, ExpiryCommand.self,
                    WindowsCommand.self, AuditCommand.self, TokenCommand.self,
                ]),
            CommandGroup(
                name: "Inspection:",
                subcommands: [
                    InspectCommand.self, VerifyCommand.self, CheckCommand.self, TLSCommand.self, PFXCommand.self,
                ]),
            CommandGroup(name: "About:", subcommands: [ExplainCommand.self, ManualCommand.self, VersionCommand.self]),
        ])

    static func main() async {
        await runProgram(
            "sealwright", remedy: { code in ErrorCatalog.entry(code)?.remedy },
            nearest: { word, known in
                // 'cert' and 'certificates' are nearer to their command than their letters say.
                known.first { !word.isEmpty && ($0.hasPrefix(word) || word.hasPrefix($0)) }
                    ?? EditDistance.nearest(to: word, among: known, within: 2)
            })
    }
}
