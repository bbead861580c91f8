// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightStore

@Suite("SQLite store: the file")
struct DatabaseFileTests {
    private func rights(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// How many files with this beginning the process has open.
    private func openFiles(of path: String) throws -> Int {
        let folder = "/proc/self/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + $0) }
            .count { $0.hasPrefix(path) }
    }

    @Test func `only the owner may read the file and its companions`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            let store = try SQLiteStore(path: path)
            try await store.append(Sample.event())
            for suffix in ["", "-wal", "-shm"] { #expect(try rights(path + suffix) == 0o600) }
            await store.close()
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            await (try SQLiteStore(path: path)).close()
            #expect(try rights(path) == 0o600)
        }
    }

    @Test func `nothing stays open behind the end, however many read lists`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            let store = try SQLiteStore(path: path)
            try await store.append(Sample.event())
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 { group.addTask { try await store.newestAuditRecords(object: nil, limit: 9).count } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(counts == Array(repeating: 1, count: 16))
            #expect(try openFiles(of: path) > 1)
            await store.close()
            #expect(try openFiles(of: path) == 0)
            await #expect(throws: StoreError.self) { _ = try await store.newestAuditRecords(object: nil, limit: 9) }
        }
    }

    @Test func `every commit waits for the disk`() async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteStore(path: folder + "/sealwright.db")
            let pragmas = try await store.commits.perform { session throws(StoreError) in
                [
                    try session.connection.number("PRAGMA synchronous"),
                    try session.connection.number("PRAGMA foreign_keys"),
                    try session.connection.number("PRAGMA application_id"),
                ]
            }
            #expect(pragmas == [2, 1, DatabaseFile.applicationID])
            await store.close()
        }
    }

    @Test func `a file of the second schema is brought up to date, compromised keys and all`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            let credentials = [Sample.credential(1), Sample.credential(2)]
            var store = try SQLiteStore(path: path)
            for credential in credentials { try await store.save(credential, event: Sample.event()) }
            _ = try await store.revoke(serial: credentials[0].serial, Sample.revocation(), event: Sample.event())
            try await store.undoFourthStep()
            // What the third step made is taken away, as if it had never run.
            try await store.commits.perform { session throws(StoreError) in
                for statement: SQL in [
                    "DROP TABLE compromised_key", "DROP TABLE crl_partition", "DROP TABLE authority_request",
                    "PRAGMA user_version = 2",
                ] { try session.connection.executeOnce(statement) }
            }
            await store.close()

            store = try SQLiteStore(path: path)
            #expect(try await store.isCompromised(keyDigest: credentials[0].keyDigest))
            #expect(try await !store.isCompromised(keyDigest: credentials[1].keyDigest))
            #expect(try await store.authorityRequests().isEmpty)
            await store.close()
        }
    }

    @Test func `a file of the third schema keeps its data and finds enrolments by their challenge`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            var store = try SQLiteStore(path: path)
            let challenge = Sample.challenge(1)
            try await store.save(challenge, event: Sample.event())
            let enrollment = Sample.enrollment(1, serial: 1, challenge: challenge.id)
            _ = try await store.recordPlan(
                enrollment, consuming: challenge.id, replayWindow: 1, event: Sample.event())
            try await store.issue(2)
            try await store.undoFourthStep()
            await store.close()

            store = try SQLiteStore(path: path)
            #expect(try await store.enrollment(challenge: challenge.id) == enrollment)
            #expect(try await store.device(Sample.device(2).id) == Sample.device(2))
            let outcome = try await store.queue(
                [Sample.command(1, device: 2)], installation: Sample.installation(1, device: 2), event: Sample.event())
            #expect(outcome == .queued)
            try await store.record(Sample.contact(device: 2), messages: [Sample.message(1, device: 2)])
            #expect(try await store.next(2) == ["1"])
            #expect(AuditChain.verify(try await store.auditRecords(after: 0, limit: 99)) == nil)
            await store.close()

            store = try SQLiteStore(path: path)
            #expect(try await store.command(Sample.commandID(1)) == Sample.command(1, device: 2))
            await store.close()
        }
    }

    @Test func `a restart keeps everything`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            var store = try SQLiteStore(path: path)
            try await store.save(Sample.challenge(1), event: Sample.event())
            let credential = try await store.issue(1)
            _ = try await store.revoke(serial: credential.serial, Sample.revocation(), event: Sample.event())
            let open = Sample.enrollment(2, serial: 2)
            _ = try await store.recordPlan(open, consuming: nil, replayWindow: 1, event: Sample.event())
            await store.close()

            store = try SQLiteStore(path: path)
            #expect(try await store.credential(credential.id)?.revocation == Sample.revocation())
            #expect(try await store.enrollments(in: .issuing, limit: 9) == [open])
            #expect(try await store.challenge(endpoint: .default, digest: Sample.challenge(1).digest) != nil)
            try await store.append(Sample.event("test.after-restart"))
            let records = try await store.auditRecords(after: 0, limit: 99)
            #expect(records.count == 6)
            #expect(AuditChain.verify(records) == nil)
            await store.close()
        }
    }

    @Test func `a schema of a newer program is refused and left alone`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            let store = try SQLiteStore(path: path)
            try await store.commits.perform { session throws(StoreError) in
                try session.connection.executeOnce("PRAGMA user_version = 99")
            }
            await store.close()
            #expect(throws: StoreError.schemaTooNew(found: 99, known: Migration.newest)) {
                try SQLiteStore(path: path)
            }
        }
    }

    @Test func `a database of another program is refused and left alone`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/other.db"
            let store = try SQLiteStore(path: path)
            try await store.commits.perform { session throws(StoreError) in
                try session.connection.executeOnce("PRAGMA application_id = 42")
            }
            await store.close()
            let before = try Data(contentsOf: URL(filePath: path))
            #expect { try SQLiteStore(path: path) } throws: { error in
                if case .corrupted(let text)? = error as? StoreError { text.contains("another program") } else { false }
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
        }
    }

    /// As a backup of somebody else's may have them: one would change what is written, the other answer for ever.
    @Test(arguments: [
        ("trigger", ["CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM audit; END"] as [SQL]),
        (
            "view",
            [
                "ALTER TABLE audit RENAME TO kept",
                """
                CREATE VIEW audit AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r)
                SELECT x AS sequence, 'a' AS object, x'' AS event, x'' AS previous_hash, x'' AS hash FROM r
                """,
            ]
        ),
    ])
    func `a database with a trigger or a view is refused`(kind: String, statements: [SQL]) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            let store = try SQLiteStore(path: path)
            try await store.commits.perform { session throws(StoreError) in
                for statement in statements { try session.connection.executeOnce(statement) }
            }
            await store.close()
            let error = StoreError.corrupted("it holds a \(kind), which this program never makes")
            #expect(throws: error) { try SQLiteStore(path: path) }
            #expect(throws: error) { try SQLiteStore(reading: path) }
        }
    }

    @Test func `a file that is no database is refused and left alone`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/notes.txt"
            let notes = Data(repeating: UInt8(ascii: "n"), count: 5000)
            try notes.write(to: URL(filePath: path))
            #expect { try SQLiteStore(path: path) } throws: { error in
                if case .corrupted? = error as? StoreError { true } else { false }
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == notes)
        }
    }

    @Test func `a missing folder is told in one sentence`() {
        #expect { try SQLiteStore(path: "/nonexistent-folder/sealwright.db") } throws: { error in
            if case .unavailable(let text)? = error as? StoreError { text.contains("No such file") } else { false }
        }
    }

    @Test func `a second process reads beside the writer and cannot write`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            let store = try SQLiteStore(path: path)
            let reader = try SQLiteStore(reading: path)
            let credential = try await store.issue(1)
            #expect(try await reader.credential(credential.id) == credential)
            await #expect(throws: StoreError.self) { try await reader.append(Sample.event()) }
            try await reader.checkIntegrity()
            await reader.close()
            try await store.issue(2)
            #expect(try await store.credentialCount() == 2)
            await store.close()
        }
    }

    @Test func `pages that were overwritten while nobody looked are found`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            var store = try SQLiteStore(path: path)
            for number in 1...50 { try await store.issue(number) }
            try await store.checkPages()
            await store.close()
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            let size = try file.seekToEnd()
            // What was issued last; the schema lies before it.
            try file.seek(toOffset: size - 3 * 4096)
            try file.write(contentsOf: Data(repeating: 0xFF, count: 3 * 4096))
            try file.close()
            store = try SQLiteStore(path: path)
            await #expect {
                try await store.checkPages()
            } throws: { error in
                guard case .corrupted(let text)? = error as? StoreError else { return false }
                return text.contains("damaged") && !text.contains("\n")
            }
            await store.close()
        }
    }

    @Test func `in a restored database the CRLs are due, with numbers of their own`() async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteStore(path: folder + "/sealwright.db")
            let before = try await store.revocationGeneration()
            // The clock ran ahead once, so that numbers are above the time.
            let ahead = Sample.now.adding(seconds: 30 * 86_400)
            let last = try await store.reserveCRLNumber(authority: Sample.issuing, now: ahead)
            try await store.makeRevocationListsDue(skipping: 60)
            #expect(try await store.revocationGeneration() > before)
            #expect(try await store.reserveCRLNumber(authority: Sample.issuing, now: Sample.now) == last + 61)
            await store.close()
        }
    }

    @Test func `a copy made while others write is complete and consistent`() async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteStore(path: folder + "/sealwright.db")
            for number in 1...50 { try await store.issue(number) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 51...150 { group.addTask { try await store.issue(number) } }
                group.addTask { try await store.copy(toFile: folder + "/copy.db") }
                try await group.waitForAll()
            }
            await #expect(throws: StoreError.self) { try await store.copy(toFile: folder + "/copy.db") }
            await store.close()
            #expect(try rights(folder + "/copy.db") == 0o600)

            let copy = try SQLiteStore(path: folder + "/copy.db")
            let count = try await copy.credentialCount()
            #expect((50...150).contains(count))
            #expect(AuditChain.verify(try await copy.auditRecords(after: 0, limit: 1000)) == nil)
            try await copy.issue(1000)
            await copy.close()
        }
    }
}

@Suite("SQLite store: one process a data folder")
struct DataFolderLockTests {
    @Test func `a second lock is refused and names the holder`() async throws {
        try await withTemporaryFolder { folder in
            let lock = try DataFolderLock(folder: folder)
            let holder = "process \(ProcessInfo.processInfo.processIdentifier)"
            #expect { try DataFolderLock(folder: folder) } throws: { error in
                if case .unavailable(let text)? = error as? StoreError { text.contains(holder) } else { false }
            }
            withExtendedLifetime(lock) {}
        }
    }

    @Test func `the lock ends with its holder`() async throws {
        try await withTemporaryFolder { folder in
            do { _ = try DataFolderLock(folder: folder) }
            let again = try DataFolderLock(folder: folder)
            withExtendedLifetime(again) {}
        }
    }

    @Test(
        .enabled(
            if: geteuid() == 0 || Repository.isContinuousIntegration, "only root can look at another user's folder"))
    func `what root locks in another user's folder, that user can lock again`() async throws {
        try await withTemporaryFolder { folder in
            try #require(chown(folder, 4_711, 4_712) == 0)
            do { _ = try DataFolderLock(folder: folder) }
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/lock")
            #expect((attributes[.ownerAccountID] as? NSNumber)?.intValue == 4_711)
        }
    }

    @Test func `a folder that is not there is told`() {
        #expect(throws: StoreError.self) { try DataFolderLock(folder: "/nonexistent-folder") }
    }
}

extension SQLiteStore {
    /// Takes away what the fourth step of the schema and later ones made, as if it had never run.
    fileprivate func undoFourthStep() async throws(StoreError) {
        try await commits.perform { session throws(StoreError) in
            for statement: SQL in [
                "DROP TABLE management_payload", "DROP TABLE management_command", "DROP TABLE certificate_installation",
                "DROP TABLE management_contact", "DROP TABLE management_message", "DROP INDEX enrollment_by_challenge",
                "DROP INDEX credential_by_standing_end", "ALTER TABLE enrollment DROP COLUMN successor",
                "PRAGMA user_version = 3",
            ] { try session.connection.executeOnce(statement) }
        }
    }
}
