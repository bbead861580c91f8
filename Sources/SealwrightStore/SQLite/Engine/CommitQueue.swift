// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import GRDB
import SealwrightCore
import Synchronization

/// Group commit: one wait for the disk makes many verbs durable.
///
/// Each group is one transaction. A verb that fails undoes only itself, and callers go on after the commit, never
/// before.
final class CommitQueue: Sendable {
    private let pool: DatabasePool
    private let session: WriterBound<WriteSession>
    private let queue = WriteQueue()
    /// Guards why verbs are refused.
    private let condition = Mutex(Condition.open)

    private enum Condition {
        case open
        /// A commit failed; only a probe is tried.
        case failed(StoreError)
        case closed

        func refusal(isProbe: Bool) -> StoreError? {
            switch self {
            case .open: nil
            case .failed(let error): isProbe ? nil : error
            case .closed: .closed
            }
        }
    }

    init(pool: DatabasePool, session: WriterBound<WriteSession>) {
        self.pool = pool
        self.session = session
    }

    /// Runs a verb on the writer and returns its outcome once it is durable.
    ///
    /// - Parameters:
    ///   - isProbe: whether to try although the last commit failed.
    ///   - verb: reads and changes what it must; it does not open or end transactions, and can be run again after a
    ///     rollback.
    /// - Returns: what the verb returned.
    /// - Throws: the verb's own error, then nothing of it is stored; or ``StoreError/unavailable(_:)`` when the commit
    ///   failed or an earlier one did.
    func perform<Value: Sendable>(
        isProbe: Bool = false, _ verb: @escaping @Sendable (WriteSession) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            submit(PendingWrite(isProbe: isProbe, verb) { continuation.resume(returning: $0) })
        }
        return try result.get()
    }

    /// Refuses all verbs from now on and waits for those under way.
    func close() async {
        condition.withLock { $0 = .closed }
        let session = session
        try? await pool.writeWithoutTransaction { _ in
            // Closing would do it only if no reader were open; who copies the file alone shall have everything.
            _ = try? session.value.connection.number("PRAGMA wal_checkpoint(TRUNCATE)")
            session.value.connection.forgetStatements()
        }
    }

    private func submit(_ write: PendingWrite) {
        if let refusal = condition.withLock({ $0.refusal(isProbe: write.isProbe) }) { return write.refuse(refusal) }
        guard queue.add(write) else { return }
        if CryptoPool.isOnThread { commitBehindOthers() } else { continueElsewhere() }
    }

    /// Commits on the caller's thread, where blocking does no harm, but lets conversations that are about to write too
    /// come first: before each group, for those that came during the last one would else make a small group each.
    private func commitBehindOthers() {
        for _ in 0..<Self.groupsOfCaller {
            if CryptoPool.leaveBehindOthers({ [self] in if commitNextGroup() { commitBehindOthers() } }) { return }
            guard commitNextGroup() else { return }
        }
        continueElsewhere()
    }

    /// - Returns: whether more waits, for which the caller must see to another turn.
    private func commitNextGroup() -> Bool {
        pool.writeWithoutTransaction { _ in
            commitGroup(mayWait: false)
            return queue.hasNext()
        }
    }

    private func continueElsewhere() {
        pool.asyncWriteWithoutTransaction { [self] _ in
            while queue.hasNext() { commitGroup(mayWait: true) }
        }
    }

    /// How many groups a caller commits, when nobody else has work, before it goes on with its own.
    private static let groupsOfCaller = 4
}

// MARK: - On the writer's thread

extension CommitQueue {
    private func commitGroup(mayWait: Bool) {
        commit(queue.nextGroup(mayWait: mayWait))
        // Callers are released by now; once in a thousand certificates this takes three milliseconds.
        if session.value.isBlockDue { commit([PendingWrite(CredentialBlock.writeNext) { _ in }]) }
    }

    private func commit(_ group: [PendingWrite]) {
        let admitted = group.filter { write in
            guard let refusal = condition.withLock({ $0.refusal(isProbe: write.isProbe) }) else { return true }
            write.refuse(refusal)
            return false
        }
        guard !admitted.isEmpty else { return }
        do throws(StoreError) { try session.value.begin() } catch {
            // Nothing is lost: another process may hold the lock for a while. The next group may succeed.
            session.value.rollback()
            for write in admitted { write.refuse(error) }
            return
        }
        do throws(StoreError) {
            var attempts = try attemptTogether(admitted)
            if attempts.isEmpty { attempts = try attemptApart(admitted) }
            settle(.open)
            for attempt in attempts { attempt.settle() }
        } catch {
            session.value.rollback()
            settle(.failed(error))
            for write in admitted { write.refuse(error) }
        }
    }

    /// The common way: all verbs straight after each other.
    ///
    /// - Returns: none when one of several failed; then nothing is stored and each needs a savepoint of its own.
    private func attemptTogether(_ group: [PendingWrite]) throws(StoreError) -> [PendingWrite.Attempt] {
        let session = session.value
        var attempts: [PendingWrite.Attempt] = []
        for write in group {
            let attempt = write.attempt(session)
            attempts.append(attempt)
            guard let error = attempt.error else { continue }
            session.rollback()
            if error.isFaultOfTheDisk { throw error }
            return group.count == 1 ? attempts : []
        }
        try session.commit()
        return attempts
    }

    /// The same with a savepoint for each, so that the verbs that fail undo only themselves.
    private func attemptApart(_ group: [PendingWrite]) throws(StoreError) -> [PendingWrite.Attempt] {
        let session = session.value
        try session.begin()
        var attempts: [PendingWrite.Attempt] = []
        for write in group {
            let attempt = try session.isolated { session in write.attempt(session) }
            if let error = attempt.error, error.isFaultOfTheDisk { throw error }
            attempts.append(attempt)
        }
        try session.commit()
        return attempts
    }

    private func settle(_ new: Condition) {
        condition.withLock { condition in
            if case .closed = condition { return }
            condition = new
        }
    }
}

extension StoreError {
    /// Every verb's answer after the end.
    static let closed = StoreError.unavailable("the store is closed")

    /// Whether the disk failed, so that SQLite may have given up the whole transaction.
    fileprivate var isFaultOfTheDisk: Bool {
        if case .unavailable = self { true } else { false }
    }
}

/// Something that only the writer's thread touches.
///
/// Sendable, unchecked: the commit queue reaches `value` only in blocks that GRDB runs on the writer's serial queue.
struct WriterBound<Value>: @unchecked Sendable {
    let value: Value
}
