// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SCEP
import SealwrightEndpoints
import SealwrightTesting

/// Our own client, talking to a bench's endpoint with the keys of its devices.
struct LabClient {
    let bench: Workbench
    /// Puts the message in a query instead of a body.
    var usesGET = false

    enum Ending: Equatable {
        case finished(ClientOutcome)
        case failed(SCEPError)
        case waiting(seconds: Int64)
    }

    /// What the client learns first.
    func authority() async throws -> CACertificates {
        let reply = await bench.endpoint().respond(toQuery: "operation=GetCACert", from: Workbench.peer)
        return try CACertificates(parsing: reply.octets)
    }

    func settings() async throws -> ClientSettings {
        let reply = await bench.endpoint().respond(toQuery: "operation=GetCACaps", from: Workbench.peer)
        return try ClientSettings(capabilities: CACapabilities(parsing: reply.octets))
    }

    /// A first request.
    func transaction(_ subject: String, challenge: String? = nil) async throws -> ClientTransaction {
        let key = try LabKeys.device()
        return try ClientTransaction(
            PKCSReq(
                subject: DistinguishedName(rfc4514: subject), publicKey: key.publicKey, key: key.keyID,
                challengePassword: challenge),
            authority: try await authority(), settings: try await settings(), at: bench.clock.now)
    }

    /// The transaction as a new process finds it.
    func restored(_ transaction: ClientTransaction) throws -> ClientTransaction {
        try JSONDecoder().decode(ClientTransaction.self, from: JSONEncoder().encode(transaction))
    }

    /// Runs a transaction until it ends or has to wait.
    func run(_ transaction: inout ClientTransaction) async throws -> Ending {
        var action = transaction.start(at: bench.clock.now)
        for _ in 0..<20 {
            switch action {
            case .sign(let task):
                action = transaction.signed(
                    try key(task.key).signSynchronously(task.bytes, algorithm: task.algorithm))
            case .send(let message): action = transaction.received(await carry(message))
            case .unwrap(let task):
                action = transaction.keyUnwrapped(
                    try key(task.key).unwrapSynchronously(
                        task.encryptedKey, transport: task.transport, keyLength: task.keyLength))
            case .wait(let seconds): return .waiting(seconds: seconds)
            case .finished(let outcome): return .finished(outcome)
            case .failed(let error): return .failed(error)
            }
        }
        throw SCEPError.outOfOrder("twenty steps")
    }

    private func carry(_ message: [UInt8]) async -> [UInt8] {
        let endpoint = bench.endpoint()
        if usesGET {
            return await endpoint.respond(toQuery: GETMessage.rawQuery(for: message), from: Workbench.peer).octets
        }
        return await endpoint.respond(
            toBody: message, rawQuery: "operation=PKIOperation", from: Workbench.peer
        ).octets
    }

    private func key(_ id: KeyID) throws -> SoftwareKey {
        for number in 0..<3 {
            let key = try LabKeys.device(number)
            if key.keyID == id { return key }
        }
        throw CryptoError.keyNotFound(id)
    }
}
