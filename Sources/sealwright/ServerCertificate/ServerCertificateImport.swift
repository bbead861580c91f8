// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine
import SealwrightServer

/// `sealwright server-certificate import`: the answer to a request, or a certificate with its key.
struct ServerCertificateImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in the answer to a request, or a certificate with its key.",
        discussion: """
            PEM, DER, PKCS#7 and PFX are read, with the certificates in any order. A file that fails a check changes \
            nothing; what is served goes on being served.

              sealwright server-certificate import answer.cer --chain issuing.cer \\
                  --chain root.cer
              sealwright server-certificate import server.pfx --password-file pfx.password
            """)

    @Argument(help: "The file; - for standard input.")
    var file: String

    @Option(name: .long, help: "A file with certificates above it, or with the key. Repeat for more.")
    var chain: [String] = []

    @Option(name: .long, help: "A file with the password of the PFX or the key; - for standard input.")
    var passwordFile: String?

    @Option(name: .long, help: "The request this answers; found by its key without one.")
    var answering: String?

    @Flag(name: .long, help: "Serve it at once.")
    var activate = false

    @OptionGroup var server: ServerOptions

    private struct Wish: Encodable {
        let data: Data
        let more: [Data]
        let password: String?
        let answering: String?
    }

    func run() async throws {
        let password = try passwordFile.map { path throws(CommandFailure) in try Password.read(path) }
        let more = try chain.map { path throws(CommandFailure) in Data(try InputFile.read(path, limit: 512 << 10)) }
        let client = try server.client()
        let wish = Wish(
            data: Data(try InputFile.read(file, limit: 512 << 10)), more: more, password: password,
            answering: answering)
        let taken = try await send(wish, client)
        for remark in taken.remarks { Terminal.error("sealwright: note: \(Table.printable(remark))") }
        guard activate else {
            return Terminal.result(server.json ? JSONText.of(taken) : ServerCertificateText.of(taken))
        }
        let served: ServedCertificateDocument = try await client.post(
            "server-certificates/\(AdministrationClient.escape(taken.id))/activate", [String: String]())
        Terminal.result(server.json ? JSONText.of(served) : ServerCertificateText.of(served))
    }

    /// The server has no names of files, and one of several may be at fault.
    private func send(
        _ wish: Wish, _ client: AdministrationClient
    ) async throws(CommandFailure) -> ServerCertificateDocument {
        do {
            return try await client.post("server-certificates/import", wish)
        } catch {
            guard error.code == "servercert.unreadable" else { throw error }
            let names = ([file] + chain).joined(separator: ", ")
            throw CommandFailure(error.status, code: error.code, "\(names): \(error.message)", hint: error.hint)
        }
    }
}
