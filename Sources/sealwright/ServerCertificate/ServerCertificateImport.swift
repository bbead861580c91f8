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
              sealwright server-certificate csr --name pki.example.com --subject "CN=pki.example.com,O=Example"
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

/// `sealwright server-certificate import`: the answer to a request, or a certificate with its key.
struct ServerCertificateImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in the answer to a request, or a certificate with its key.",
        discussion: """
            PEM, DER, PKCS#7 and PFX are read, with the certificates in any order. A file that fails a check changes \
            nothing; what is served goes on being served.

              sealwright server-certificate import answer.cer --chain issuing.cer --chain root.cer
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
        let taken: ServerCertificateDocument = try await client.post(
            "server-certificates/import",
            Wish(
                data: Data(try InputFile.read(file, limit: 512 << 10)), more: more, password: password,
                answering: answering))
        for remark in taken.remarks { Terminal.error("sealwright: note: \(Table.printable(remark))") }
        guard activate else {
            return Terminal.result(server.json ? JSONText.of(taken) : ServerCertificateText.of(taken))
        }
        let served: ServedCertificateDocument = try await client.post(
            "server-certificates/\(AdministrationClient.escape(taken.id))/activate", [String: String]())
        Terminal.result(server.json ? JSONText.of(served) : ServerCertificateText.of(served))
    }
}

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
