// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
import PKIFormats
import SCEP
import SealwrightCommandLine
import SealwrightServer

/// `sealwright scep enroll`: a key, a request, a certificate.
struct SCEPEnroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "Make a key and get a certificate for it.",
        discussion: """
            With --data everything comes from a server on this machine: the URL, its root, and a challenge for just \
            this subject.

              sealwright scep enroll --data sealwright-data --subject CN=first
              sealwright scep enroll --url http://pki.example.test:8080/scep/default \\
                  --challenge C --subject CN=laptop-7
              sealwright scep enroll --data sealwright-data --subject CN=pc-3 \\
                  --pfx-out pc-3.pfx --password-file pc-3.password
            """)

    @OptionGroup var target: SCEPTarget
    @OptionGroup var files: SCEPFiles
    @OptionGroup var pfx: PFXOutOptions

    @Option(name: .long, help: "The subject, such as CN=laptop-7,O=Example.")
    var subject: String

    @OptionGroup var challenge: SCEPChallenge

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
        try SCEPFiles.checkDestinations(
            key: key == nil ? keyFile : nil, [certificateFile, pfx.pfxOut, files.stateFile(for: certificateFile)],
            beside: key)
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
            subject: name, publicKey: made.key.publicKey, key: SCEPExchange.requestKey,
            challengePassword: try await secret(), extensions: try extensions())
        // The key is on disk before the request leaves: a certificate without its key helps nobody.
        if key == nil { try OutputFile.write(Array(try made.pem.utf8), to: keyFile, isPrivate: true) }
        do {
            let transaction = try ClientTransaction(request, authority: authority, settings: settings, at: .current)
            let exchange = SCEPExchange(
                connection: connection, usesPost: capabilities.usesPost, keys: [SCEPExchange.requestKey: made],
                stateFile: files.stateFile(for: certificateFile), waits: !files.noWait,
                files: SCEPState.Files(key: key ?? keyFile, certificate: certificateFile))
            let outcome = try await run(exchange, transaction, keyFile)
            if case .certificate(let der, _) = outcome {
                try pfx.write(der, key: made, issuers: authority.certificates, password: pfxPassword)
            }
            try SCEPResult(outcome).write(certificate: certificateFile, key: key ?? keyFile, json: target.json)
            exchange.forget()
        } catch let error as SCEPError {
            throw CommandFailure(scep: error)
        }
    }

    /// Runs the exchange; a new key whose request is refused is of no use, and would be in the way of the next try.
    private func run(
        _ exchange: SCEPExchange, _ transaction: ClientTransaction, _ keyFile: String
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
