// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
import PKIFormats
import SCEP
import SealwrightCommandLine

/// `sealwright scep renew`: a new certificate on the strength of the present one.
struct SCEPRenew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Renew a certificate, signing with its key; no challenge is needed.",
        discussion: """
            A new key is made unless you pass --same-key. Without --now nothing happens before two thirds of the \
            certificate's life are over, so the command can run from a timer. Some servers want the challenge even \
            then, such as micromdm's.

              sealwright scep renew --url URL --cert laptop-7.pem --key laptop-7.key
            """)

    @OptionGroup var target: SCEPTarget
    @OptionGroup var files: SCEPFiles
    @OptionGroup var challenge: SCEPChallenge

    @Option(name: .long, help: "The present certificate.")
    var cert: String

    @Option(name: .long, help: "The present certificate's key.")
    var key: String

    @Flag(name: .long, help: "Keep the key.")
    var sameKey = false

    @Flag(name: .long, help: "Renew even if it is early.")
    var now = false

    func run() async throws {
        let (old, oldKey) = try present()
        if !now, let due = Self.due(old), due > .current {
            return Terminal.error("not due before \(due) (\(RelativeTime.text(due.iso8601))); --now renews anyway")
        }
        let (keyFile, certificateFile) = (files.keyOut ?? key, files.certOut ?? cert)
        let stateFile = files.stateFile(for: certificateFile)
        try SCEPFiles.checkDestinations(
            key: sameKey ? nil : keyFile, [certificateFile, stateFile], beside: sameKey ? key : nil)
        if !files.force, SCEPState.isPending(stateFile) {
            Terminal.error("going on with the request that waits for approval; --force makes a new one")
            return try await SCEPPoll.goOn(stateFile, target: target, files: files)
        }
        // The key that is renewed gives way to its successor; another one that is there does not.
        if !sameKey, OutputFile.repeated([key, keyFile]) == nil {
            try OutputFile.checkFree(keyFile, force: files.force)
        }
        let connection = try target.connection()
        let capabilities = try await connection.capabilities()
        let authority = try await connection.certificates(trusting: target.trust)
        let settings = try target.settings(capabilities, polling: files.polling)
        let newKey = sameKey ? oldKey : try LocalKey.generate(.rsa2048)
        let request = try request(for: old, newKey)
        // Beside the old one until the answer is here, so that a failure costs nothing.
        let waitingKey = keyFile + ".new"
        if !sameKey { try OutputFile.write(Array(try newKey.pem.utf8), to: waitingKey, isPrivate: true) }
        do {
            let identity = ClientIdentity(certificate: old, key: SCEPExchange.identityKey)
            let transaction = try ClientTransaction(
                RenewalReq(request: request, identity: identity), authority: authority, settings: settings)
            let exchange = SCEPExchange(
                connection: connection, usesPost: capabilities.usesPost,
                keys: [SCEPExchange.requestKey: newKey, SCEPExchange.identityKey: oldKey], stateFile: stateFile,
                waits: !files.noWait,
                files: SCEPState.Files(
                    key: sameKey ? key : waitingKey, keyDestination: sameKey ? nil : keyFile,
                    certificate: certificateFile, oldKey: key))
            let outcome = try await run(exchange, transaction, sameKey ? nil : waitingKey)
            if !sameKey { try OutputFile.replace(keyFile, with: waitingKey) }
            try SCEPResult(outcome).write(
                certificate: certificateFile, key: sameKey ? key : keyFile, json: target.json)
            exchange.forget()
        } catch let error as SCEPError {
            throw CommandFailure(scep: error)
        }
    }

    /// Runs the exchange; a new key whose request is refused is of no use.
    private func run(
        _ exchange: SCEPExchange, _ transaction: ClientTransaction, _ waitingKey: String?
    ) async throws(CommandFailure) -> ClientOutcome {
        do {
            return try await exchange.run(transaction)
        } catch {
            if let waitingKey, error.code == "scep.refused" { try? FileManager.default.removeItem(atPath: waitingKey) }
            throw error
        }
    }

    /// The certificate to renew, and its key.
    private func present() throws -> (CertificateView, LocalKey) {
        let certificate = try LocalFile.certificate(cert)
        let own = try LocalKey.read(key)
        guard certificate.publicKey == own.key.publicKey else {
            throw CommandFailure(.usage, code: "cli.key-mismatch", "\(key) is not the key of \(cert)")
        }
        return (certificate, own)
    }

    /// The names of a certificate, asked for anew.
    private func request(for certificate: CertificateView, _ key: LocalKey) throws -> PKCSReq {
        PKCSReq(
            subject: certificate.subject, publicKey: key.key.publicKey, key: SCEPExchange.requestKey,
            challengePassword: try challenge.given(),
            extensions: certificate.subjectAlternativeName.map { [$0.certificateExtension] } ?? [])
    }

    private static func due(_ certificate: CertificateView) -> Timestamp? {
        guard let start = certificate.notBefore, let end = certificate.notAfter else { return nil }
        return RenewalSchedule.renewal(notBefore: start, notAfter: end, random: .random(in: .min ... .max))
    }
}
