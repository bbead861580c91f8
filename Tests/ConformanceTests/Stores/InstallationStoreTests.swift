// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Store contract: certificates on devices")
struct InstallationStoreTests {
    @Test(arguments: StoreKind.allCases)
    func `a record comes back as it was saved, by identifier and by its name on the device`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let (plain, full) = (Sample.installation(1), Sample.fullInstallation(2))
            for record in [plain, full] { try await store.order(record) }
            #expect(try await store.installation(plain.id) == plain)
            #expect(try await store.installation(full.id) == full)
            let found = try await store.installation(
                device: full.device, scope: .user, kind: .pfx, uniqueID: full.uniqueID)
            #expect(found == full)
            let other = try await store.installation(
                device: full.device, scope: .device, kind: .pfx, uniqueID: full.uniqueID)
            #expect(other == nil)
            #expect(try await store.installation(CertificateInstallationID(rawValue: "ci_9")) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a record takes the place of earlier generations, and of no other`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            var record = Sample.installation(1)
            try await store.order(record)
            let old = record
            record = record.nextGeneration(challenge: ChallengeID(rawValue: "ch_9"), at: Sample.now)
            record.deliveredAt = Sample.now
            record.subject = "CN=another"
            record.specification = "another"
            #expect(try await store.queue([], installation: record, event: Sample.event("test.saved")) == .queued)
            for late in [old, record] {
                let queued = try await store.queue(
                    [Sample.command(1)], installation: late, event: Sample.event("test.no"))
                #expect(queued == .installationOutdated)
                #expect(try await store.command(Sample.commandID(1)) == nil)
            }
            #expect(try await !store.replace(old, with: old, event: Sample.event("test.no")))
            #expect(try await store.installation(record.id) == record)
            #expect(try await store.auditRecords(after: 0, limit: 9).map(\.event.action) == ["test.saved"])
        }
    }

    private func eightTogether<Value: Sendable>(
        _ work: @escaping @Sendable (_ number: Int) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { group in
            for number in 1...8 { group.addTask { try await work(number) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `of orders that make the same generation one is queued`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let first = Sample.installation(1)
            try await store.order(first)
            let outcomes = try await eightTogether { number in
                let challenge = ChallengeID(rawValue: "ch_\(number)")
                return try await store.queue(
                    [Sample.command(number)],
                    installation: first.nextGeneration(challenge: challenge, at: Sample.now),
                    event: Sample.event("test.ordered"))
            }
            #expect(outcomes.count { $0 == .queued } == 1)
            #expect(outcomes.count { $0 == .installationOutdated } == 7)
            let waiting = try await store.next(1)
            let record = try #require(try await store.installation(first.id))
            #expect(waiting.map { "ch_\($0)" } == [record.challenge].compactMap { $0?.rawValue })
            #expect(try await store.auditRecords(after: 0, limit: 9).map(\.event.action) == ["test.ordered"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `of two that replace the same record one does`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let before = Sample.installation(1)
            try await store.order(before)
            let outcomes = try await eightTogether { number in
                var after = before
                after.deliveredAt = Sample.now.adding(seconds: Int64(number))
                return try await store.replace(before, with: after, event: Sample.event("test.replaced"))
            }
            #expect(outcomes.count { $0 } == 1)
            let unknown = Sample.installation(2)
            #expect(try await !store.replace(unknown, with: unknown, event: Sample.event("test.no")))
            #expect(try await store.installation(unknown.id) == nil)
            #expect(try await store.auditRecords(after: 0, limit: 9).map(\.event.action) == ["test.replaced"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a name on a device belongs to one record`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let queued = try await store.queue(
                [Sample.command(1, installation: 1)], installation: Sample.installation(1, name: "wifi"), event: nil)
            #expect(queued == .queued)
            let rival = try await store.queue(
                [Sample.command(2, installation: 2)], installation: Sample.installation(2, name: "wifi"),
                event: Sample.event("test.no"))
            #expect(rival == .installationExists(CertificateInstallationID(rawValue: "ci_1")))
            #expect(try await store.command(Sample.commandID(2)) == nil)
            // The same name elsewhere is another one.
            for other in [
                Sample.installation(3, device: 2, name: "wifi"), Sample.installation(4, scope: .user, name: "wifi"),
                Sample.installation(5, kind: .pfx, name: "wifi"), Sample.installation(6, name: "WIFI"),
            ] { try await store.order(other) }
            #expect(try await store.auditRecords(after: 0, limit: 9).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases, [1, 3, 50])
    func `pages of records are complete, newest first, by device and by stage`(
        kind: StoreKind, limit: Int
    ) async throws {
        try await kind.withStore { store in
            for number in 1...12 {
                var record = Sample.installation(number, device: number % 3)
                if number.isMultiple(of: 2) { record.deliveredAt = Sample.now }
                if number == 6 { record.failedAt = Sample.now }
                if number == 9 { (record.failedAt, record.isRemoved) = (Sample.now, true) }
                try await store.order(record)
            }
            #expect(try await numbers(store, nil, nil, limit) == Array((1...12).reversed()))
            #expect(try await numbers(store, 0, nil, limit) == [12, 9, 6, 3])
            #expect(try await numbers(store, nil, .delivered, limit) == [12, 10, 8, 4, 2])
            #expect(try await numbers(store, 0, .delivered, limit) == [12])
            #expect(try await numbers(store, nil, .failed, limit) == [6])
            #expect(try await numbers(store, nil, .removed, limit) == [9])
            #expect(try await store.installation(Sample.installation(9).id)?.isRemoved == true)
            #expect(try await numbers(store, nil, .mismatched, limit).isEmpty)
            #expect(try await numbers(store, 7, nil, limit).isEmpty)
        }
    }

    private func numbers(
        _ store: any InstallationStore, _ device: Int?, _ stage: CertificateInstallation.Stage?, _ limit: Int
    ) async throws -> [Int] {
        var found: [Int] = []
        var cursor: String?
        repeat {
            let page = try await store.installations(
                of: device.map { Sample.device(id: $0) }, stage: stage, after: cursor, limit: limit)
            found += page.items.compactMap { Int($0.id.rawValue.dropFirst(3)) }
            cursor = page.next
        } while cursor != nil
        return found
    }

    @Test(arguments: StoreKind.allCases)
    func `renewals are due in their order, and not of devices that are let in no more`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...6 {
                try await store.issue(number)
                var record = Sample.installation(number, device: number)
                // The sixth is in none of the plans.
                if number < 6 { record.renewAt = Sample.now.adding(seconds: Int64(100 - number * 10)) }
                try await store.order(record)
            }
            _ = try await store.setState(.blocked, of: Sample.device(id: 4), event: Sample.event())
            _ = try await store.setState(.retired, of: Sample.device(id: 2), event: Sample.event())
            #expect(try await due(store, 49).isEmpty)
            #expect(try await due(store, 50) == ["ci_5"])
            #expect(try await due(store, 1000) == ["ci_5", "ci_3", "ci_1"])
            #expect(try await due(store, 1000, limit: 2) == ["ci_5", "ci_3"])
            let first = try #require(try await store.installation(CertificateInstallationID(rawValue: "ci_5")))
            try await store.order(first.nextGeneration(challenge: nil, at: Sample.now))
            #expect(try await due(store, 1000) == ["ci_3", "ci_1"])
        }
    }

    private func due(_ store: any InstallationStore, _ seconds: Int64, limit: Int = 9) async throws -> [String] {
        try await store.installationsDue(forRenewalAt: Sample.now.adding(seconds: seconds), limit: limit)
            .map(\.id.rawValue)
    }

    @Test(arguments: StoreKind.allCases)
    func `the enrolment that used a challenge is found, the newest of several`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.save(Sample.challenge(1, uses: 2), event: Sample.event())
            let challenge = Sample.challenge(1).id
            #expect(try await store.enrollment(challenge: challenge) == nil)
            for number in 1...2 {
                let enrollment = Sample.enrollment(number, serial: number, challenge: challenge)
                let outcome = try await store.recordPlan(
                    enrollment, consuming: challenge, replayWindow: 1, event: Sample.event())
                #expect(outcome == .recorded)
                #expect(try await store.enrollment(challenge: challenge) == enrollment)
            }
            try await store.issue(3)
            #expect(try await store.enrollment(challenge: challenge)?.id.rawValue == "en_2")
        }
    }
}
