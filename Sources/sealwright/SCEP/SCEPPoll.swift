// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SCEP
import SealwrightCommandLine

/// `sealwright scep poll`: goes on with a request that was pending.
struct SCEPPoll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poll",
        abstract: "Ask again for a certificate that waits for approval.",
        discussion: """
            The file that 'enroll' or 'renew' left knows the URL, the key and where the certificate goes.

              sealwright scep poll --state laptop-7.pem.pending
            """)

    @OptionGroup var target: SCEPTarget
    @OptionGroup var files: SCEPFiles

    @Option(name: .long, help: "The old certificate's key, when a renewal is pending.")
    var oldKey: String?

    func run() async throws {
        guard let stateFile = files.state ?? files.certOut.map({ $0 + ".pending" }) else { throw Self.filesMissing }
        try await Self.goOn(
            stateFile, target: target, files: files, key: files.keyOut, certificate: files.certOut, oldKey: oldKey)
    }

    /// Goes on with the request in a file, with other files than those it remembers where they are given.
    static func goOn(
        _ stateFile: String, target: SCEPTarget, files: SCEPFiles, key: String? = nil, certificate: String? = nil,
        oldKey: String? = nil
    ) async throws {
        let state = try SCEPState.read(stateFile)
        guard let keyFile = key ?? state.files?.key, let certificateFile = certificate ?? state.files?.certificate
        else { throw filesMissing }
        let destination = key == nil ? state.files?.keyDestination : nil
        try SCEPFiles.checkDestinations([certificateFile], beside: destination ?? keyFile)
        var keys = [SCEPExchange.requestKey: try LocalKey.read(keyFile)]
        keys[SCEPExchange.identityKey] = try (oldKey ?? state.files?.oldKey).map { path in try LocalKey.read(path) }
        var target = target
        if target.data == nil { target.url = target.url ?? state.url }
        let exchange = SCEPExchange(
            connection: try target.connection(), usesPost: state.usesPost, keys: keys, stateFile: stateFile,
            waits: !files.noWait, files: state.files)
        var transaction = state.transaction
        transaction.poll(by: files.polling)
        let outcome = try await run(exchange, transaction, keyFile, isRenewal: destination != nil)
        if let destination { try OutputFile.replace(destination, with: keyFile) }
        try SCEPResult(outcome).write(certificate: certificateFile, key: destination ?? keyFile, json: target.json)
        exchange.forget()
    }

    /// Runs the exchange; who is refused is told of the key, which stays: another request with it may still be granted.
    private static func run(
        _ exchange: SCEPExchange, _ transaction: ClientTransaction, _ keyFile: String, isRenewal: Bool
    ) async throws(CommandFailure) -> ClientOutcome {
        do {
            return try await exchange.run(transaction)
        } catch {
            guard error.code == "scep.refused" else { throw error }
            let advice =
                isRenewal
                ? "the new key stays in \(keyFile) until 'sealwright scep renew' makes another"
                : "the key stays in \(keyFile): ask anew with 'sealwright scep enroll --key', or remove it"
            throw CommandFailure(error.status, code: error.code, error.message, hint: error.hint ?? advice)
        }
    }

    private static let filesMissing = CommandFailure(
        .usage, code: "cli.poll-files", "poll needs --state, or --key-out and --cert-out",
        hint: "the enrolment that is pending left its state in CERTIFICATE-FILE.pending")
}
