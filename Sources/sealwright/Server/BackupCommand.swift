// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine
import SealwrightServer

/// `sealwright backup`: everything a server remembers in one file, while it runs or not.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a backup of a server.",
        discussion: """
            The private keys in it are sealed under keys/master.key. With --password-file that key goes into the backup \
            too, under the password; without it, keep a copy of the master key apart.

              sealwright backup --data sealwright-data --out sealwright-backup.tar \\
                  --password-file backup.password
            """)

    @Option(name: [.long, .customShort("o")], help: "The file to write; it must not exist.")
    var out: String

    @Option(name: .long, help: "A file with the password for the master key; - for standard input.")
    var passwordFile: String?

    @OptionGroup var server: ServerOptions

    private struct Wish: Encodable {
        let password: String?
    }

    private struct Result: Encodable {
        let file: String
        let bytes: Int64
        let masterKey: BackupManifest.MasterKey
    }

    func run() async throws {
        let password = try passwordFile.map { path throws(CommandFailure) in try Password.new(from: path) }
        if server.server == nil, !(try await isRunning()) {
            try await writeOffline(password)
        } else {
            try await download(password)
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: out)[.size] as? NSNumber)?.int64Value ?? 0
        let result = Result(file: out, bytes: size, masterKey: password == nil ? .separate : .wrapped)
        Terminal.result(server.json ? JSONText.of(result) : "\(out): \(size) bytes")
        if password == nil {
            Terminal.error(
                "sealwright: note: the backup does not hold the master key; keep a copy of "
                    + "\(server.server == nil ? server.folder.masterKey : "keys/master.key") apart, or add --password-file"
            )
        }
    }

    /// Whether somebody answers for the folder.
    private func isRunning() async throws(CommandFailure) -> Bool {
        do {
            let _: StatusDocument = try await server.client().get("status")
            return true
        } catch {
            guard error.code == CommandFailure.notRunningCode else { throw error }
            return false
        }
    }

    private func writeOffline(_ password: String?) async throws(CommandFailure) {
        do {
            _ = try await Backup.offline(server.folder, to: out, password: password)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func download(_ password: String?) async throws(CommandFailure) {
        let file = try NewFile(out)
        do {
            try await server.client(patient: true).stream(
                posting: Wish(password: password), to: "backup", into: file)
        } catch {
            file.discard()
            throw error
        }
        try file.finish()
    }
}
