// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import OMADM
package import PKIFormats
package import SealwrightCore

/// A batch of commands in the form in which the queue holds it, sealed.
///
/// Challenges, passwords and keys are in it, so the store gets no readable octets. Inside is
/// `SEQUENCE { tolerated SEQUENCE OF INTEGER, lapses INTEGER OPTIONAL, syncml OCTET STRING }`: codes that count as
/// success outside an Atomic, the second since 1970 after which the commands are of no use, and a SyncML document whose
/// body holds them.
package struct OMADMQueuedBatch: Sendable {
    /// What it is sealed for; another label opens nothing.
    package static let label = "oma-dm-command"

    private let sealer: any SecretSealer

    package init(sealer: any SecretSealer) { self.sealer = sealer }

    /// Writes and seals commands.
    ///
    /// - Parameters:
    ///   - commands: what is to be done.
    ///   - codes: codes that count as success outside an Atomic.
    ///   - end: the last moment at which they may be sent; `nil` for what stays of use.
    /// - Returns: the sealed octets.
    /// - Throws: ``OMADMOrderError/unwritable(_:)``, ``OMADMOrderError/sealing(_:)``.
    package func seal(
        _ commands: [Command], tolerating codes: Set<StatusCode> = [], until end: Timestamp? = nil
    ) throws(OMADMOrderError) -> [UInt8] {
        let hdr = SyncHdr(sessionID: "0", msgID: "0", target: Location("."), source: Location("."))
        let octets: [UInt8]
        do {
            octets = try SyncML(hdr: hdr, body: SyncBody(commands: commands)).serialize()
        } catch {
            throw .unwritable(error)
        }
        var writer = DERWriter(capacity: octets.count + 64)
        writer.sequence { writer in
            writer.sequence { writer in
                for code in codes.map(\.rawValue).sorted() { writer.integer(Int(code)) }
            }
            if let end { writer.integer(Int(clamping: end.seconds)) }
            writer.octetString(octets)
        }
        do {
            return try sealer.seal(writer.bytes, label: Self.label)
        } catch {
            throw .sealing(error)
        }
    }

    /// Opens and reads commands.
    ///
    /// - Throws: ``OMADMOrderError/unreadable``, ``OMADMOrderError/sealing(_:)``; ``OMADMOrderError/lapsed(_:)`` for
    ///   commands that are of no use any more.
    package func open(_ command: QueuedCommand, at now: Timestamp) throws(OMADMOrderError) -> CommandBatch {
        let octets: [UInt8]
        do {
            octets = try sealer.unseal(command.payload, label: Self.label)
        } catch {
            throw .sealing(error)
        }
        let batch: CommandBatch
        var end: Timestamp?
        do {
            var fields = try ASN1Element(parsing: octets, rules: .der).fields()
            var tolerated = try fields.next(.sequence).fields()
            let codes = try tolerated.all().map { StatusCode(rawValue: UInt16(clamping: try $0.int())) }
            end = try fields.nextIf(.integer).map { Timestamp(seconds: Int64(try $0.int())) }
            let message = try SyncML(parsing: Array(try fields.next(.octetString).octetString()))
            try fields.finish()
            batch = CommandBatch(
                id: command.id.rawValue, commands: message.body.commands, toleratedCodes: Set(codes))
        } catch {
            throw .unreadable
        }
        if let end, end < now { throw .lapsed(end) }
        return batch
    }
}
