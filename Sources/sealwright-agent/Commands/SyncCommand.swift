// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OMADM
import SealwrightAgent
import SealwrightCommandLine

/// `sealwright-agent sync`: one round with the server, now.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Open a management session now and carry out what the server asks.",
        discussion: """
            Renews the management certificate if the server says so, runs the SCEP enrolments that it started, and a \
            second session that tells how they ended. Wakes the service instead where it runs on the same folder.

              sealwright-agent sync --json
            """)

    @Flag(name: .long, help: "Send messages in WBXML.")
    var wbxml = false

    @Option(name: .long, help: "The user who is logged in, for ./User.")
    var user: String?

    @OptionGroup var options: AgentOptions

    func validate() throws { try ScopeOptions.check(user) }

    func run() async throws {
        let runtime: AgentRuntime
        do throws(CommandFailure) {
            runtime = try AgentRuntime(options)
        } catch  where error.code == AgentError.locked(path: "").code {
            guard !wbxml, user == nil, let answer = await ControlClient.sync(options.folder) else { throw error }
            return try tell(answer)
        }
        try tell(await runtime.cycle(user: user).run(form: wbxml ? .wbxml : nil))
    }

    private func tell(_ answer: ControlAnswer) throws(CommandFailure) {
        if let report = answer.report { return tell(report) }
        throw CommandFailure(
            ExitStatus(rawValue: answer.exitStatus) ?? .internalError, code: answer.code ?? "cli.failed",
            answer.message ?? "the service gave no reason", hint: answer.hint)
    }

    private func tell(_ report: ManagementCycle.Report) {
        guard !options.json else { return Terminal.result(JSONText.of(report)) }
        for session in report.sessions {
            let failed = session.failedCommands == 0 ? "" : ", \(session.failedCommands) not done"
            Terminal.result(
                "session \(session.sessionID): \(session.messages) messages, \(session.commands) commands\(failed)")
        }
        if let renewal = report.renewal {
            let why = renewal.detail.map { ": \(Table.printable($0))" } ?? ""
            Terminal.result(renewal.result == "ok" ? "certificate renewed" : "renewal \(renewal.result)\(why)")
        }
        for enrollment in report.enrollments { Terminal.result(enrollment.line) }
        if report.isUnenrolled { Terminal.result("the server ended the management of this device") }
    }
}
