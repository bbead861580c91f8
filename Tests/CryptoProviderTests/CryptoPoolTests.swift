// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Dispatch
import Foundation
import Synchronization
import Testing

@Suite("Crypto threads")
struct CryptoPoolTests {
    /// Work that keeps its thread until it is told to go on.
    private final class Gate: Sendable {
        private let signal = DispatchSemaphore(value: 0)
        private let entered = Atomic<Int>(0)

        var enteredCount: Int { entered.load(ordering: .relaxed) }

        func wait() {
            entered.add(1, ordering: .relaxed)
            signal.wait()
        }

        func open(_ count: Int) { for _ in 0..<count { signal.signal() } }
    }

    private func until(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test(.timeLimit(.minutes(1)))
    func `results and errors come back to the caller`() async throws {
        let pool = CryptoPool(threads: 2)
        #expect(try await pool.run { () throws(CryptoError) in 42 } == 42)
        await #expect(throws: CryptoError.decryptionFailed) {
            try await pool.run { () throws(CryptoError) -> Int in throw .decryptionFailed }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a full queue refuses at once and recovers`() async throws {
        let pool = CryptoPool(threads: 1, queueLimit: 2)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                try await pool.run { () throws(CryptoError) in
                    gate.wait(); return 0
                }
            }
            try await until { gate.enteredCount == 1 }
            for value in 1...2 { group.addTask { try await pool.run { () throws(CryptoError) in value } } }
            try await until { pool.waitingCount == 2 }
            await #expect(throws: CryptoError.overloaded) { try await pool.run { () throws(CryptoError) in 3 } }
            gate.open(1)
            var results: [Int] = []
            for try await result in group { results.append(result) }
            #expect(results.sorted() == [0, 1, 2])
        }
        #expect(try await pool.run { () throws(CryptoError) in 4 } == 4)
        #expect(CryptoError.overloaded.isRetryable)
    }

    @Test(.timeLimit(.minutes(1)))
    func `several threads work at the same time`() async throws {
        let pool = CryptoPool(threads: 3)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { try await pool.run { () throws(CryptoError) in gate.wait() } } }
            try await until { gate.enteredCount == 3 }
            gate.open(3)
            try await group.waitForAll()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `work accepted before the end is done, later work is not`() async throws {
        let pool = CryptoPool(threads: 1)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                try await pool.run { () throws(CryptoError) in
                    gate.wait(); return 1
                }
            }
            try await until { gate.enteredCount == 1 }
            group.addTask { try await pool.run { () throws(CryptoError) in 2 } }
            try await until { pool.waitingCount == 1 }
            pool.shutdown()
            pool.shutdown()
            await #expect(throws: CryptoError.shutDown) { try await pool.run { () throws(CryptoError) in 3 } }
            gate.open(1)
            var results: [Int] = []
            for try await result in group { results.append(result) }
            #expect(results.sorted() == [1, 2])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a thousand tasks all get their own answer`() async throws {
        let pool = CryptoPool(threads: 4, queueLimit: 1000)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for value in 0..<1000 { group.addTask { try await pool.run { () throws(CryptoError) in value } } }
            return try await group.reduce(0, +)
        }
        #expect(sum == 499_500)
    }

    @Test(.timeLimit(.minutes(1)))
    func `pools come and go without leaving threads behind`() async throws {
        // Other tests run beside this one, so the number of threads is known only roughly.
        let threadCount = { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count }
        let before = try threadCount()
        for _ in 0..<200 {
            let pool = CryptoPool(threads: 2)
            _ = try await pool.run { () throws(CryptoError) in 1 }
        }
        while try threadCount() > before + 100 { try await Task.sleep(for: .milliseconds(10)) }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [(0, 0), (-1, -1), (1, 1)])
    func `senseless sizes become the smallest`(threads: Int, queueLimit: Int) async throws {
        let pool = CryptoPool(threads: threads, queueLimit: queueLimit)
        #expect(try await pool.run { () throws(CryptoError) in 1 } == 1)
    }
}
