// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// `sealwright server-certificate self-signed`: a certificate that vouches for itself.
struct ServerCertificateSelfSigned: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "self-signed",
        abstract: "Make a certificate signed by its own key.",
        discussion: """
            Every client must be given exactly this certificate to trust, and nobody can revoke it.

              sealwright server-certificate self-signed --days 365
            """)

    @Option(name: .long, help: "A host name or address; the server's own without any. Repeat for more.")
    var name: [String] = []

    @Option(name: .long, help: "The key: rsa-2048, rsa-3072, rsa-4096, ec-p256, ec-p384.")
    var key = "rsa-2048"

    @Option(name: .long, help: "Its life in days, 31 to 825.")
    var days: Int64 = 365

    @OptionGroup var server: ServerOptions

    private struct Wish: Encodable {
        let names: [String]
        let key: String
        let days: Int64
    }

    func run() async throws {
        let made: ServerCertificateDocument = try await server.client().post(
            "server-certificates/self-signed", Wish(names: name, key: key, days: days))
        for remark in made.remarks { Terminal.error("sealwright: note: \(Table.printable(remark))") }
        Terminal.result(server.json ? JSONText.of(made) : ServerCertificateText.of(made))
    }
}
