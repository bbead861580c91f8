// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightInspection
import SealwrightServer
import TrustEvaluation

/// `sealwright verify`: whether a certificate is acceptable, and why not.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judge a certificate: path, purpose, names, policies and revocation.",
        discussion: """
            Reads DER and PEM; needs no server and fetches nothing. Exit status 0 when the certificate is acceptable, 1 \
            when not. Every reason is told, the most telling first.

              sealwright verify --trust root.pem --untrusted issuing.pem server.pem
              sealwright verify --trust root.pem --untrusted issuing.pem --purpose serverAuth --name server.example.test \
            server.pem
              sealwright verify --trust root.pem --untrusted issuing.pem --crl root.crl --crl issuing.crl device.pem
              sealwright verify --limbo limbo.json --json
            """)

    @OptionGroup var options: VerifyOptions

    @Option(name: .long, help: "Answer the cases of an x509-limbo file instead, as its harness.")
    var limbo: String?

    @Argument(help: "The certificate; of several in the file the first, the others may stand between.")
    var leaf: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard limbo == nil || (leaf == nil && options.isUntouched) else {
            throw ValidationError(
                "--limbo takes the certificates and all settings from its file; it goes with --json alone")
        }
    }

    func run() throws {
        if let limbo { return try answer(limbo) }
        guard let leaf else {
            throw CommandFailure(.usage, code: "cli.nothing-to-verify", "which certificate?", hint: "name its file")
        }
        let query = try options.query(leaf: leaf)
        let report = TrustReport(TrustValidator().evaluate(query), of: query)
        Terminal.result(json ? JSONText.of(report) : report.text(leaf))
        if !report.trusted { throw ExitCode(ExitStatus.bad.rawValue) }
    }

    /// x509-limbo's harness protocol is JSON whether asked for or not.
    private func answer(_ path: String) throws(CommandFailure) {
        let file = try InputFile.read(path, limit: 256 << 20)
        do {
            Terminal.result(JSONText.of(try LimboHarness(now: SystemClock().now).run(file)))
        } catch {
            throw CommandFailure(.usage, code: error.code, "\(path): \(error)")
        }
    }
}
