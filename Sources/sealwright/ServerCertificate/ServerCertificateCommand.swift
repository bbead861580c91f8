// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine
import SealwrightServer

/// `sealwright server-certificate`: what the server shows to TLS clients, from wherever it comes.
struct ServerCertificateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server-certificate",
        abstract: "Request, import, activate and roll back the server's TLS certificate.",
        discussion: """
            Without any of this the server shows a certificate of its own authority, which renews itself.

              sealwright server-certificate csr --out server.csr
              sealwright server-certificate import answer.p7b --chain root.pem
              sealwright server-certificate activate
              sealwright server-certificate rollback
            """,
        subcommands: [
            Show.self, List.self, ServerCertificateRequest.self, ServerCertificateImport.self,
            ServerCertificateSelfSigned.self, Activate.self, RollBack.self, Discard.self,
        ], defaultSubcommand: Show.self)
}

extension ServerCertificateCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show what is served, or one of the others.",
            discussion: "  sealwright server-certificate show\n  sealwright server-certificate show sc_01JD…")

        @Argument(help: "The identifier that 'list' shows; what is served without one.")
        var id: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try server.client()
            if let id {
                let found: ServerCertificateDocument = try await client.get(
                    "server-certificates/" + AdministrationClient.escape(id))
                return Terminal.result(server.json ? JSONText.of(found) : ServerCertificateText.of(found))
            }
            let served: ServedCertificateDocument = try await client.get("server-certificate")
            Terminal.result(server.json ? JSONText.of(served) : ServerCertificateText.of(served))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List requests, candidates and what was served.",
            discussion: "  sealwright server-certificate list")

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<ServerCertificateDocument> = try await server.client().get("server-certificates")
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("id", "state", "source", "names", "issuer", "ends")
            for item in list.items {
                table.row(
                    item.id, item.state, item.source, item.names.joined(separator: " "),
                    item.chain.first?.issuer ?? "-", item.chain.first?.notAfter.map(RelativeTime.text) ?? "-")
            }
            Terminal.result(table.text(empty: "There is none; the own authority's is served."))
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "activate",
            abstract: "Serve a candidate from now on, without a restart.",
            discussion: """
                Open connections go on with the certificate they began with. 'own' returns to the certificate that \
                renews itself. When devices are at work that do not trust the new root, this is refused: stage the \
                change, so that they confirm first.

                  sealwright server-certificate activate sc_01JD…
                  sealwright change start server-certificate sc_01JD…
                """)

        @Argument(help: "The identifier that 'list' shows, or 'own'; the newest candidate without one.")
        var id: String?

        @Flag(name: .long, help: "Go on although devices at work do not trust the new root.")
        var acceptStranding = false

        @OptionGroup var server: ServerOptions

        struct Wish: Encodable {
            let strandingIsAccepted: Bool
        }

        func run() async throws {
            let client = try server.client()
            let id = if let id { id } else { try await client.newestCandidate().id }
            let served: ServedCertificateDocument = try await client.post(
                "server-certificates/\(AdministrationClient.escape(id))/activate",
                Wish(strandingIsAccepted: acceptStranding))
            Terminal.result(server.json ? JSONText.of(served) : ServerCertificateText.of(served))
        }
    }

    struct RollBack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rollback",
            abstract: "Serve again what was served before.",
            discussion: """
                What devices at work do not trust is not gone back to; 'activate own' serves what they all trust.

                  sealwright server-certificate rollback
                """)

        @Flag(name: .long, help: "Go back although devices at work do not trust the root.")
        var acceptStranding = false

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let served: ServedCertificateDocument = try await server.client().post(
                "server-certificates/rollback", Activate.Wish(strandingIsAccepted: acceptStranding))
            Terminal.result(server.json ? JSONText.of(served) : ServerCertificateText.of(served))
        }
    }

    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "discard",
            abstract: "Give up a request or a candidate; its key is destroyed.",
            discussion: "  sealwright server-certificate discard sc_01JD…")

        @Argument(help: "The identifier that 'list' shows.")
        var id: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let gone: ServerCertificateDocument = try await server.client().post(
                "server-certificates/\(AdministrationClient.escape(id))/discard", [String: String]())
            Terminal.result(server.json ? JSONText.of(gone) : "\(gone.id) is \(gone.state)")
        }
    }
}

extension AdministrationClient {
    /// The candidate that came last, and after what is served: a repeated command must not go back to an older one.
    func newestCandidate() async throws(CommandFailure) -> ServerCertificateDocument {
        let list: ListDocument<ServerCertificateDocument> = try await get("server-certificates")
        let newer = list.items.prefix { $0.state != "active" }
        guard let newest = newer.first(where: { $0.state == "candidate" }) else {
            let isServed = newer.count < list.items.count
            throw CommandFailure(
                .notFound, code: "cli.no-candidate",
                isServed ? "there is no candidate newer than what is served" : "there is no candidate",
                hint: "'sealwright server-certificate import FILE' brings one")
        }
        return newest
    }
}

/// The forms for people.
enum ServerCertificateText {
    static func of(_ served: ServedCertificateDocument) -> String {
        var lines = [("Served", served.active == "own" ? "own, renews itself" : served.active)]
        if let previous = served.previous { lines.append(("Before", previous)) }
        lines += chain(served.chain, served.anchor)
        lines += [("Expiry", served.expiry), ("HTTPS", served.https)]
        return Table.facts(lines, column: 9)
    }

    static func of(_ certificate: ServerCertificateDocument) -> String {
        var lines = [
            ("Id", certificate.id), ("State", certificate.state), ("Source", certificate.source),
            ("Names", certificate.names.joined(separator: ", ")),
        ]
        lines += chain(certificate.chain, certificate.anchor)
        lines += certificate.remarks.map { ("Remark", $0) }
        return Table.facts(lines, column: 9)
    }

    private static func chain(
        _ chain: [ChainCertificateDocument], _ anchor: ChainCertificateDocument?
    ) -> [(String, String)] {
        guard let own = chain.first else { return [] }
        var lines = [
            ("Subject", own.subject), ("Issuer", own.issuer), ("Serial", own.serial),
            ("Valid", "\(own.notBefore ?? "?") to \(own.notAfter ?? "?")"), ("SHA-256", own.fingerprint),
        ]
        lines += chain.dropFirst().map { ("Through", $0.subject) }
        if let anchor { lines.append(("Root", "\(anchor.subject), SHA-256 \(anchor.fingerprint)")) }
        return lines
    }
}
