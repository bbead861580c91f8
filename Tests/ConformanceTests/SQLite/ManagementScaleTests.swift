// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightStore

@Suite("SQLite store: commands among many")
struct ManagementScaleTests {
    /// The way SQLite takes to an answer, as EXPLAIN QUERY PLAN tells it.
    private func plan(of sql: SQL, in store: SQLiteStore) async throws -> [String] {
        try await store.commits.perform { session throws(StoreError) in
            try session.statement("EXPLAIN QUERY PLAN" + sql).all { row in
                row.skip(3)
                return row.text()
            }
        }
    }

    @Test func `what a device is to be told is found by an index, in order and without sorting`() async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteStore(path: folder + "/sealwright.db")
            let steps = try await plan(of: SQLiteStore.next, in: store)
            #expect(steps.first == "SEARCH c USING INDEX management_command_queued (device=?)", "\(steps)")
            #expect(steps.allSatisfy { !$0.contains("SCAN") && !$0.contains("TEMP B-TREE") }, "\(steps)")
            let over = try await plan(of: SQLiteStore.over, in: store)
            #expect(over.first?.contains("management_command_by_end (finished_at") == true, "\(over)")
            #expect(over.allSatisfy { !$0.contains("SCAN") && !$0.contains("TEMP B-TREE") }, "\(over)")
            let due = try await plan(of: SQLiteStore.due, in: store)
            #expect(due.first?.contains("certificate_installation_by_renewal (renew_at") == true, "\(due)")
            #expect(due.allSatisfy { !$0.contains("SCAN") && !$0.contains("TEMP B-TREE") }, "\(due)")
            await store.close()
        }
    }

    @Test func `a command among a hundred thousand that are over is found as fast as alone`() async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteStore(path: folder + "/sealwright.db")
            try await store.queue(Sample.command(1))
            let alone = try await time(of: store)
            // The same device has a thousand of them, others the rest.
            try await store.commits.perform { session throws(StoreError) in
                for number in 2...100_000 {
                    var command = Sample.command(number, device: number % 100 + 1)
                    command.state = .succeeded
                    try QueuedCommandRow.insert(command, in: session)
                }
            }
            try await store.queue(Sample.command(200_000))
            #expect(try await store.next() == ["1", "200000"])
            let among = try await time(of: store)
            // Without the index it takes a thousand times as long.
            #expect(among < alone * 20, "\(among) against \(alone)")
            await store.close()
        }
    }

    /// The shortest of several runs, since others use the processor too.
    private func time(of store: SQLiteStore) async throws -> Duration {
        var best = Duration.seconds(60)
        for _ in 1...50 {
            let start = ContinuousClock.now
            _ = try await store.next()
            best = min(best, ContinuousClock.now - start)
        }
        return best
    }
}
