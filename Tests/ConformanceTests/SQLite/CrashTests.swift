// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightStore

@Suite("SQLite store: kill -9")
struct CrashTests {
    /// Set for the process that writes until it is killed.
    private static let folderVariable = "SEALWRIGHT_TEST_WRITE_UNTIL_KILLED_IN"
    private static let roundVariable = "SEALWRIGHT_TEST_ROUND"

    @Test func `nothing acknowledged is lost when the process is killed`() async throws {
        guard !isWriter else { return }
        try await withTemporaryFolder { folder in
            for round in 1...5 {
                // Each writer is killed while it writes, not while it starts.
                let before = try acknowledgements(folder).count
                let writer = try startWriter(folder, round: round)
                do {
                    try await waitForAcknowledgements(folder, beyond: before + 40, from: writer)
                } catch {
                    await writer.kill()
                    throw error
                }
                await writer.kill()
                try await checkEverythingAcknowledged(folder)
            }
        }
    }

    private func checkEverythingAcknowledged(_ folder: String) async throws {
        let store = try SQLiteStore(path: folder + "/sealwright.db")
        let acknowledged = try acknowledgements(folder)
        for number in acknowledged {
            let enrollment = try await store.enrollment(EnrollmentID(rawValue: "en_\(number)"))
            #expect(enrollment?.state == .issued)
            #expect(try await store.credential(CredentialID(rawValue: "cr_\(number)")) != nil)
        }
        // What was under way is either whole or a plan that can be finished.
        let open = try await store.enrollments(in: .issuing, limit: 1000)
        #expect(open.allSatisfy { $0.plan != nil })
        let records = try await store.auditRecords(after: 0, limit: 1_000_000)
        #expect(AuditChain.verify(records) == nil)
        let check = try await store.commits.perform { session throws(StoreError) in
            try session.statement("PRAGMA integrity_check").all { row in row.text() }
        }
        #expect(check == ["ok"])
        await store.close()
    }

    private func startWriter(_ folder: String, round: Int) throws -> ForeignProgram {
        try ForeignProgram(
            // With the target's name: others have suites of this name too, which would run first.
            CommandLine.arguments[0],
            ["--testing-library", "swift-testing", "--filter", #"ConformanceTests\.CrashTests"#],
            environment: [Self.folderVariable: folder, Self.roundVariable: "\(round)"])
    }

    private func waitForAcknowledgements(_ folder: String, beyond count: Int, from writer: ForeignProgram) async throws
    {
        let hasWritten = try await eventually(within: 120) {
            try #require(writer.isRunning, "the writer ended by itself")
            return try acknowledgements(folder).count > count
        }
        #expect(hasWritten, "the writer wrote too little in two minutes")
    }

    private func acknowledgements(_ folder: String) throws -> [Int] {
        guard let text = try? String(contentsOfFile: folder + "/acknowledged", encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { Int($0) }
    }

    /// Whether this process is the one that is killed.
    private var isWriter: Bool { ProcessInfo.processInfo.environment[Self.folderVariable] != nil }

    /// The other process of the test above; it never ends by itself.
    ///
    /// In an ordinary run there is nothing to do here.
    @Test func `the writer that is killed`() async throws {
        guard isWriter else { return }
        let environment = ProcessInfo.processInfo.environment
        let folder = try #require(environment[Self.folderVariable])
        let round = try #require(environment[Self.roundVariable].flatMap { Int($0) })
        let store = try SQLiteStore(path: folder + "/sealwright.db")
        let log = open(folder + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<20 {
                group.addTask {
                    for step in 0..<100_000 {
                        let number = round * 10_000_000 + step * 20 + writer
                        try await store.issue(number)
                        let line = Array("\(number)\n".utf8)
                        #expect(write(log, line, line.count) == line.count)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
