// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine
import SealwrightServer

/// `sealwright server-certificate csr`: a request for a foreign authority; its key never leaves the vault.
struct ServerCertificateRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csr",
        abstract: "Make a key and a request to send to another authority.",
        discussion: """
            The request is PKCS#10 in PEM, on standard output or in a file.

              sealwright server-certificate csr --out server.csr
              sealwright server-certificate csr --name pki.example.com \\
                  --subject "CN=pki.example.com,O=Example"
            """)

    @Option(name: .long, help: "A host name or address; the server's own without any. Repeat for more.")
    var name: [String] = []

    @Option(name: .long, help: "The whole subject; CN= and the first name without one.")
    var subject: String?

    @Option(name: .long, help: "The key: rsa-2048, rsa-3072, rsa-4096, ec-p256, ec-p384.")
    var key = "rsa-2048"

    @Option(name: [.long, .customShort("o")], help: "Where the request goes; standard output without one.")
    var out: String?

    @Flag(name: .long, help: "Write over a file that exists.")
    var force = false

    @OptionGroup var server: ServerOptions

    private struct Wish: Encodable {
        let names: [String]
        let subject: String?
        let key: String
    }

    func run() async throws {
        if let out {
            try OutputFile.checkFree(out, force: force)
            try OutputFile.checkWritable(out)
        }
        let made: ServerCertificateDocument = try await server.client().post(
            "server-certificates/request", Wish(names: name, subject: subject, key: key))
        if let out { try OutputFile.write(Array((made.request ?? "").utf8), to: out) }
        guard !server.json else { return Terminal.result(JSONText.of(made)) }
        if out == nil { Terminal.result((made.request ?? "").trimmingCharacters(in: .newlines)) }
        Terminal.error("sealwright: note: \(made.id) waits for the answer; bring it with 'server-certificate import'")
    }
}
