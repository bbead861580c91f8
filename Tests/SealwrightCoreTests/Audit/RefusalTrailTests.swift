// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("Audit trail: refusals, which anybody can cause")
struct RefusalTrailTests {
    private func event(_ object: String, at now: Timestamp) -> AuditEvent {
        AuditEvent(action: "enrollment.refused", at: now, actor: "scep:test", object: object, outcome: "test.refused")
    }

    @Test func `a thousand under one name are written, then one a second, which tells of those that were not`()
        async throws
    {
        let store = InMemoryStore()
        let trail = RefusalTrail(store: store)
        let start = Timestamp(seconds: 1_780_315_200)
        for _ in 0..<1_500 { try await trail.append(event("default", at: start), of: "default") }
        #expect(await store.events.count == 1_000)
        // Another endpoint, or a device, is told of all the same.
        try await trail.append(event("apple", at: start), of: "apple")
        #expect(await store.events.last?.object == "apple")
        let later = start.adding(seconds: 2)
        for _ in 0..<5 { try await trail.append(event("default", at: later), of: "default") }
        let written = await store.events.dropFirst(1_001)
        #expect(written.map { $0.details["untold"] } == ["500", nil])
        try await trail.append(event("default", at: later.adding(seconds: 1)), of: "default")
        #expect(await store.events.last?.details["untold"] == "3")
    }

    @Test func `a line that the first one says is written once in ten minutes, whatever else is refused there`()
        async throws
    {
        let store = InMemoryStore()
        let trail = RefusalTrail(store: store)
        let start = Timestamp(seconds: 1_780_315_200)
        #expect(try await trail.append(event("default", at: start), of: "default", pace: .seldom))
        for second: Int64 in [0, 1, 599] {
            let later = event("default", at: start.adding(seconds: second))
            #expect(try await !trail.append(later, of: "default", pace: .seldom))
        }
        #expect(await store.events.count == 1)
        #expect(try await trail.append(event("default", at: start.adding(seconds: 599)), of: "default", pace: .usual))
        let next = event("default", at: start.adding(seconds: 600))
        #expect(try await trail.append(next, of: "default", pace: .seldom))
        #expect(await store.events.last?.details["untold"] == "3")
        #expect(try await !trail.append(next, of: "default", pace: .seldom))
    }

    @Test func `a clock that was set back earns no lines, and one set far ahead no more than the first thousand`()
        async throws
    {
        let store = InMemoryStore()
        let trail = RefusalTrail(store: store)
        let start = Timestamp(seconds: 1_780_315_200)
        for _ in 0..<1_001 { try await trail.append(event("default", at: start), of: "default") }
        try await trail.append(event("default", at: start.adding(seconds: -86_400)), of: "default")
        #expect(await store.events.count == 1_000)
        let ahead = Timestamp(seconds: 253_402_300_799)
        for _ in 0..<1_200 { try await trail.append(event("default", at: ahead), of: "default") }
        #expect(await store.events.count == 2_000)
    }
}
