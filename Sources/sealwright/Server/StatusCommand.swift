// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine
import SealwrightCore
import SealwrightServer

/// `sealwright status`: how the running server is, on one screen.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the running server is.",
        discussion: """
            Exit status 0 when it is ready, 1 when it is not, 6 when it does not run.

              sealwright status --data sealwright-data
            """)

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let status: StatusDocument = try await server.client().get("status")
        Terminal.result(server.json ? JSONText.of(status) : Self.text(status))
        if !status.health.isReady { ExitStatus.bad.exit() }
    }

    private static func text(_ status: StatusDocument) -> String {
        var lines = ["Sealwright \(status.version)  \(status.health.isReady ? "ready" : "not ready")", ""]
        for check in status.health.checks {
            let mark =
                switch check.outcome {
                case .ok: "✓"
                case .warning: "!"
                case .failed: "✗"
                }
            let name = check.name.padding(toLength: max(16, check.name.count), withPad: " ", startingAt: 0)
            lines.append("  \(mark) \(name)  \(Table.printable(check.detail))" + (check.code.map { " [\($0)]" } ?? ""))
        }
        func counted(_ number: Int) -> String { number >= 1_000 ? "1000 or more" : String(number) }
        lines += [
            "", "  Certificates         \(status.certificates)",
            "  Ending in 30 days    \(counted(status.expiringWithin30Days))",
            "  Waiting for approval \(counted(status.pendingEnrollments))",
            "  SCEP endpoints       \(status.endpoints.joined(separator: ", "))",
            "  Published under      \(status.publicationURL)", "  HTTPS requirement    \(status.https)",
            "  Server certificate   \(status.serverCertificate)"
                + (status.serverCertificateNotAfter.map { ", ends \(RelativeTime.text($0))" } ?? ""),
            "  Ends that come near  \(status.expiryWarnings)",
        ]
        if status.pendingEnrollments > 0 { lines += ["", "  Next: sealwright enrollment list"] }
        return lines.joined(separator: "\n")
    }
}
