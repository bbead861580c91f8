// SPDX-License-Identifier: Apache-2.0

import Logging
import OMADM
import PKIFormats
import SealwrightCore

extension OMADMEndpoint {
    /// Octets of a message that are kept; what is longer is a value that people do not read.
    private static let recordLimit = 64 << 10

    /// Keeps both messages for people to read, without secrets, and what is known of the device; marks what the answer
    /// tells the device to do as sent.
    ///
    /// - Returns: the names of batches that must not be sent any more; none when all is stored.
    func record(
        _ exchange: Exchange, _ answer: ManagementSession.Answer, _ octets: [UInt8], _ entry: inout Entry
    ) async throws(OMADMRefusal) -> Set<String> {
        let now = services.clock.now
        let device = exchange.device.id
        let session = entry.name
        func message(
            _ message: SyncML, _ direction: ManagementMessage.Direction, wire: [UInt8]? = nil
        ) -> ManagementMessage {
            ManagementMessage(
                device: device, session: session, messageID: message.hdr.msgID, direction: direction, at: now,
                octets: Self.readable(message, wire))
        }
        let contact = ManagementContact(
            device: device, lastContactAt: now, facts: entry.facts.serialize(),
            loginStatus: entry.session.loginStatus?.rawValue, wireForm: exchange.form == .xml ? .xml : .wbxml)
        let messages = [
            message(exchange.message, .received),
            message(answer.message, .sent, wire: exchange.form == .xml ? octets : nil),
        ]
        let ids = answer.sent.filter { !OMADMOrders.isQuestion($0) }.map { QueuedCommandID(rawValue: $0) }
        let gone = try await storing { () async throws(StoreError) in
            try await services.store.record(contact, messages: messages, sending: ids, in: session)
        }
        return Set(gone.map(\.rawValue))
    }

    /// A message as XML without its secrets; `wire` is what we have written already, when that was XML.
    private static func readable(_ message: SyncML, _ wire: [UInt8]?) -> [UInt8] {
        if let wire, message.redacted() == message { return Array(wire.prefix(recordLimit)) }
        return Array(message.transcript().prefix(recordLimit))
    }

    /// Tells log and audit of a message that was not taken, where the device has proved who it is under its name.
    func record(_ refusal: OMADMRefusal, _ peer: Peer) async {
        logger.notice(
            "Management message refused",
            metadata: [
                "request.id": "\(peer.requestID)", "error.code": "\(refusal.code)", "error": "\(refusal.sentence)",
                "peer": "\(peer.address)",
            ])
        guard refusal.isAudited else { return }
        let event = AuditEvent(
            action: "management.refused", at: services.clock.now, actor: Self.actor,
            object: refusal.device?.rawValue ?? peer.address, outcome: refusal.code,
            details: ["detail": refusal.sentence, "peer": peer.address])
        try? await refusals.append(event, of: refusal.device?.rawValue ?? Self.actor)
    }

    func storing<Value: Sendable>(
        _ work: () async throws(StoreError) -> Value
    ) async throws(OMADMRefusal) -> Value {
        do { return try await work() } catch { throw .store(error) }
    }

    func managing<Value>(
        _ work: () async throws(ManagementError) -> Value
    ) async throws(OMADMRefusal) {
        do { _ = try await work() } catch { throw .management(error) }
    }
}
