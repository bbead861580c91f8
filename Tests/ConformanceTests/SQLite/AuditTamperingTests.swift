// SPDX-License-Identifier: Apache-2.0

import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightStore

@Suite("SQLite store: tampering with the audit trail is found and located")
struct AuditTamperingTests {
    /// One way to change record 40 of 100.
    struct Tampering: CustomTestStringConvertible {
        let testDescription: String
        let statements: [SQL]
        let firstWrong: Int64
    }

    static let tamperings = [
        Tampering(
            testDescription: "altered event",
            statements: ["UPDATE audit SET event = replace(event, 'test.40', 'test.41') WHERE sequence = 40"],
            firstWrong: 40),
        Tampering(
            testDescription: "event that is no JSON",
            statements: ["UPDATE audit SET event = x'00FF' WHERE sequence = 40"],
            firstWrong: 40),
        Tampering(
            testDescription: "event with other white space",
            statements: ["UPDATE audit SET event = CAST(replace(event, ',', ', ') AS BLOB) WHERE sequence = 40"],
            firstWrong: 40),
        Tampering(
            testDescription: "hidden from its object",
            statements: ["UPDATE audit SET object = 'x' WHERE sequence = 40"],
            firstWrong: 40),
        Tampering(
            testDescription: "altered hash", statements: ["UPDATE audit SET hash = zeroblob(32) WHERE sequence = 40"],
            firstWrong: 40),
        Tampering(
            testDescription: "altered link",
            statements: ["UPDATE audit SET previous_hash = zeroblob(32) WHERE sequence = 40"], firstWrong: 40),
        Tampering(
            testDescription: "removed", statements: ["DELETE FROM audit WHERE sequence = 40"], firstWrong: 40),
        Tampering(
            testDescription: "removed, and the rest moved up",
            statements: [
                "DELETE FROM audit WHERE sequence = 40", "UPDATE audit SET sequence = -sequence WHERE sequence > 40",
                "UPDATE audit SET sequence = -sequence - 1 WHERE sequence < 0",
            ], firstWrong: 40),
        Tampering(
            testDescription: "swapped",
            statements: [
                "UPDATE audit SET sequence = -1 WHERE sequence = 40",
                "UPDATE audit SET sequence = 40 WHERE sequence = 50",
                "UPDATE audit SET sequence = 50 WHERE sequence = -1",
            ], firstWrong: 40),
    ]

    @Test(arguments: tamperings)
    func `it is found`(_ tampering: Tampering) async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteStore(path: folder + "/sealwright.db")
            for number in 1...100 { try await store.append(Sample.event("test.\(number)", of: "object-\(number)")) }
            try await store.commits.perform { session throws(StoreError) in
                for statement in tampering.statements { try session.connection.executeOnce(statement) }
            }
            let records = try await store.auditRecords(after: 0, limit: 200)
            #expect(AuditChain.verify(records) == tampering.firstWrong)
            await store.close()
        }
    }
}
