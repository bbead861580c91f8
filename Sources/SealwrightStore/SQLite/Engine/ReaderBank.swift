// SPDX-License-Identifier: Apache-2.0

import GRDB
import SealwrightCore
import Synchronization

/// Connections for reads of a few rows, which run on the caller's thread.
///
/// A point read takes a few microseconds, less than handing it to another thread; so these are synchronous and must
/// stay short. Lists and exports go to the pool.
final class ReaderBank: Sendable {
    private let readers: [PointReader]
    private let turn = Atomic<Int>(0)

    /// Opens connections to a database that exists.
    ///
    /// - Throws: ``StoreError`` when one cannot be opened.
    init(path: String, count: Int) throws(StoreError) {
        do { readers = try (0..<max(count, 1)).map { _ in try PointReader(path: path) } } catch {
            throw StoreError(error)
        }
    }

    /// Runs a short read on a free connection, or on the next one in turn when all are busy.
    ///
    /// - Throws: what `body` throws, and ``StoreError/unavailable(_:)`` after ``close()``.
    func read<Value: Sendable>(
        _ body: (SQLConnection) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        for reader in readers {
            if let value = try reader.readIfFree(body) { return value }
        }
        let index = turn.wrappingAdd(1, ordering: .relaxed).oldValue.magnitude % readers.count.magnitude
        return try readers[Int(index)].read(body)
    }

    /// Closes every connection once its read has ended.
    func close() { for reader in readers { reader.close() } }
}

/// A connection that one thread at a time reads from.
private final class PointReader: Sendable {
    /// Opens and closes the connection; never asked to read, so that its own queue is not taken.
    private let owner: DatabaseQueue
    /// Guards the connection; `nil` after the end.
    private let connection: Mutex<SQLConnection?>

    init(path: String) throws {
        owner = try DatabaseQueue(path: path, configuration: .sealwright(isReadOnly: true))
        connection = Mutex(try owner.unsafeRead { database in try database.borrowedConnection() })
    }

    func read<Value: Sendable>(_ body: (SQLConnection) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try connection.withLock { connection throws(StoreError) in
            guard let connection else { throw .closed }
            return try body(connection)
        }
    }

    /// Reads unless another thread is reading here.
    func readIfFree<Value: Sendable>(
        _ body: (SQLConnection) throws(StoreError) -> Value
    ) throws(StoreError) -> Value? {
        try connection.withLockIfAvailable { connection throws(StoreError) in
            guard let connection else { throw .closed }
            return try body(connection)
        }
    }

    deinit { close() }

    /// Ends the statements first, then the connection.
    func close() {
        connection.withLock { $0 = nil }
        try? owner.close()
    }
}
