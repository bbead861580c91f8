// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PKIFormats
import SealwrightAgent
import SealwrightCommandLine

/// `sealwright-agent status`: how the device stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell the server, the certificate, the last session and what servers installed.",
        discussion: """
            Works beside a running service. Ends with 3 when the device is not enrolled.

              sealwright-agent status --json
            """)

    @OptionGroup var options: AgentOptions

    func run() async throws {
        let report = try StatusReport(
            AgentSnapshot.read(options.folder), at: AgentRuntime.clock(),
            looseFiles: AgentSnapshot.looseFiles(options.folder))
        Terminal.result(options.json ? JSONText.of(report) : StatusText.of(report))
        if !report.isEnrolled { ExitStatus.notFound.exit() }
    }
}

/// A status for people.
enum StatusText {
    static func of(_ report: StatusReport) -> String {
        var lines: [(String, String?)] = [("enrolled", report.isEnrolled ? "yes" : "no")]
        lines.append(("device", report.deviceID))
        lines.append(("server", report.server))
        lines.append(("user", report.user))
        lines.append(("since", report.enrolledAt))
        if let certificate = report.managementCertificate {
            lines.append(("certificate", "\(certificate.subject), \(certificate.thumbprint)"))
            lines.append(("valid", "\(certificate.notBefore ?? "?") to \(certificate.notAfter ?? "?")"))
            lines.append(("renews", report.renewsAt ?? "never by itself"))
        }
        if let renewal = report.lastRenewal, renewal.result != "ok" {
            lines.append(("last renewal", "\(renewal.at): \(renewal.detail ?? renewal.result) [\(renewal.result)]"))
        }
        if report.isEnrolled {
            lines.append(("last session", report.lastSession.map(text) ?? "none yet"))
            lines.append(("next poll", report.nextPoll ?? "none: the schedule is over"))
        }
        for file in report.looseFiles {
            lines.append(("open to others", "\(file); the next session or start takes that back"))
        }
        let width = lines.map(\.0.count).max() ?? 0
        var text = Table.facts(lines.compactMap { name, value in value.map { (name, $0) } }, column: width + 2)
        if !report.installations.isEmpty { text += "\n\n" + table(report.installations) }
        return text
    }

    private static func text(_ session: SessionReport) -> String {
        guard session.isComplete else {
            return "\(session.endedAt): \(session.detail ?? session.result) [\(session.result)]"
        }
        let failed = session.failedCommands == 0 ? "" : ", \(session.failedCommands) not done"
        return "\(session.endedAt): \(session.messages) messages, \(session.commands) commands\(failed)"
    }

    private static func table(_ installations: [StatusReport.Installation]) -> String {
        var table = Table("scope", "kind", "UniqueID", "status", "thumbprint", "error")
        for one in installations {
            table.row(one.scope, one.kind, one.uniqueID, one.status, one.thumbprint ?? "", one.error)
        }
        return table.text(empty: "")
    }
}
