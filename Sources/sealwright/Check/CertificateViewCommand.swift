// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightCore
import SealwrightInspection

extension CertificateCommand {
    /// `sealwright certificate view`: the certificate of a file or server, as an administrator asks for it.
    struct CertificateView: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "view",
            abstract: "Show the certificate of a file or server: names, hosts, issuing servers, dates, chain.",
            discussion: """
                Needs no server of ours and judges nothing; 'sealwright check' does.

                  sealwright certificate view server.pfx --password-file pass.txt
                  sealwright certificate view www.example.test:443
                """)

        @Argument(help: "A file (PEM, DER, PKCS#7, PKCS#12) or a server HOST[:PORT].")
        var subject: String

        @OptionGroup var reading: SubjectOptions

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func run() async throws {
            guard !CheckTarget.isFolder(subject) else {
                throw CommandFailure(
                    .usage, code: "cli.is-a-folder", "\(subject) is a folder",
                    hint: "name one file of it; 'sealwright check \(subject)' looks at all of them")
            }
            let target = try CheckTarget.resolve(subject, startTLS: reading.dialogue())
            let found: CheckSubject
            do {
                found = try await target.subject(password: reading.password(), seconds: reading.timeout)
            } catch let obstacle as CheckObstacle {
                throw CommandFailure(obstacle, at: target)
            }
            let facts = CertificateFacts(found.leaf, friendlyName: found.friendlyName)
            let chain = found.presented.filter { $0 != found.leaf }.map { CertificateFacts($0) }
            guard !json else { return Terminal.result(JSONText.of(Page(facts, chain))) }
            Terminal.result(
                CertificateText(facts, chain: chain).lines(width: PageWidth.current).joined(separator: "\n"))
        }

        private struct Page: Encodable {
            let certificate: CertificateFactsDocument
            let chain: [CertificateFactsDocument]

            init(_ facts: CertificateFacts, _ chain: [CertificateFacts]) {
                certificate = CertificateFactsDocument(facts)
                self.chain = chain.map { CertificateFactsDocument($0) }
            }
        }
    }
}

extension CommandFailure {
    /// A subject that could not be looked at.
    init(_ obstacle: CheckObstacle, at target: CheckTarget) {
        let isAway = obstacle.rule == .unreachable || obstacle.rule == .timedOut
        self.init(
            isAway ? .unavailable : .bad, code: obstacle.rule.rawValue,
            "\(Printable.text(target.name, limit: 200)): \(Printable.text(obstacle.evidence))",
            hint: obstacle.rule.remedy)
    }
}
