// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCommandLine

/// `sealwright scep getca`: the RA and CA certificates, optionally those to come.
struct SCEPGetCA: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "getca",
        abstract: "Fetch the RA and CA certificates.",
        discussion: """
            Compare a fingerprint with what the administrator told you, or pass it with --ca-fingerprint.

              sealwright scep getca --url http://pki.example.test:8080/scep/default \\
                  --out ca.pem
            """)

    @OptionGroup var target: SCEPTarget

    @Option(name: [.long, .customShort("o")], help: "The file to write the certificates to, PEM.")
    var out: String?

    @Flag(name: .long, help: "The staged successor's certificates (GetNextCACert).")
    var next = false

    func run() async throws {
        let connection = try target.connection()
        let present = try await connection.certificates(trusting: target.trust)
        let found = next ? try await connection.nextCertificates(trusting: present) : present
        if let out {
            let text = found.certificates.map { PEM.encode($0.encoded, label: "CERTIFICATE") }.joined()
            try OutputFile.write(Array(text.utf8), to: out)
        }
        let rows = found.certificates.map { SCEPCertificateSummary($0) }
        guard !target.json else { return Terminal.result(JSONText.of(rows)) }
        for row in rows {
            Terminal.result(
                "\(row.role + String(repeating: " ", count: 4 - row.role.count))  \(Table.printable(row.subject))\n"
                    + "    SHA-256 \(row.sha256)\n    SHA-1   \(row.sha1)")
        }
    }
}

/// One certificate of GetCACert in a line.
struct SCEPCertificateSummary: Encodable {
    let role: String
    let subject: String
    let sha256: String
    let sha1: String

    init(_ certificate: CertificateView) {
        let isAuthority = certificate.basicConstraints?.isAuthority ?? false
        role = !isAuthority ? "RA" : certificate.isSelfIssued ? "root" : "CA"
        subject = certificate.subject.rfc4514
        sha256 = Hex.encode(certificate.fingerprint(.sha256))
        sha1 = Hex.encode(certificate.fingerprint(.sha1))
    }
}
