// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP

/// What an endpoint does with a ``ServerTransaction``, with keys in memory and a decision per test.
struct TestServer {
    let lab: Lab
    var settings = ServerSettings.generic
    /// The certificates requests may be encrypted to, with their keys.
    var recipients: [Identity]
    /// Decides about every request.
    var decide: (Request) throws -> CertRepAnswer

    init(
        _ lab: Lab, settings: ServerSettings = .generic, decide: ((Request) throws -> CertRepAnswer)? = nil
    ) {
        self.lab = lab
        self.settings = settings
        recipients = [lab.ra, lab.previousRA]
        self.decide =
            decide ?? { request in
                guard let csr = request.content.certificationRequest else { return .pending }
                return .success(certificate: try lab.issue(to: csr), chain: [lab.issuing.certificate.encoded])
            }
    }

    /// How a message ended.
    enum Ending {
        case unreadable(SCEPError)
        case refused(Refusal)
        case decided(Request)
    }

    /// Runs a message up to its decision; counts the RSA decryptions.
    func judge(_ message: [UInt8]) throws -> (ending: Ending, transaction: ServerTransaction, decryptions: Int) {
        var transaction = ServerTransaction(settings: settings, recipients: recipients.map(\.certificate))
        var action = transaction.received(message)
        var decryptions = 0
        while case .unwrap(let attempt) = action {
            decryptions += 1
            let key = try recipients[attempt.recipient].key.unwrapSynchronously(
                attempt.encryptedKey, transport: attempt.transport, keyLength: attempt.keyLength)
            action = transaction.keyUnwrapped(key)
        }
        switch action {
        case .unreadable(let error): return (.unreadable(error), transaction, decryptions)
        case .refuse(let refusal): return (.refused(refusal), transaction, decryptions)
        case .decide(let request): return (.decided(request), transaction, decryptions)
        case .unwrap: throw SCEPError.outOfOrder("unwrap")
        }
    }

    /// The reply to a message; `nil` stands for HTTP 400.
    func reply(to message: [UInt8]) throws -> [UInt8]? {
        let (ending, transaction, _) = try judge(message)
        switch ending {
        case .unreadable: return nil
        case .refused(let refusal): return try sign(transaction, .failure(refusal))
        case .decided(let request): return try sign(transaction, try decide(request))
        }
    }

    func sign(_ transaction: ServerTransaction, _ answer: CertRepAnswer) throws -> [UInt8] {
        let draft = try transaction.certRep(answer, signedBy: lab.ra.certificate, at: Lab.now)
        let signature = try lab.ra.key.signSynchronously(draft.bytesToSign, algorithm: draft.signatureAlgorithm)
        return try draft.finish(signature: signature)
    }
}

/// What a command line does with a ``ClientTransaction``.
struct TestClient {
    let lab: Lab
    /// Carries a message to the server and its reply back.
    let post: ([UInt8]) throws -> [UInt8]?

    enum Ending: Equatable {
        case finished(ClientOutcome)
        case failed(SCEPError)
        case waiting(seconds: Int64)
    }

    /// Runs a transaction until it ends or has to wait.
    func run(_ transaction: inout ClientTransaction) throws -> Ending {
        var action = transaction.start(at: Lab.now)
        for _ in 0..<20 {
            switch action {
            case .sign(let task):
                let key = try keyNamed(task.key)
                action = transaction.signed(try key.signSynchronously(task.bytes, algorithm: task.algorithm))
            case .send(let message): action = transaction.received(try post(message) ?? [])
            case .unwrap(let task):
                let key = try keyNamed(task.key)
                action = transaction.keyUnwrapped(
                    try key.unwrapSynchronously(
                        task.encryptedKey, transport: task.transport, keyLength: task.keyLength))
            case .wait(let seconds): return .waiting(seconds: seconds)
            case .finished(let outcome): return .finished(outcome)
            case .failed(let error): return .failed(error)
            }
        }
        throw SCEPError.outOfOrder("twenty steps")
    }

    private func keyNamed(_ id: KeyID) throws -> SoftwareKey {
        guard let key = lab.key(id) else { throw CryptoError.keyNotFound(id) }
        return key
    }
}
