// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine
import SealwrightServer

/// `sealwright certificate`: what was issued, and the power over it.
struct CertificateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: "List, show, issue, revoke and download certificates, and view any.",
        subcommands: [
            List.self, Show.self, CertificateView.self, CertificateIssue.self, CertificateSign.self,
            CertificateRevoke.self, Release.self, Download.self,
        ])
}

extension CertificateCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List certificates, newest first; with --expiring the soonest end first.",
            discussion: """
                  sealwright certificate list --expiring 30d
                  sealwright certificate list --subject laptop --status revoked --json
                  sealwright certificate list --authority issuing --status valid   who is left
                """)

        @Option(name: .long, help: "Only those that end within this time: 30d, 12h.")
        var expiring: String?

        @Option(name: .long, help: "Only those whose subject contains this.")
        var subject: String?

        @Option(name: .long, help: "Only the one with this SHA-256 or SHA-1, without other filters.")
        var fingerprint: String?

        @Option(name: .long, help: "valid, on-hold, revoked, expired or superseded.")
        var status: String?

        @Option(name: .long, help: "Only those of this device.")
        var device: String?

        @Option(name: .long, help: "Only those of this authority, as 'ca list' names it.")
        var authority: String?

        @Flag(name: .long, help: "The server's own certificates instead of devices'.")
        var own = false

        @OptionGroup var page: PageOptions

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<CertificateDocument> = try await page.list(
                "certificates",
                [
                    ("expiring", expiring), ("subject", subject), ("status", status), ("device", device),
                    ("authority", authority), ("owner", own ? "own" : nil), ("fingerprint", fingerprint),
                ], from: server.client())
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("subject", "serial", "issued via", "expires", "status")
            for item in list.items {
                table.row(
                    item.subject, item.serial, item.issuedVia, RelativeTime.text(item.notAfter), item.status)
            }
            Terminal.result(table.text(empty: "No certificate matches."))
            page.tellRest(list.next)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one certificate and why it was issued.",
            discussion: "  sealwright certificate show 4d:0a:…:91")

        @Argument(help: "The serial number, hexadecimal, with or without colons; or a cr_… that this shows.")
        var serial: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let found: CertificateDocument = try await server.client().get(
                "certificates/" + AdministrationClient.escape(serial))
            guard !server.json else { return Terminal.result(JSONText.of(found)) }
            var lines = [
                ("Subject", found.subject), ("Serial", found.serial), ("Status", found.status),
                ("Valid", "\(found.notBefore) to \(found.notAfter), ends \(RelativeTime.text(found.notAfter))"),
                ("Issued", "\(found.issuedAt) via \(found.issuedVia) by \(found.authority), profile \(found.profile)"),
                ("SHA-256", found.fingerprint),
            ]
            if let names = found.subjectAlternativeNames {
                lines.insert(("Names", names.joined(separator: ", ")), at: 1)
            }
            if let device = found.device { lines.append(("Device", device)) }
            if let enrollment = found.enrollment { lines.append(("Enrolment", enrollment)) }
            if let challenge = found.challenge { lines.append(("Challenge", challenge)) }
            if let approver = found.approver { lines.append(("Approved by", approver)) }
            if let before = found.renewedFrom { lines.append(("Renews", before)) }
            if let after = found.renewedTo { lines.append(("Renewed as", after)) }
            if let gone = found.revocation { lines.append(("Revoked", "\(gone.at), \(gone.reason)")) }
            Terminal.result(Table.facts(lines))
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release",
            abstract: "Release a certificate from certificateHold.",
            discussion: "  sealwright certificate release 4d0a…91")

        @Argument(help: "The serial number.")
        var serial: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let path = "certificates/" + AdministrationClient.escape(serial) + "/release"
            let client = try server.client()
            let released: CertificateDocument = try await client.post(path, [String: String]())
            await client.noteKeysAway(of: [released])
            Terminal.result(server.json ? JSONText.of(released) : "released \(released.serial)")
        }
    }

    struct Download: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "download",
            abstract: "Write a certificate to standard output or a file.",
            discussion: "  sealwright certificate download 4d0a…91 --format chain --out device.pem")

        @Argument(help: "The serial number.")
        var serial: String

        @Option(name: .long, help: "pem, der, chain (PEM with the CAs) or p7b.")
        var format = "pem"

        @Option(name: [.long, .customShort("o")], help: "The file to write.")
        var out: String?

        @OptionGroup var server: ServerOptions

        /// The file for programs.
        private struct Downloaded: Encodable {
            let format: String
            /// PEM, for formats that are text.
            var pem: String?
            /// In Base64, for those that are not.
            var base64: String?

            init(_ octets: [UInt8], format: String) {
                self.format = format
                if format == "pem" || format == "chain" {
                    pem = String(decoding: octets, as: UTF8.self)
                } else {
                    base64 = Data(octets).base64EncodedString()
                }
            }
        }

        func run() async throws {
            let octets = try await server.client().octets(
                "certificates/\(AdministrationClient.escape(serial))/download", [("format", format)])
            if out != nil || !server.json { try OutputFile.write(octets, to: out) }
            if server.json { Terminal.result(JSONText.of(Downloaded(octets, format: format))) }
        }
    }
}
