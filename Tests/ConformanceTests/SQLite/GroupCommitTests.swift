// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightStore

@Suite("SQLite store: group commit")
struct GroupCommitTests {
    private func withStore(_ body: (SQLiteStore) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteStore(path: folder + "/sealwright.db")
            try await body(store)
            await store.close()
        }
    }

    @Test func `500 writers at once are all stored`() async throws {
        try await withStore { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...500 { group.addTask { try await store.issue(number) } }
                try await group.waitForAll()
            }
            #expect(try await store.credentialCount() == 500)
            let records = try await store.auditRecords(after: 0, limit: 2000)
            #expect(records.count == 1000)
            #expect(AuditChain.verify(records) == nil)
        }
    }

    @Test func `what is acknowledged is read at once, on every reader`() async throws {
        try await withStore { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...200 {
                    group.addTask {
                        let credential = try await store.issue(number)
                        #expect(try await store.credential(credential.id) != nil)
                        #expect(try await store.status(authority: Sample.issuing, serial: credential.serial) != nil)
                        _ = try await store.revoke(
                            serial: credential.serial, Sample.revocation(), event: Sample.event())
                        #expect(try await store.credential(serial: credential.serial)?.revocation != nil)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.revocationGeneration() == 200)
        }
    }

    @Test func `a verb that fails undoes itself and nothing of its group`() async throws {
        try await withStore { store in
            let results = await withTaskGroup(of: Bool.self) { group in
                for number in 1...200 {
                    group.addTask {
                        // Every fourth takes the serial and identifier of the one before, which the schema refuses.
                        let credential = Sample.credential(number.isMultiple(of: 4) ? number - 1 : number)
                        return (try? await store.save(credential, event: Sample.event("test.\(number)"))) != nil
                    }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(results.count { $0 } == 150)
            #expect(try await store.credentialCount() == 150)
            let records = try await store.auditRecords(after: 0, limit: 2000)
            #expect(records.count == 150)
            #expect(AuditChain.verify(records) == nil)
        }
    }

    @Test func `what a failing verb wrote before it failed is undone`() async throws {
        try await withStore { store in
            await withTaskGroup(of: Void.self) { group in
                for number in 1...100 {
                    group.addTask {
                        try? await store.commits.perform { session throws(StoreError) in
                            try CredentialRow.insert(Sample.credential(number), heldBy: nil, in: session)
                            try session.append(PreparedEvent(Sample.event()))
                            if number.isMultiple(of: 2) { throw .corrupted("on purpose") }
                        }
                    }
                }
            }
            #expect(try await store.credentialCount() == 50)
            let records = try await store.auditRecords(after: 0, limit: 200)
            #expect(records.count == 50)
            #expect(AuditChain.verify(records) == nil)
        }
    }

    @Test func `after a full disk writes are refused until a check succeeds, and reads go on`() async throws {
        try await withStore { store in
            try await store.issue(1)
            try await store.commits.perform { session throws(StoreError) in
                // The smallest allowed: no page more than there are.
                try session.connection.executeOnce("PRAGMA max_page_count = 1")
            }
            await #expect {
                for number in 2...2000 { try await store.issue(number) }
            } throws: { error in
                if case .unavailable(let text)? = error as? StoreError { text.contains("disk is full") } else { false }
            }
            await #expect(throws: StoreError.self) { try await store.append(Sample.event()) }
            #expect(try await store.credential(CredentialID(rawValue: "cr_1")) != nil)
            let acknowledged = try await store.credentialCount()

            _ = try? await store.commits.perform(isProbe: true) { session throws(StoreError) in
                try session.connection.executeOnce("PRAGMA max_page_count = 1000000")
            }
            try await store.checkWritable()
            try await store.issue(5000)
            #expect(try await store.credentialCount() == acknowledged + 1)
            #expect(AuditChain.verify(try await store.auditRecords(after: 0, limit: 9000)) == nil)
        }
    }
}
