// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
package import OMADM
package import SealwrightCore

/// A batch of commands in the form in which the queue holds it: JSON around SyncML, sealed.
///
/// Challenges, passwords and keys are in it, so the store gets no readable octets.
package struct OMADMQueuedBatch: Sendable {
    /// What it is sealed for; another label opens nothing.
    package static let label = "oma-dm-command"

    private let sealer: any SecretSealer

    package init(sealer: any SecretSealer) { self.sealer = sealer }

    private struct Document: Codable {
        /// A SyncML document whose body holds the commands.
        let syncml: String
        /// Codes that count as success outside an Atomic.
        let tolerated: [UInt16]
    }

    /// Writes and seals commands.
    ///
    /// - Throws: ``OMADMOrderError/unwritable(_:)``, ``OMADMOrderError/sealing(_:)``.
    package func seal(
        _ commands: [Command], tolerating codes: Set<StatusCode> = []
    ) throws(OMADMOrderError) -> [UInt8] {
        let hdr = SyncHdr(sessionID: "0", msgID: "0", target: Location("."), source: Location("."))
        let octets: [UInt8]
        do {
            octets = try SyncML(hdr: hdr, body: SyncBody(commands: commands)).serialize()
        } catch {
            throw .unwritable(error)
        }
        let document = Document(
            syncml: String(decoding: octets, as: UTF8.self), tolerated: codes.map(\.rawValue).sorted())
        guard let json = try? JSONEncoder().encode(document) else { throw .unwritable(.missing("commands")) }
        do {
            return try sealer.seal(Array(json), label: Self.label)
        } catch {
            throw .sealing(error)
        }
    }

    /// Opens and reads commands.
    ///
    /// - Throws: ``OMADMOrderError/unreadable``, ``OMADMOrderError/sealing(_:)``.
    package func open(_ command: QueuedCommand) throws(OMADMOrderError) -> CommandBatch {
        let json: [UInt8]
        do {
            json = try sealer.unseal(command.payload, label: Self.label)
        } catch {
            throw .sealing(error)
        }
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(json)),
            let message = try? SyncML(parsing: Array(document.syncml.utf8))
        else { throw .unreadable }
        return CommandBatch(
            id: command.id.rawValue, commands: message.body.commands,
            toleratedCodes: Set(document.tolerated.map { StatusCode(rawValue: $0) }))
    }
}
