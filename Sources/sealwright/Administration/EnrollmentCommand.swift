// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// `sealwright enrollment`: requests that wait for a person.
struct EnrollmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrollment",
        abstract: "List, approve and deny waiting enrolments.",
        subcommands: [List.self, Show.self, Approve.self, Deny.self])
}

extension EnrollmentCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List enrolments in a state, oldest first.",
            discussion: "  sealwright enrollment list")

        @Option(name: .long, help: "pending, approved, issuing, issued, denied or failed.")
        var state = "pending"

        @OptionGroup var page: PageOptions

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let list: ListDocument<EnrollmentDocument> = try await page.list(
                "enrollments", [("state", state)], from: server.client())
            guard !server.json else { return Terminal.result(JSONText.of(list)) }
            var table = Table("id", "subject", "alternative names", "issued via", "authority", "since", "state")
            for item in list.items {
                table.row(
                    item.id, item.subject, Table.shortened(item.subjectAlternativeNames.text), item.issuedVia,
                    item.authority ?? "-", RelativeTime.text(item.createdAt), item.state)
            }
            Terminal.result(table.text(empty: "No enrolment is \(state)."))
            page.tellRest(list.next)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one enrolment: what it asks for, and which authority issues it.",
            discussion: """
                Alternative names are those asked for, of which the profile may leave some out, and the certificate's \
                once it is issued. The key's SHA-256 can be compared on the device.

                  sealwright enrollment show en_01JD…
                """)

        @Argument(help: "The identifier that 'enrollment list' shows.")
        var id: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let found: EnrollmentDocument = try await server.client().get(
                "enrollments/\(AdministrationClient.escape(id))")
            guard !server.json else { return Terminal.result(JSONText.of(found)) }
            var lines = [
                ("Subject", found.subject), ("Names", found.subjectAlternativeNames.text), ("Key", found.key ?? "-"),
                ("Key SHA-256", found.keyFingerprint), ("Id", found.id), ("State", found.state),
                ("Profile", found.profile), ("Issued via", found.issuedVia), ("Authority", found.authority ?? "-"),
                ("Transaction", found.transactionID),
                ("Since", "\(found.createdAt), \(RelativeTime.text(found.createdAt))"), ("Changed", found.updatedAt),
            ]
            if let device = found.device { lines.append(("Device", device)) }
            if let serial = found.serial { lines.append(("Certificate", serial)) }
            if let reason = found.reason { lines.append(("Reason", reason)) }
            if let approver = found.approver { lines.append(("Decided by", approver)) }
            Terminal.result(Table.facts(lines))
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve",
            abstract: "Approve an enrolment; its certificate is issued at once.",
            discussion: """
                  sealwright enrollment approve en_01JD…
                  sealwright enrollment approve en_01JD… --reason "ticket 4711"
                """)

        @Argument(help: "The identifier that 'enrollment list' shows.")
        var id: String

        @Option(name: .long, help: "Why; kept with the enrolment and in the audit trail.")
        var reason: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let issued: CertificateDocument = try await server.client().post(
                "enrollments/\(AdministrationClient.escape(id))/approve", Decision(reason: reason))
            Terminal.result(
                server.json ? JSONText.of(issued) : "issued \(issued.serial) to \(Table.printable(issued.subject))")
        }
    }

    struct Deny: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "deny",
            abstract: "Deny an enrolment.",
            discussion: "  sealwright enrollment deny en_01JD… --reason \"not our machine\"")

        @Argument(help: "The identifier that 'enrollment list' shows.")
        var id: String

        @Option(name: .long, help: "Told to the device as failInfoText.")
        var reason: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let path = "enrollments/\(AdministrationClient.escape(id))/deny"
            let denied: [String: String] = try await server.client().post(path, Decision(reason: reason))
            Terminal.result(server.json ? JSONText.of(denied) : "denied \(id)")
        }
    }
}

/// What a person decided, and why.
private struct Decision: Encodable {
    let reason: String?
}

extension [String]? {
    /// Names in one line.
    fileprivate var text: String { self.flatMap { $0.isEmpty ? nil : $0.joined(separator: ", ") } ?? "-" }
}
