// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightServer

/// What `certificate issue` and `certificate sign` ask the API for.
struct IssueWish: Encodable {
    let csr: String
    let profile: String
    let authority: String?
    let subject: String?
    let subjectAlternativeNames: [String]?
    let validity: String?
}

/// The options both share.
struct IssueOptions: ParsableArguments {
    @Option(name: .long, help: "The certificate profile: device or server.")
    var profile = "device"

    @Option(name: .long, help: "The authority; the active issuing CA without it.")
    var authority: String?

    @Option(name: .long, help: "A subject alternative name, such as DNS:host.example. Repeat for more.")
    var san: [String] = []

    @Option(name: .long, help: "How long it is valid, such as 90d.")
    var validity: String?

    /// What the API is asked for.
    ///
    /// - Parameters:
    ///   - request: the PKCS#10, DER.
    ///   - subject: a subject instead of the request's.
    /// - Returns: the body of the question.
    func wish(signing request: [UInt8], subject: String? = nil) -> IssueWish {
        IssueWish(
            csr: PEM.encode(request, label: "CERTIFICATE REQUEST"), profile: profile, authority: authority,
            subject: subject, subjectAlternativeNames: san.isEmpty ? nil : san, validity: validity)
    }
}

/// What the profile did not grant, told on standard error.
extension IssueOptions {
    /// Tells which of the names asked for are not in the certificate, and that it lives shorter than asked for.
    fileprivate func tellNotGranted(in certificate: CertificateDocument) {
        tellShortened(certificate)
        guard let block = try? PEM.decode(certificate.pem ?? "").first,
            let names = try? CertificateView(parsing: block.der).subjectAlternativeName?.names ?? []
        else { return }
        let leftOut = san.filter { text in
            guard let name = GeneralName(text: text) else { return false }
            return !names.contains(name)
        }
        for text in leftOut {
            Terminal.error(
                "sealwright: note: the profile '\(profile)' does not grant \(Table.printable(text)); it was left out")
        }
    }

    private func tellShortened(_ certificate: CertificateDocument) {
        guard let validity, let wished = Duration.seconds(of: validity),
            let start = Timestamp(iso8601: certificate.issuedAt), let end = Timestamp(iso8601: certificate.notAfter),
            end.seconds(since: start) < wished - Self.rounding
        else { return }
        Terminal.error(
            "sealwright: note: it ends on \(certificate.notAfter), before the \(Table.printable(validity)) asked for; "
                + "the profile '\(profile)' or the end of the authority allows no more")
    }

    /// Seconds that starts in the past and whole minutes may take.
    private static var rounding: Int64 { 3_600 }
}

/// `sealwright certificate sign`: a PKCS#10 in, a certificate out.
struct CertificateSign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a certification request from a file.",
        discussion: "  sealwright certificate sign request.csr --profile server --out server.pem")

    @Argument(help: "A PKCS#10, PEM or DER; - for standard input.")
    var request: String

    @Option(name: .long, help: "A subject instead of the request's.")
    var subject: String?

    @Option(name: [.long, .customShort("o")], help: "The file to write the certificate to.")
    var out: String?

    @OptionGroup var options: IssueOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
        let bytes = try InputFile.read(request, limit: 1 << 20)
        guard let block = try? PEM.sniff(bytes).first else {
            throw CommandFailure(.usage, code: "cli.not-a-request", "\(request) is not a PKCS#10 in PEM or DER")
        }
        if let out { try OutputFile.checkWritable(out) }
        let made: CertificateDocument = try await server.client().post(
            "certificates",
            options.wish(signing: block.der, subject: subject))
        options.tellNotGranted(in: made)
        if out != nil || !server.json { try OutputFile.write(Array((made.pem ?? "").utf8), to: out) }
        if server.json { Terminal.result(JSONText.of(made)) }
    }
}

/// `sealwright certificate issue`: a key made here, and a certificate for it.
struct CertificateIssue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Make a key on this machine and a certificate for it.",
        discussion: """
            The key never leaves this machine; it is written readable by you only.

              sealwright certificate issue --subject CN=build-7 --key-out build-7.key \\
                  --out build-7.pem
              sealwright certificate issue --subject CN=build-7 --pfx-out build-7.pfx \\
                  --password-file build-7.password
            """)

    @Option(name: .long, help: "The subject, such as CN=host,O=Example.")
    var subject: String

    @Option(name: .long, help: "The key's type.")
    var key = "rsa-2048"

    @Option(name: .long, help: "The file to write the private key to; not needed with --pfx-out.")
    var keyOut: String?

    @Option(name: [.long, .customShort("o")], help: "The file to write the certificate to.")
    var out: String?

    @Flag(name: .long, help: "Write over files that exist.")
    var force = false

    @OptionGroup var pfx: PFXOutOptions
    @OptionGroup var options: IssueOptions
    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard keyOut != nil || pfx.pfxOut != nil else {
            throw ValidationError("say where the private key goes: --key-out or --pfx-out")
        }
        if let path = OutputFile.repeated([keyOut, out, pfx.pfxOut]) {
            throw ValidationError("\(path) is to take two things; give key, certificate and PKCS#12 a file each")
        }
    }

    func run() async throws {
        let client = try server.client()
        if let keyOut { try OutputFile.checkFree(keyOut, force: force) }
        if let out { try OutputFile.checkWritable(out) }
        for path in [keyOut, pfx.pfxOut].compactMap({ $0 }) { try OutputFile.checkWritable(path, isPrivate: true) }
        let pfxPassword = try pfx.password(force: force)
        guard let type = KeyType(rawValue: key) else {
            let known = KeyType.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(
                .usage, code: "cli.key-type", "--key: '\(key)' is not a key type", hint: "choose one of \(known)")
        }
        let made = try LocalKey.generate(type)
        let request = try made.certificationRequest(subject: subject)
        // On the disk before the request leaves: a certificate without its key helps nobody.
        let waitingKey = keyOut.map { OutputFile.isReplaceable($0) ? $0 + ".new" : $0 }
        if let waitingKey { try OutputFile.write(Array(made.pem.utf8), to: waitingKey, isPrivate: true) }
        let certificate = try await ask(client, for: request, waitingKey: waitingKey)
        if let keyOut, let waitingKey, keyOut != waitingKey { try OutputFile.replace(keyOut, with: waitingKey) }
        options.tellNotGranted(in: certificate)
        if pfxPassword != nil {
            let chain = try await client.octets(
                "certificates/\(AdministrationClient.escape(certificate.serial))/download", [("format", "chain")])
            try pfx.write(made, chain: chain, password: pfxPassword)
        }
        if out != nil || (pfx.pfxOut == nil && !server.json) {
            try OutputFile.write(Array((certificate.pem ?? "").utf8), to: out)
        }
        if server.json { Terminal.result(JSONText.of(certificate)) }
    }

    /// The certificate; a key that was refused one is of no use and goes.
    private func ask(
        _ client: AdministrationClient, for request: [UInt8], waitingKey: String?
    ) async throws(CommandFailure) -> CertificateDocument {
        do {
            return try await client.post(
                "certificates",
                options.wish(signing: request))
        } catch {
            // Without an answer nobody knows whether something was issued.
            if let waitingKey, waitingKey != keyOut, error.status != .unavailable {
                try? FileManager.default.removeItem(atPath: waitingKey)
            }
            throw error
        }
    }
}
