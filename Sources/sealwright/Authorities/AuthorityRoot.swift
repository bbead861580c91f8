// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// `sealwright ca root`: the certificate every device trusts, and the key that should not stay here.
struct AuthorityRoot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "root",
        abstract: "Print the root certificate; take its key off this machine or bring it back.",
        discussion: """
              sealwright ca root > root.pem
            """,
        subcommands: [Print.self, Export.self, Restore.self],
        defaultSubcommand: Print.self)
}

extension AuthorityRoot {
    struct Print: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "print",
            abstract: "Print the root certificate, PEM.", discussion: "  sealwright ca root print --out root.pem")

        @Option(name: [.long, .customShort("o")], help: "The file to write.")
        var out: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let root = try await server.client().root()
            if out != nil || !server.json { try OutputFile.write(Array(root.pem.utf8), to: out) }
            if server.json { Terminal.result(JSONText.of(root)) }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the root's key, encrypted, to a file; with --remove it then leaves this machine.",
            discussion: """
                Before the key leaves, a CRL of the root is published that is valid for a year. A new issuing authority \
                needs the key back: 'sealwright ca root restore'.

                  sealwright ca root export --password-file root.password --out root-key.pem \\
                      --remove --yes
                """)

        @Option(name: .long, help: "A file with the password that encrypts the key; - for standard input.")
        var passwordFile: String

        @Option(name: [.long, .customShort("o")], help: "The file to write; it must not exist.")
        var out: String

        @Option(
            name: .long,
            help: "The root, or one between it and the issuing authority, by 'ca list'; without it the present root.")
        var authority: String?

        @Flag(name: .long, help: "Destroy the key on this machine when the file is written.")
        var remove = false

        @Flag(name: .long, help: "Do not ask.")
        var yes = false

        @OptionGroup var server: ServerOptions

        private struct Wish: Encodable {
            let password: String?
            let remove: Bool
        }

        private struct Answer: Decodable {
            let pem: String
            let certificate: String
        }

        func run() async throws {
            let password = try Password.new(from: passwordFile)
            let client = try server.client()
            let root = try await client.root(authority)
            if remove, !yes {
                guard Confirmation.canAsk else {
                    throw CommandFailure(
                        .usage, code: "cli.needs-yes", "--remove destroys the key on this machine",
                        hint: "add --yes when that is meant")
                }
                try Confirmation.ask("Destroy the key of \(Table.printable(root.name)) on this machine?")
            }
            let path = "authorities/" + AdministrationClient.escape(root.id)
            let file = try NewFile(out)
            do {
                let answer: Answer = try await client.post(path + "/export", Wish(password: password, remove: false))
                try file.write(Array((answer.pem + answer.certificate).utf8))
                try file.finish()
            } catch {
                file.discard()
                throw error
            }
            // Only what is safely on the disk may be destroyed here.
            if remove {
                let _: Answer = try await client.post(path + "/export", Wish(password: password, remove: true))
            }
            let state: AuthorityDocument = try await client.get(path)
            guard !server.json else { return Terminal.result(JSONText.of(state)) }
            Terminal.result(
                "\(out): key of \(Table.printable(root.name)), encrypted"
                    + (remove ? "; destroyed on this machine" : ""))
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore",
            abstract: "Bring an exported root key back, for as long as it has something to sign.",
            discussion: "  sealwright ca root restore root-key.pem --password-file root.password")

        @Argument(help: "The file that 'ca root export' wrote.")
        var file: String

        @Option(
            name: .long,
            help: "The root, or one between it and the issuing authority, by 'ca list'; without it the present root.")
        var authority: String?

        @Option(name: .long, help: "A file with the password; - for standard input.")
        var passwordFile: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let password = try passwordFile.map { path throws(CommandFailure) in try Password.read(path) }
            let key = try InputFile.read(file, limit: 1 << 20)
            let client = try server.client()
            let root = try await client.root(authority)
            let state: AuthorityDocument = try await client.post(
                "authorities/\(AdministrationClient.escape(root.id))/key",
                KeyWish(key: String(decoding: key, as: UTF8.self), password: password))
            Terminal.result(server.json ? JSONText.of(state) : "the key of \(Table.printable(root.name)) is back")
        }
    }
}

/// A key to take in, as the API wants it.
struct KeyWish: Encodable {
    let key: String
    let password: String?
}
