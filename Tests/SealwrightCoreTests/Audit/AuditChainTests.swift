// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import Testing

@Suite("The audit trail's hash chain")
struct AuditChainTests {
    private static func event(_ number: Int64) -> AuditEvent {
        AuditEvent(
            action: "certificate.issued", at: Timestamp(seconds: 1000 + number), actor: "scep:abc",
            object: "serial-\(number)", details: ["subject": "CN=ü \"x\"\n", "a": "1"])
    }

    private static func chain(_ count: Int64) -> [AuditRecord] {
        var records: [AuditRecord] = []
        for number in 1...count {
            let previous = records.last?.hash ?? AuditChain.genesis
            let event = event(number)
            records.append(
                AuditRecord(
                    sequence: number, event: event, previousHash: previous,
                    hash: AuditChain.hash(previous: previous, event: event)))
        }
        return records
    }

    private static func changed(_ record: AuditRecord, sequence: Int64? = nil, outcome: String = "ok") -> AuditRecord {
        let event = AuditEvent(
            action: record.event.action, at: record.event.at, actor: record.event.actor, object: record.event.object,
            outcome: outcome, details: record.event.details)
        return AuditRecord(
            sequence: sequence ?? record.sequence, event: event, previousHash: record.previousHash, hash: record.hash)
    }

    @Test func `the canonical form is fixed`() {
        let expected =
            #"{"action":"certificate.issued","actor":"scep:abc","at":1001,"# + #""details":{"a":"1","#
            + #""subject":"CN=ü \"x\"\u000a"},"object":"serial-1","outcome":"ok"}"#
        #expect(String(decoding: AuditChain.canonicalBytes(of: Self.event(1)), as: UTF8.self) == expected)
        #expect(AuditChain.genesis == [UInt8](repeating: 0, count: 32))
    }

    @Test func `the hash is SHA-256 over 01, the hash before and the canonical form`() {
        let event = Self.event(1)
        let bytes = [0x01] + AuditChain.genesis + AuditChain.canonicalBytes(of: event)
        #expect(AuditChain.hash(previous: AuditChain.genesis, event: event) == DigestAlgorithm.sha256.hash(bytes))
    }

    @Test func `an untouched chain verifies, whole and in pieces`() {
        let records = Self.chain(20)
        #expect(AuditChain.verify(records) == nil)
        #expect(AuditChain.verify(records[7...], after: records[6]) == nil)
        #expect(AuditChain.verify([]) == nil)
    }

    @Test func `a changed record is found and named`() {
        var records = Self.chain(20)
        records[11] = Self.changed(records[11], outcome: "denied")
        #expect(AuditChain.verify(records) == 12)
    }

    @Test func `a dropped record is found`() {
        var records = Self.chain(20)
        records.remove(at: 4)
        #expect(AuditChain.verify(records) == 5)
    }

    @Test func `swapped records are found`() {
        var records = Self.chain(20)
        records.swapAt(2, 3)
        #expect(AuditChain.verify(records) == 3)
    }

    @Test func `a rewritten tail is found where it begins`() {
        var records = Self.chain(5)
        let other = Self.event(99)
        records[2] = AuditRecord(
            sequence: 3, event: other, previousHash: records[1].hash,
            hash: AuditChain.hash(previous: records[1].hash, event: other))
        #expect(AuditChain.verify(records) == 4)
    }

    @Test func `a record that is renumbered is found`() {
        var records = Self.chain(5)
        records[4] = Self.changed(records[4], sequence: 7)
        #expect(AuditChain.verify(records) == 5)
    }
}
