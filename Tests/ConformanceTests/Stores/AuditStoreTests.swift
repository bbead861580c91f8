// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Store contract: audit trail")
struct AuditStoreTests {
    @Test(arguments: StoreKind.allCases)
    func `every change writes its event, a refusal writes none`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.save(Sample.challenge(1), event: Sample.event("challenge.created"))
            let enrollment = Sample.enrollment(1, serial: 1)
            _ = try await store.recordPlan(
                enrollment, consuming: nil, replayWindow: 86_400, event: Sample.event("enrollment.planned"))
            _ = try await store.recordPlan(
                enrollment, consuming: nil, replayWindow: 86_400, event: Sample.event("enrollment.repeated"))
            try await store.append(Sample.event("request.refused"))
            let records = try await store.auditRecords(after: 0, limit: 10)
            #expect(records.map(\.event.action) == ["challenge.created", "enrollment.planned", "request.refused"])
            #expect(records.map(\.sequence) == [1, 2, 3])
            #expect(records.first?.event == Sample.event("challenge.created"))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `records are paged by sequence and listed by object`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...10 {
                try await store.append(Sample.event("test.\(number)", of: number.isMultiple(of: 2) ? "even" : "odd"))
            }
            #expect(try await store.auditRecords(after: 4, limit: 3).map(\.sequence) == [5, 6, 7])
            #expect(try await store.auditRecords(after: 10, limit: 3).isEmpty)
            #expect(try await store.newestAuditRecords(object: nil, limit: 2).map(\.sequence) == [10, 9])
            #expect(try await store.newestAuditRecords(object: "even", limit: 9).map(\.sequence) == [10, 8, 6, 4, 2])
            #expect(try await store.newestAuditRecords(object: "none", limit: 9).isEmpty)
        }
    }

    private static let filtered: [(actor: String, action: String, seconds: Int64)] = [
        ("operator:ada", "certificate.issued", 0), ("operator:adam", "certificate.revoked", 10),
        ("operator:ada", "certificates.counted", 20), ("system", "crl.published", 30),
        (#"operator:"quoted\"#, "certificate.issued", 40), ("operator:ada", "certificate.revoked", 5),
    ]

    private static func appendFiltered(to store: any Store) async throws {
        for (number, event) in filtered.enumerated() {
            try await store.append(
                AuditEvent(
                    action: event.action, at: Sample.now.adding(seconds: event.seconds), actor: event.actor,
                    object: number.isMultiple(of: 2) ? "even" : "odd"))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `records are found by actor and action, whole or by what they begin with`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await Self.appendFiltered(to: store)
            func found(actor: String? = nil, action: String? = nil, object: String? = nil) async throws -> [Int64] {
                var filter = AuditFilter(object: object)
                (filter.actor, filter.action) = (actor.map(AuditName.actor), action.map(AuditName.action))
                return try await store.newestAuditRecords(filter, limit: 9).map(\.sequence)
            }
            #expect(try await found(actor: "operator:ada") == [6, 3, 1])
            #expect(try await found(actor: "operator") == [6, 5, 3, 2, 1])
            #expect(try await found(actor: "operator:") == [6, 5, 3, 2, 1])
            #expect(try await found(actor: #"operator:"quoted\"#) == [5])
            #expect(try await found(actor: "oper").isEmpty)
            #expect(try await found(action: "certificate") == [6, 5, 2, 1])
            #expect(try await found(action: "certificate.issued") == [5, 1])
            #expect(try await found(actor: "operator:ada", action: "certificate", object: "even") == [1])
            #expect(try await found(actor: "operator:ada", action: "certificate", object: "odd") == [6])
            #expect(try await found(action: "crl.published", object: "even").isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `records of a span of time are found, also where the clock went back`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await Self.appendFiltered(to: store)
            var filter = AuditFilter()
            filter.since = Sample.now.adding(seconds: 5)
            filter.until = Sample.now.adding(seconds: 20)
            #expect(try await store.newestAuditRecords(filter, limit: 9).map(\.sequence) == [6, 2])
            #expect(try await store.newestAuditRecords(filter, limit: 1).map(\.sequence) == [6])
            #expect(try await store.newestAuditRecords(filter, limit: 0).isEmpty)
            #expect(try await store.auditRecords(filter, after: 0, limit: 9).map(\.sequence) == [2, 6])
            #expect(try await store.auditRecords(filter, after: 2, limit: 9).map(\.sequence) == [6])
            filter.until = nil
            #expect(try await store.auditRecords(filter, after: 2, limit: 2).map(\.sequence) == [3, 4])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the newest record of an action and an object is found among others`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for action in ["device.enrolled", "device.enrolled", "device.enrolled.twice", "device.seen"] {
                try await store.append(Sample.event(action, of: "pc-1"))
            }
            try await store.append(Sample.event("device.enrolled", of: "pc-2"))
            try await store.append(Sample.event("\"quoted\"", of: "pc-1"))
            #expect(try await store.newestAuditRecord(of: "device.enrolled", object: "pc-1")?.sequence == 2)
            #expect(try await store.newestAuditRecord(of: "\"quoted\"", object: "pc-1")?.sequence == 6)
            #expect(try await store.newestAuditRecord(of: "device", object: "pc-1") == nil)
            #expect(try await store.newestAuditRecord(of: "device.enrolled", object: "pc-3") == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the chain verifies after 500 writers at once`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...500 {
                    group.addTask { try await store.append(Sample.event("test.\(number)", of: "\(number)")) }
                }
                try await group.waitForAll()
            }
            let records = try await store.auditRecords(after: 0, limit: 1000)
            #expect(records.count == 500)
            #expect(Set(records.map(\.event.object)).count == 500)
            #expect(AuditChain.verify(records) == nil)
            let later = Array(records.dropFirst(250))
            #expect(AuditChain.verify(later, after: records[249]) == nil)
        }
    }
}
