// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import OMADM
import SealwrightCommandLine
import SealwrightServer

extension WindowsCommand {
    /// `windows lint`: what a device would make of commands.
    struct Lint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lint",
            abstract: "Check SyncML commands for what Windows refuses or misreads.",
            discussion: """
                The rules are those of the ClientCertificateInstall CSP: orders of commands, formats, values, quoting. \
                No server is needed; the exit status is 1 when there is an error.

                  sealwright windows lint payload.xml
                """)

        @Argument(help: "A file with SyncML commands in XML; - for standard input.")
        var file: String

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        private struct Line: Encodable {
            let code: String
            let severity: String
            let locURI: String?
            let message: String
            let fix: String
        }

        func run() async throws {
            let octets = try InputFile.read(file, limit: 8 << 20)
            let body: SyncBody
            do {
                body = try SyncBody(parsingExample: octets)
            } catch {
                throw CommandFailure(
                    .usage, code: error.code, "\(file): \(error)",
                    hint: "give commands such as <Get>…</Get> in XML, as UTF-8")
            }
            let findings = PayloadLint.findings(in: body)
            if json {
                Terminal.result(
                    JSONText.of(
                        findings.map {
                            Line(
                                code: $0.code, severity: $0.severity.rawValue, locURI: $0.locURI,
                                message: $0.message, fix: $0.fix)
                        }))
            } else if findings.isEmpty {
                Terminal.result("nothing to say against it")
            } else {
                for finding in findings {
                    Terminal.result(
                        "\(finding.severity.rawValue)  \(finding.code)  \(Table.printable(finding.locURI ?? ""))")
                    Terminal.result("  \(Table.printable(finding.message)) \(finding.fix)")
                }
            }
            if findings.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
        }
    }
}
