// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCore
import SealwrightStore
import SealwrightTesting
import Testing

@Suite("SQLite store: opened for reading beside the server that writes")
struct ReadOnlyStoreTests {
    @Test func `it sees what is committed and refuses every write`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            let writer = try SQLiteStore(path: path)
            try await writer.save(Sample.challenge(1), event: Sample.event())
            let reader = try SQLiteStore(reading: path)
            let challenge = Sample.challenge(1)
            #expect(try await reader.challenge(endpoint: .default, digest: challenge.digest) == challenge)
            await #expect(throws: StoreError.self) { try await reader.append(Sample.event()) }
            await #expect(throws: StoreError.self) { try await reader.checkWritable() }
            try await writer.save(Sample.challenge(2), event: Sample.event())
            #expect(try await reader.challenge(endpoint: .default, digest: Sample.challenge(2).digest) != nil)
            await reader.close()
            try await writer.append(Sample.event())
            await writer.close()
        }
    }

    @Test func `it opens what a server left and makes nothing`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            let writer = try SQLiteStore(path: path)
            try await writer.save(Sample.challenge(1), event: Sample.event())
            await writer.close()
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            let reader = try SQLiteStore(reading: path)
            #expect(try await reader.newestAuditRecords(object: nil, limit: 10).count == 1)
            await reader.close()
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
            #expect(throws: StoreError.self) { try SQLiteStore(reading: folder + "/none.db") }
            #expect(!FileManager.default.fileExists(atPath: folder + "/none.db"))
        }
    }
}
