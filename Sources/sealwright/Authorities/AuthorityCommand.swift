// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightServer

/// `sealwright ca`: the hierarchy, its way out and in, and what it publishes.
struct AuthorityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca",
        abstract: "Look at and rotate the certification authorities.",
        subcommands: [
            List.self, Show.self, AuthorityRoot.self, AuthorityCRL.self, AuthorityOCSP.self, AuthorityRotate.self,
            AuthorityRequestCommand.self, AuthorityImport.self,
        ])
}

extension AuthorityCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the authorities.", discussion: "  sealwright ca list")

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<AuthorityDocument> = try await server.client().get("authorities")
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("id", "name", "kind", "status", "key", "ends", "crl")
            for item in list.items {
                table.row(
                    item.id, item.name, item.kind, item.status, item.key + (item.isKeyHere ? "" : ", offline"),
                    item.notAfter.map(RelativeTime.text) ?? "unknown", item.crlNumber.map { "number \($0)" } ?? "none")
            }
            Terminal.result(table.text(empty: "There is no authority."))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one authority.", discussion: "  sealwright ca show issuing")

        @Argument(help: "The identifier that 'ca list' shows.")
        var id: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let found: AuthorityDocument = try await server.client().get(
                "authorities/" + AdministrationClient.escape(id))
            Terminal.result(server.json ? JSONText.of(found) : Self.text(found))
        }

        /// The form for people, which other commands print too.
        static func text(_ found: AuthorityDocument) -> String {
            var lines = [
                ("Name", found.name), ("Subject", found.subject), ("Kind", "\(found.kind), \(found.role)"),
                ("Key", found.key + (found.isKeyHere ? "" : ", not on this machine")), ("Serial", found.serial),
                ("Valid", "\(found.notBefore ?? "?") to \(found.notAfter ?? "?")"), ("SHA-256", found.fingerprint),
            ]
            if let issuer = found.issuer { lines.append(("Issued by", issuer)) }
            if let gone = found.revocation { lines.append(("Revoked", "\(gone.at), \(gone.reason)")) }
            if let number = found.crlNumber {
                lines.append(("CRL", "number \(number), valid until \(found.crlNextUpdate ?? "?")"))
            }
            lines.append(("CRL URL", found.crlURL))
            if let ocspURL = found.ocspURL { lines.append(("OCSP URL", ocspURL)) }
            lines.append(("Certificate", found.certificateURL))
            return Table.facts(lines, column: 13)
        }
    }
}

extension AdministrationClient {
    /// All authorities.
    func authorities() async throws(CommandFailure) -> [AuthorityDocument] {
        let list: ListDocument<AuthorityDocument> = try await get("authorities")
        return list.items
    }

    /// One authority by its identifier, or the issuing one that is active.
    func authority(_ id: String?) async throws(CommandFailure) -> AuthorityDocument {
        if let id { return try await get("authorities/" + Self.escape(id)) }
        guard let issuing = try await authorities().last(where: { $0.kind == "issuing" && $0.role == "active" })
        else {
            throw CommandFailure(.notFound, code: "cli.no-authority", "there is no active issuing authority")
        }
        return issuing
    }

    /// A root by its identifier, or an authority between a root and the one that issues; without an identifier the root
    /// that devices trust now.
    func root(_ id: String? = nil) async throws(CommandFailure) -> AuthorityDocument {
        let all = try await authorities()
        let roots = all.filter { $0.kind == "root" }
        let above = Set(all.compactMap(\.issuer))
        let found =
            if let id { all.last { $0.id == id && ($0.kind == "root" || above.contains(id)) } } else {
                Self.presentRoot(of: all) ?? roots.last
            }
        guard let found else {
            throw CommandFailure(
                .notFound, code: "cli.no-authority", id.map { "there is no root \($0)" } ?? "there is no root",
                hint: "'sealwright ca list' shows them")
        }
        return found
    }

    /// The root above the authority that issues, where it is known here.
    private static func presentRoot(of all: [AuthorityDocument]) -> AuthorityDocument? {
        var present = all.last { $0.kind == "issuing" && $0.role == "active" }
        // As many steps as there are authorities, so that a broken chain ends too.
        for _ in all where present?.kind != "root" { present = all.first { $0.id == present?.issuer } }
        return present
    }
}

extension AuthorityDocument {
    /// The certificate itself.
    var certificate: CertificateView {
        get throws(CommandFailure) {
            do {
                let block = try PEM.decode(Array(pem.utf8)).first
                return try CertificateView(parsing: block?.der ?? [])
            } catch {
                throw CommandFailure(
                    .internalError, code: error.code, "the certificate of \(id) cannot be read: \(error)")
            }
        }
    }
}
