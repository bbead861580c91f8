// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// `sealwright restore`: a data folder out of a backup, or the proof that one could be made.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data folder of a backup, or only check it.",
        discussion: """
            The folder must be new or empty. Every file is compared with the manifest, the database and its audit chain \
            are checked, and only then the folder appears under its name.

              sealwright restore sealwright-backup.tar --data restored \\
                  --password-file backup.password
              sealwright restore sealwright-backup.tar --verify
            """)

    @Argument(help: "The file that 'backup' wrote.")
    var file: String

    @Option(name: .long, help: "The folder to make.")
    var data: String?

    @Flag(name: .long, help: "Only check; nothing is written.")
    var verify = false

    @Option(name: .long, help: "A file with the password for the master key; - for standard input.")
    var passwordFile: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard verify || data != nil else { throw ValidationError("give --data for the folder to make, or --verify") }
    }

    func run() async throws {
        let password = try passwordFile.map { path throws(CommandFailure) in try Password.read(path) }
        let restore = Restore(of: file, password: password)
        let report: Restore.Report
        do throws(ServerError) {
            if let data, !verify {
                report = try await restore.run(into: DataFolder(data))
            } else {
                report = try await restore.verify()
            }
        } catch {
            throw CommandFailure(error)
        }
        for path in report.removed {
            Terminal.error("sealwright: note: removed \(path), which a restore that was killed had left")
        }
        Terminal.result(json ? JSONText.of(report) : Self.text(report))
        if !report.hasMasterKey { Terminal.error("sealwright: note: " + Self.note(report)) }
    }

    /// What is left to do, or unproven, without the master key.
    private static func note(_ report: Restore.Report) -> String {
        switch (report.masterKey, report.folder) {
        case (.wrapped, let folder?):
            "the backup holds the master key under a password that was not given: restore it into another folder with "
                + "--password-file, or put the master key at \(DataFolder(folder).masterKey)"
        case (.separate, let folder?): "put the master key that was kept apart at \(DataFolder(folder).masterKey)"
        case (.wrapped, nil): "no key was opened to see whether it is whole; --password-file lets that be done"
        case (.separate, nil): "no key was opened: the backup does not hold the master key, which is kept apart"
        }
    }

    private static func text(_ report: Restore.Report) -> String {
        var lines = [
            "Backup of \(report.created), written by version \(report.version)",
            "  ✓ \(report.certificates) device certificates, database intact",
            "  ✓ \(report.auditRecords) audit records verify, head \(report.auditHead ?? "none")",
            "  ✓ \(report.keys) sealed keys" + (report.hasMasterKey ? ", all open" : ""),
        ]
        if let folder = report.folder { lines += ["", "  Next: sealwright serve --data \(folder)"] }
        return lines.joined(separator: "\n")
    }
}
