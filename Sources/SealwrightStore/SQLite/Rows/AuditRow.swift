// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How an ``AuditRecord`` lies in its table: the event as the octets that were hashed.
enum AuditRow {
    static let select: SQL = "SELECT sequence, object, event, previous_hash, hash FROM audit"

    static func read(_ row: inout SQLRow) -> AuditRecord {
        let sequence = row.int()
        let object = row.text()
        let event = event(row.octets(), object: object)
        return AuditRecord(
            sequence: sequence, event: event, previousHash: row.octets(), hash: row.octets())
    }

    /// The event of a row.
    ///
    /// A row that was tampered with still gives one, whose hash is wrong, so that a check of the chain finds the place
    /// instead of stopping before it.
    private static func event(_ octets: [UInt8], object: String) -> AuditEvent {
        if let stored = try? JSONDecoder().decode(StoredEvent.self, from: Data(octets)) {
            let event = stored.event
            if event.object == object, AuditChain.canonicalBytes(of: event) == octets { return event }
        }
        return AuditEvent(
            action: "audit.unreadable", at: Timestamp(seconds: 0), actor: "", object: object,
            outcome: "audit.unreadable", details: ["octets": String(decoding: octets.prefix(1024), as: UTF8.self)])
    }

    /// The canonical form of an event, read back.
    private struct StoredEvent: Decodable {
        let action: String
        let actor: String
        let at: Int64
        let details: [String: String]
        let object: String
        let outcome: String

        var event: AuditEvent {
            AuditEvent(
                action: action, at: Timestamp(seconds: at), actor: actor, object: object, outcome: outcome,
                details: details)
        }
    }
}
