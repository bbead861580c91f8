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
            when not, or when one of several is not. Every reason is told, the most telling first.

              sealwright verify --trust root.pem --untrusted issuing.pem server.pem
              sealwright verify --trust root.pem --untrusted issuing.pem \\
                  --purpose serverAuth --name server.example.test server.pem
              sealwright verify --trust root.pem --untrusted issuing.pem --crl root.crl \\
                  --crl issuing.crl device.pem
              sealwright verify --trust root.pem *.pem
              sealwright verify --limbo limbo.json --json
            """)

    @OptionGroup var options: VerifyOptions

    @Option(name: .long, help: "Answer the cases of an x509-limbo file instead, as its harness.")
    var limbo: String?

    @Argument(help: "The certificates, a file each; of several in a file the first, the others may stand between.")
    var leaves: [String] = []

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard limbo == nil || (leaves.isEmpty && options.isUntouched) else {
            throw ValidationError(
                "--limbo takes the certificates and all settings from its file; it goes with --json alone")
        }
    }

    func run() throws {
        if let limbo { return try answer(limbo) }
        guard let first = leaves.first else {
            throw CommandFailure(.usage, code: "cli.nothing-to-verify", "which certificate?", hint: "name its file")
        }
        let basis = try options.basis()
        let isGood = leaves.count == 1 ? try judge(first, by: basis) : judge(leaves, by: basis)
        if !isGood { throw ExitCode(ExitStatus.bad.rawValue) }
    }

    private static func report(on path: String, by basis: VerifyBasis) throws(CommandFailure) -> TrustReport {
        let query = try basis.query(leaf: path)
        return TrustReport(TrustValidator().evaluate(query), of: query)
    }

    private func judge(_ path: String, by basis: VerifyBasis) throws(CommandFailure) -> Bool {
        let report = try Self.report(on: path, by: basis)
        Terminal.result(json ? JSONText.of(report) : report.text(path))
        return report.trusted
    }

    /// One of several that cannot be read fails, and the others are judged.
    private func judge(_ paths: [String], by basis: VerifyBasis) -> Bool {
        var results: [Result] = []
        for path in paths {
            do throws(CommandFailure) {
                let report = try Self.report(on: path, by: basis)
                results.append(Result(file: path, report: report, error: nil))
                if !json { Terminal.result(report.text(path)) }
            } catch {
                let obstacle = Obstacle(code: error.code, message: error.message)
                results.append(Result(file: path, report: nil, error: obstacle))
                if !json { Terminal.error(Table.printable("sealwright: error: \(error.message) [\(error.code)]")) }
            }
        }
        if json { Terminal.result(JSONText.of(Results(results: results))) }
        return results.allSatisfy { $0.report?.trusted == true }
    }

    /// What is told of several certificates.
    private struct Results: Encodable {
        let results: [Result]
    }

    /// What is told of one of several: the judgement, or why there is none.
    private struct Result: Encodable {
        let file: String
        let report: TrustReport?
        let error: Obstacle?
    }

    private struct Obstacle: Encodable {
        let code: String
        let message: String
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
