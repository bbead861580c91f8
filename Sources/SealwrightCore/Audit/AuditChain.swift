// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// How audit records are chained so that a change of any one of them is found.
///
/// Each record's hash covers the hash before it. Removing records from the end is found only through a checkpoint
/// that was kept elsewhere.
package enum AuditChain {
    /// What the first record follows: 32 zero octets.
    package static let genesis = [UInt8](repeating: 0, count: 32)

    /// The octets of an event that are hashed: JSON without white space, keys sorted by their UTF-8, control
    /// characters, quotation marks and backslashes escaped, everything else as UTF-8.
    ///
    /// The same event gives the same octets for ever, whatever wrote or read it.
    package static func canonicalBytes(of event: AuditEvent) -> [UInt8] {
        var json = CanonicalJSON()
        json.object([
            ("action", .text(event.action)), ("actor", .text(event.actor)), ("at", .number(event.at.seconds)),
            ("details", .texts(event.details)), ("object", .text(event.object)), ("outcome", .text(event.outcome)),
        ])
        return json.bytes
    }

    /// How the canonical bytes of every event with an action begin, by which a store finds them.
    package static func canonicalBeginning(of action: String) -> [UInt8] {
        var json = CanonicalJSON()
        json.object([("action", .text(action))])
        return json.bytes.dropLast() + [UInt8(ascii: ",")]
    }

    /// SHA-256(0x01 ‖ previous ‖ canonical bytes of the event).
    ///
    /// The leading octet keeps this hash apart from the leaf and node hashes of the Merkle checkpoints.
    package static func hash(previous: [UInt8], event: AuditEvent) -> [UInt8] {
        hash(previous: previous, canonicalBytes: canonicalBytes(of: event))
    }

    /// The same hash when the event's canonical bytes are at hand.
    package static func hash(previous: [UInt8], canonicalBytes: [UInt8]) -> [UInt8] {
        DigestAlgorithm.sha256.hash([0x01] + previous + canonicalBytes)
    }

    /// Checks a run of records, oldest first.
    ///
    /// - Parameters:
    ///   - records: without gaps.
    ///   - previous: the record before the first of them; `nil` when the run starts at the beginning.
    /// - Returns: the sequence number of the first record that is wrong or missing, or `nil`.
    package static func verify(_ records: some Sequence<AuditRecord>, after previous: AuditRecord? = nil) -> Int64? {
        var sequence = previous?.sequence ?? 0
        var tip = previous?.hash ?? genesis
        for record in records {
            sequence += 1
            guard record.sequence == sequence, record.previousHash == tip,
                record.hash == hash(previous: tip, event: record.event)
            else { return sequence }
            tip = record.hash
        }
        return nil
    }
}

/// Just enough JSON to write an event in one way only.
private struct CanonicalJSON {
    enum Value {
        case text(String)
        case number(Int64)
        case texts([String: String])
    }

    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1_024) }

    /// Writes an object whose keys come sorted already.
    mutating func object(_ members: [(key: String, value: Value)]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            string(member.key)
            bytes.append(UInt8(ascii: ":"))
            value(member.value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func value(_ value: Value) {
        switch value {
        case .text(let text): string(text)
        case .number(let number): bytes.append(contentsOf: String(number).utf8)
        case .texts(let texts):
            let sorted = texts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            object(sorted.map { ($0.key, .text($0.value)) })
        }
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        // Looked at where they lie: each event has a dozen texts, and hardly one of them has anything to escape.
        if bytes[start...].contains(where: Self.mustEscape) {
            bytes.removeSubrange(start...)
            escape(text)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ text: String) {
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), octet])
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8 + [Self.hex[Int(octet >> 4)], Self.hex[Int(octet & 15)]])
            default: bytes.append(octet)
            }
        }
    }

    private static func mustEscape(_ octet: UInt8) -> Bool {
        octet < 0x20 || octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\")
    }

    private static let hex = Array("0123456789abcdef".utf8)
}
