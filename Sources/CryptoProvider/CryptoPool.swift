// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A fixed number of threads for work that keeps a processor busy for long, such as RSA.
///
/// Swift's own threads are as many as the machine has processors and must stay free to serve connections. Work waits
/// in a queue of limited length; when it is full, the caller hears ``CryptoError/overloaded`` at once and can tell
/// its peer to come back later.
///
/// The threads end at ``shutdown()`` or when the last reference goes away, after finishing what was accepted.
public final class CryptoPool: Sendable {
    private let queue: WorkQueue

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - threads: how many; at least one is started.
    ///   - queueLimit: how many pieces of work may wait beside those being worked on.
    public init(threads: Int, queueLimit: Int = 256) {
        queue = WorkQueue(limit: max(queueLimit, 1))
        for _ in 0..<max(threads, 1) { queue.startThread() }
    }

    deinit { queue.close() }

    /// Runs a piece of work on one of the threads and waits for its result without blocking.
    ///
    /// - Throws: what the work throws, ``CryptoError/overloaded`` when the queue is full,
    ///   ``CryptoError/shutDown`` after ``shutdown()``.
    public func run<T: Sendable>(
        _ work: @Sendable @escaping () throws(CryptoError) -> T
    ) async throws(CryptoError) -> T {
        let result: Result<T, CryptoError> = await withCheckedContinuation { continuation in
            do throws(CryptoError) {
                try queue.add {
                    continuation.resume(returning: Result { () throws(CryptoError) in try work() })
                }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    /// How many pieces of work wait for a thread, for metrics.
    public var waitingCount: Int { queue.waitingCount }

    /// Accepts no more work and lets the threads end once the accepted work is done, without waiting for them.
    public func shutdown() { queue.close() }
}

/// The queue between the callers and the threads.
///
/// `@unchecked Sendable`: the semaphore is made for use by several threads and is freed after the last thread, each
/// of which holds a reference; everything else is behind the mutex.
private final class WorkQueue: @unchecked Sendable {
    typealias Work = @Sendable () -> Void

    private struct State {
        var waiting: Ring<Work>
        var threadCount = 0
        var isClosed = false
    }

    /// Guards the queue, the number of threads and whether work is still accepted.
    private let state: Mutex<State>
    /// Counts the pieces of work waiting, and after closing one more for each thread.
    private let signal = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init(limit: Int) {
        state = Mutex(State(waiting: Ring(capacity: limit)))
        sem_init(signal, 0, 0)
    }

    deinit {
        sem_destroy(signal)
        signal.deallocate()
    }

    func add(_ work: @escaping Work) throws(CryptoError) {
        try state.withLock { (state) throws(CryptoError) in
            guard !state.isClosed else { throw .shutDown }
            guard state.threadCount > 0 else { throw .operationFailed("no thread could be started") }
            guard state.waiting.append(work) else { throw .overloaded }
        }
        sem_post(signal)
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func close() {
        let threadsToWake = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed ? 0 : state.threadCount
        }
        for _ in 0..<threadsToWake { sem_post(signal) }
    }

    func startThread() {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self)
        state.withLock { $0.threadCount += 1 }
        let result = pthread_create(
            &thread, nil,
            { argument in
                pthread_detach(pthread_self())
                if let argument { Unmanaged<WorkQueue>.fromOpaque(argument).takeRetainedValue().work() }
                return nil
            }, argument.toOpaque())
        guard result != 0 else { return }
        state.withLock { $0.threadCount -= 1 }
        argument.release()
    }

    /// The life of a thread.
    private func work() {
        while true {
            while sem_wait(signal) != 0 {}
            // After closing, the work accepted before comes first; an empty queue then means the end.
            guard let work = state.withLock({ $0.waiting.popFirst() }) else { return }
            work()
        }
    }
}

/// A first-in first-out queue of fixed capacity.
private struct Ring<Element> {
    private var slots: [Element?]
    private var first = 0
    private(set) var count = 0

    init(capacity: Int) { slots = Array(repeating: nil, count: capacity) }

    /// Whether there was room.
    mutating func append(_ element: Element) -> Bool {
        guard count < slots.count else { return false }
        slots[(first + count) % slots.count] = element
        count += 1
        return true
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        defer {
            slots[first] = nil
            first = (first + 1) % slots.count
            count -= 1
        }
        return slots[first]
    }
}
