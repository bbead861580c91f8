// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import OMADM
import PKIFormats
import SealwrightCore

extension OMADMEndpoint {
    /// Octets of a message that are kept; what is longer is a value that people do not read.
    private static let recordLimit = 64 << 10

    /// Keeps both messages for people to read, without secrets, and what is known of the device.
    func record(_ exchange: Exchange, _ answer: SyncML, _ entry: Entry) async throws(OMADMRefusal) {
        let now = services.clock.now
        let device = exchange.device.id
        func message(_ message: SyncML, _ direction: ManagementMessage.Direction) -> ManagementMessage {
            // An element that is not known cannot be written again; that it came is in the Status.
            let octets = ((try? message.redacted().serialize()) ?? []).prefix(Self.recordLimit)
            return ManagementMessage(
                device: device, session: entry.name, messageID: message.hdr.msgID, direction: direction, at: now,
                octets: Array(octets))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let contact = ManagementContact(
            device: device, lastContactAt: now, facts: Array((try? encoder.encode(entry.facts)) ?? Data("{}".utf8)),
            loginStatus: entry.session.loginStatus?.rawValue,
            wireForm: exchange.form == .xml ? .xml : .wbxml)
        let messages = [message(exchange.message, .received), message(answer, .sent)]
        try await storing { () async throws(StoreError) in
            try await services.store.record(contact, messages: messages)
        }
    }

    /// Tells log and audit of a message that was not taken.
    func record(_ refusal: OMADMRefusal, _ peer: Peer) async {
        logger.notice(
            "Management message refused",
            metadata: [
                "request.id": "\(peer.requestID)", "error.code": "\(refusal.code)", "error": "\(refusal.sentence)",
                "peer": "\(peer.address)",
            ])
        guard refusal.status != nil else { return }
        try? await services.store.append(
            AuditEvent(
                action: "management.refused", at: services.clock.now, actor: Self.actor, object: peer.address,
                outcome: refusal.code, details: ["detail": refusal.sentence]))
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
