// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
import PKIFormats
import SCEP
import SealwrightCommandLine
import SealwrightServer

/// The files and habits that enrolment, renewal and polling share.
struct ScepFiles: ParsableArguments {
    @Option(name: .long, help: "The private key's file. (default: <CN>.key)")
    var keyOut: String?

    @Option(name: .long, help: "The certificate's file. (default: <CN>.pem)")
    var certOut: String?

    @Option(
        name: .long, help: "Where a request that is not over is remembered. (default: <certificate file>.pending)")
    var state: String?

    @Option(name: .long, help: "Seconds between polls while the request is pending.")
    var pollInterval = 60

    @Option(name: .long, help: "How often to poll at most, 0 for never; without it until an answer comes.")
    var pollCount: Int?

    @Flag(name: .long, help: "Leave at once when the request is pending.")
    var noWait = false

    @Flag(name: .long, help: "Overwrite existing files.")
    var force = false

    func validate() throws {
        guard (1...Self.longestInterval).contains(pollInterval) else {
            throw ValidationError("--poll-interval is 1 to \(Self.longestInterval) seconds")
        }
        guard pollCount ?? 0 >= 0 else { throw ValidationError("--poll-count is 0 or more") }
    }

    /// A week in seconds.
    private static let longestInterval = 604_800

    /// `laptop-7` of `CN=laptop-7`, with only characters that are safe in a file's name.
    static func stem(_ subject: DistinguishedName) -> String {
        let name = subject.commonName ?? "device"
        let safe = name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" }
        return String(safe).hasPrefix(".") ? "device" : String(safe.prefix(64))
    }

    func key(_ subject: DistinguishedName) -> String { keyOut ?? Self.stem(subject) + ".key" }
    func certificate(_ subject: DistinguishedName) -> String { certOut ?? Self.stem(subject) + ".pem" }

    /// A key that exists is never overwritten by accident: it may be the only way into something.
    func checkFree(_ path: String) throws(CommandFailure) {
        guard !force, FileManager.default.fileExists(atPath: path) else { return }
        throw CommandFailure(
            .conflict, code: "cli.file-exists", "\(path) exists",
            hint: "choose another name, use 'sealwright scep renew', or overwrite it with --force")
    }

    /// How these options poll.
    var polling: Polling { Polling(delay: Int64(pollInterval), count: pollCount) }

    /// The file a request is remembered in.
    func stateFile(for certificate: String) -> String { state ?? certificate + ".pending" }

    /// A request that is not over is not begun anew by accident: its key may be certified any time.
    func checkNotUnderWay(_ certificate: String) throws(CommandFailure) {
        let file = stateFile(for: certificate)
        guard !force, FileManager.default.fileExists(atPath: file) else { return }
        throw CommandFailure(
            .conflict, code: "cli.file-exists", "\(file) holds a request that is not over",
            hint: "go on with 'sealwright scep poll --state \(file)', or begin anew with --force")
    }
}

/// `sealwright scep enroll`: a key, a request, a certificate.
struct ScepEnroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "Make a key and get a certificate for it.",
        discussion: """
            With --data everything comes from a server on this machine: the URL, its root, and a challenge for just \
            this subject.

              sealwright scep enroll --data sealwright-data --subject CN=first
              sealwright scep enroll --url http://pki.example.test:8080/scep/default --challenge C --subject CN=laptop-7
              sealwright scep enroll --data sealwright-data --subject CN=pc-3 --pfx-out pc-3.pfx --password-file pc-3.password
            """)

    @OptionGroup var target: ScepTarget
    @OptionGroup var files: ScepFiles
    @OptionGroup var pfx: PFXOutOptions

    @Option(name: .long, help: "The subject, such as CN=laptop-7,O=Example.")
    var subject: String

    @OptionGroup var challenge: ScepChallenge

    @Option(name: .long, help: "A subject alternative name, such as DNS:host.example. Repeat for more.")
    var san: [String] = []

    @Option(name: .long, help: "The new key's size: 2048, 3072 or 4096 bits of RSA.")
    var keyBits = 2048

    @Option(name: .long, help: "An existing RSA key instead of a new one.")
    var key: String?

    func run() async throws {
        let name = try parsedSubject()
        let (keyFile, certificateFile) = (files.key(name), files.certificate(name))
        try files.checkNotUnderWay(certificateFile)
        if key == nil { try files.checkFree(keyFile) }
        try files.checkFree(certificateFile)
        let pfxPassword = try pfx.password(force: files.force)
        let connection = try target.connection()
        let capabilities = try await connection.capabilities()
        let authority = try await connection.certificates(trusting: target.trust)
        if target.data == nil, target.caFingerprint == nil {
            Terminal.error("the CA is not checked; pass --ca-fingerprint to be sure it is the right one")
        }
        let settings = try target.settings(capabilities, polling: files.polling)
        let made = try await requestKey()
        let request = PKCSReq(
            subject: name, publicKey: made.key.publicKey, key: ScepExchange.requestKey,
            challengePassword: try await secret(), extensions: try extensions())
        // The key is on disk before the request leaves: a certificate without its key helps nobody.
        if key == nil { try OutputFile.write(Array(try made.pem.utf8), to: keyFile, isPrivate: true) }
        do {
            let transaction = try ClientTransaction(request, authority: authority, settings: settings, at: .current)
            let exchange = ScepExchange(
                connection: connection, usesPost: capabilities.usesPost, keys: [ScepExchange.requestKey: made],
                stateFile: files.stateFile(for: certificateFile), waits: !files.noWait,
                files: ScepState.Files(key: key ?? keyFile, certificate: certificateFile))
            let outcome = try await run(exchange, transaction, keyFile)
            if case .certificate(let der, _) = outcome {
                try pfx.write(der, key: made, issuers: authority.certificates, password: pfxPassword)
            }
            try ScepResult(outcome).write(certificate: certificateFile, key: key ?? keyFile, json: target.json)
            exchange.forget()
        } catch let error as SCEPError {
            throw CommandFailure(scep: error)
        }
    }

    /// Runs the exchange; a new key whose request is refused is of no use, and would be in the way of the next try.
    private func run(
        _ exchange: ScepExchange, _ transaction: ClientTransaction, _ keyFile: String
    ) async throws(CommandFailure) -> ClientOutcome {
        do {
            return try await exchange.run(transaction)
        } catch {
            if key == nil, error.code == "scep.refused" { try? FileManager.default.removeItem(atPath: keyFile) }
            throw error
        }
    }

    private func parsedSubject() throws(CommandFailure) -> DistinguishedName {
        do {
            return try DistinguishedName(text: subject)
        } catch {
            throw CommandFailure(.usage, code: error.code, "--subject: \(error)", hint: "write it as CN=host,O=Example")
        }
    }

    private func requestKey() async throws(CommandFailure) -> LocalKey {
        if let key { return try LocalKey.read(key) }
        let types = [2048: KeyType.rsa2048, 3072: .rsa3072, 4096: .rsa4096]
        guard let type = types[keyBits] else {
            throw CommandFailure(.usage, code: "cli.key-type", "--key-bits is 2048, 3072 or 4096")
        }
        Terminal.progress("making a key …")
        defer { Terminal.progressDone() }
        return try LocalKey.generate(type)
    }

    /// What a server on this machine is asked a challenge for.
    private struct Wish: Encodable {
        let endpoint: String
        let subject: String
        let subjectAlternativeNames: [String]?
        let ttl: String
    }

    /// The challenge: given, from a file, or made by the server on this machine for these names only.
    private func secret() async throws -> String? {
        if let given = try challenge.given() { return given }
        guard let data = target.data else { return nil }
        let server = try ServerOptions.parse(["--data", data])
        let wish = Wish(
            endpoint: target.endpoint, subject: subject, subjectAlternativeNames: san.isEmpty ? nil : san, ttl: "10m")
        let made: ChallengeDocument = try await server.client().post("challenges", wish)
        return made.challenge
    }

    private func extensions() throws(CommandFailure) -> [CertificateExtension] {
        guard !san.isEmpty else { return [] }
        var names: [GeneralName] = []
        for text in san {
            guard let name = GeneralName(text: text) else {
                throw CommandFailure(
                    .usage, code: "cli.name", "--san: '\(text)' is not a name such as DNS:host.example")
            }
            names.append(name)
        }
        return [SubjectAlternativeName(names).certificateExtension]
    }
}

extension Timestamp {
    /// The machine's clock, for commands.
    static var current: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}

/// What an exchange ended in, written and told.
struct ScepResult {
    private let outcome: ClientOutcome

    init(_ outcome: ClientOutcome) { self.outcome = outcome }

    private struct Summary: Encodable {
        let subject: String
        let serial: String
        let notAfter: String?
        let certificate: String
        let key: String?
    }

    func write(certificate file: String, key: String?, json: Bool) throws(CommandFailure) {
        guard case .certificate(let der, _) = outcome else { return }
        do {
            let view = try CertificateView(parsing: der)
            try OutputFile.write(Array(PEM.encode(der, label: "CERTIFICATE").utf8), to: file)
            let summary = Summary(
                subject: view.subject.rfc4514, serial: view.serialNumber.hex, notAfter: view.notAfter?.iso8601,
                certificate: file, key: key)
            guard !json else { return Terminal.result(JSONText.of(summary)) }
            let end = view.notAfter.map { ", ends \(RelativeTime.text($0.iso8601))" } ?? ""
            Terminal.result("  ✓ Certificate  \(summary.subject), serial \(summary.serial)\(end)")
            Terminal.result("                 \(file)")
            if let key { Terminal.result("  ✓ Key          \(key)") }
        } catch let error as FormatError {
            throw CommandFailure(.internalError, code: error.code, error.description)
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }
}
