// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Something that happened, as the audit trail keeps it.
///
/// It is written in the same transaction as the change it tells. Nothing secret is in it: no challenge, key or token.
package struct AuditEvent: Sendable, Hashable, Codable {
    /// `certificate.issued`, `challenge.created`, `enrollment.denied` and so on: object, dot, verb.
    package let action: String
    package let at: Timestamp
    /// Who did it: `scep:<key digest>`, `operator:local`, `system`.
    package let actor: String
    /// The object it was done to, by identifier or serial.
    package let object: String
    /// `ok`, or the stable code of the error.
    package let outcome: String
    /// Facts, by name.
    package let details: [String: String]

    /// The actor of what the server does by itself.
    package static let system = "system"

    package init(
        action: String, at: Timestamp, actor: String, object: String, outcome: String = "ok",
        details: [String: String] = [:]
    ) {
        self.action = action
        self.at = at
        self.actor = actor
        self.object = object
        self.outcome = outcome
        self.details = details
    }
}

/// An event with its place in the chain.
package struct AuditRecord: Sendable, Hashable, Codable {
    /// 1, 2, 3 …, without gaps, per node.
    package let sequence: Int64
    package let event: AuditEvent
    /// The `hash` of the record before; 32 zero octets for the first.
    package let previousHash: [UInt8]
    /// SHA-256(0x01 ‖ previousHash ‖ canonical bytes of the event).
    package let hash: [UInt8]

    package init(sequence: Int64, event: AuditEvent, previousHash: [UInt8], hash: [UInt8]) {
        self.sequence = sequence
        self.event = event
        self.previousHash = previousHash
        self.hash = hash
    }
}
