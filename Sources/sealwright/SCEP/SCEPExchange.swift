// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SCEP
import SealwrightCommandLine
import SealwrightNetwork

/// Carries out what a ``ClientTransaction`` asks for: signatures, network, waiting.
struct SCEPExchange {
    /// The names keys have inside a transaction.
    static let requestKey = KeyID(rawValue: "request")
    static let identityKey = KeyID(rawValue: "identity")

    let connection: SCEPConnection
    let usesPost: Bool
    let keys: [KeyID: LocalKey]
    /// Where the transaction is kept until it is over; `nil` keeps it nowhere.
    let stateFile: String?
    /// Whether to stay and poll, or to leave after the first PENDING.
    let waits: Bool
    /// The files of this enrolment, remembered with the transaction.
    var files: SCEPState.Files?

    /// Runs to the end, or to the first PENDING.
    ///
    /// Whoever is killed on the way goes on with `poll`; after a success the caller calls ``forget()`` once the
    /// certificate is in its file.
    func run(_ start: ClientTransaction) async throws(CommandFailure) -> ClientOutcome {
        var transaction = start
        var action = transaction.start(at: .current)
        while true {
            switch action {
            case .sign(let task): action = transaction.signed(try sign(task))
            case .send(let message):
                // Before it leaves: if the answer gets lost, the same transaction can be gone on with.
                try save(transaction)
                action = transaction.received(try await send(message))
            case .unwrap(let task): action = transaction.keyUnwrapped(try unwrap(task))
            case .wait(let seconds):
                try save(transaction)
                guard waits else { throw pending }
                try await pause(seconds)
                action = transaction.start(at: .current)
            case .finished(let outcome):
                tellWeakness(transaction.replyLegacyAlgorithms)
                return outcome
            case .failed(let error):
                throw try failure(error, transaction)
            }
        }
    }

    private func send(_ message: [UInt8]) async throws(CommandFailure) -> [UInt8] {
        do {
            return try await connection.send(message, usesPost: usesPost)
        } catch {
            throw CommandFailure(error.status, code: error.code, error.message, hint: advice ?? error.hint)
        }
    }

    /// What an attempt failed of.
    ///
    /// Only the server's own refusal ends the transaction: a garbled answer, or one of somebody else, does not.
    private func failure(
        _ error: SCEPError, _ transaction: ClientTransaction
    ) throws(CommandFailure) -> CommandFailure {
        switch error {
        case .refused:
            forget()
            return CommandFailure(scep: error)
        case .stillPending:
            try save(transaction)
            return CommandFailure(.unavailable, code: error.code, error.description, hint: advice)
        default:
            let failure = CommandFailure(scep: error)
            return CommandFailure(failure.status, code: failure.code, failure.message, hint: failure.hint ?? advice)
        }
    }

    private func tellWeakness(_ algorithms: [String]) {
        guard !algorithms.isEmpty else { return }
        Terminal.error("note: the server answered with \(algorithms.joined(separator: " and "))")
    }

    private func sign(_ task: SigningTask) throws(CommandFailure) -> [UInt8] {
        do {
            return try key(task.key).signSynchronously(task.bytes, algorithm: task.algorithm)
        } catch let error as CryptoError {
            throw CommandFailure(.internalError, code: error.code, error.description)
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }

    private func unwrap(_ task: UnwrappingTask) throws(CommandFailure) -> [UInt8] {
        do {
            return try key(task.key).unwrapSynchronously(
                task.encryptedKey, transport: task.transport, keyLength: task.keyLength)
        } catch let error as CryptoError {
            throw CommandFailure(.internalError, code: error.code, error.description)
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }

    private func key(_ id: KeyID) throws(CommandFailure) -> SoftwareKey {
        guard let found = keys[id] else {
            throw CommandFailure(.internalError, code: "cli.key-missing", "the key '\(id.rawValue)' is not at hand")
        }
        return found.key
    }

    private func pause(_ seconds: Int64) async throws(CommandFailure) {
        Terminal.error("pending; asking again in \(seconds) s (Ctrl-C leaves, 'sealwright scep poll' goes on)")
        do {
            try await Task.sleep(for: .seconds(seconds))
        } catch {
            throw pending
        }
    }

    private var pending: CommandFailure {
        CommandFailure(.unavailable, code: "scep.pending", "the request waits for approval", hint: advice)
    }

    /// How to go on, when there is something to go on with.
    private var advice: String? {
        guard let stateFile, FileManager.default.fileExists(atPath: stateFile) else { return nil }
        return "go on later with 'sealwright scep poll --state \(stateFile)'"
    }

    private func save(_ transaction: ClientTransaction) throws(CommandFailure) {
        guard let stateFile else { return }
        do {
            let state = SCEPState(
                url: connection.url.description, usesPost: usesPost, transaction: transaction, files: files)
            try OutputFile.write(Array(try JSONEncoder().encode(state)), to: stateFile, isPrivate: true)
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }

    /// Removes what was kept: there is nothing to go on with any more.
    func forget() {
        guard let stateFile else { return }
        try? FileManager.default.removeItem(atPath: stateFile)
    }
}
