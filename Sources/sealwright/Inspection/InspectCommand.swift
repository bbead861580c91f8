// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine
import SealwrightInspection
import SealwrightServer

/// `sealwright inspect`: what a file or URL holds, in plain words.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Say what a certificate, request, CRL, OCSP, CMS or SCEP message, key or PKCS#12 is.",
        discussion: """
            Reads DER, PEM with any number of blocks, and bare Base64. Needs no server. Exit status 0 when it could be \
            read, 1 with one line that says why when not.

              sealwright inspect device.pem
              sealwright inspect --type scep captured.bin --json
              sealwright inspect server.pfx --password-file server.password
              sealwright inspect http://pki.example.test:8080/crl/issuing.crl
              openssl s_client -connect host:443 </dev/null | sealwright inspect -
            """)

    @Argument(help: "A file, - for standard input, or an http or https URL.")
    var source: String

    @Option(name: .long, help: "What it must be; found out without it.")
    var type: String?

    @Option(
        name: .long, help: "A file with the password of a PKCS#12 or an encrypted private key; - for standard input.")
    var passwordFile: String?

    @Flag(name: .long, help: "One line, and one for each fault.")
    var short = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() async throws {
        let type = try wantedType()
        let password = try passwordFile.map { path throws(CommandFailure) in try Password.octets(path) }
        let octets = try await InspectionSource(source).read()
        let report: InspectionReport
        do {
            report = try Inspector(now: SystemClock().now, password: password).inspect(octets, as: type)
        } catch {
            throw CommandFailure(error, reading: source)
        }
        if json { return Terminal.result(JSONText.of(report)) }
        Terminal.result(octets: Array((short ? report.shortText : report.text(width: PageWidth.current)).utf8))
    }

    private func wantedType() throws(CommandFailure) -> InspectionType? {
        guard let type else { return nil }
        if let known = InspectionType(argument: type) { return known }
        throw CommandFailure(
            .usage, code: "cli.unknown-type", "--type: '\(type)' is not a type",
            hint: "choose one of \(InspectionType.arguments.joined(separator: ", "))")
    }
}

extension CommandFailure {
    /// An input that cannot be inspected: the thing checked is bad.
    init(_ error: InspectionError, reading source: String) {
        let name = source == "-" ? "standard input" : source
        self.init(.bad, code: error.code, "\(Printable.text(name, limit: 200)): \(error)")
    }
}
