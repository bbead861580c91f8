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
/// The pool is also an executor: with ``perform(_:)`` a whole conversation runs on these threads, so that its private
/// operations need no hand-over between threads, which costs more than a P-256 signature each time.
///
/// The threads end at ``shutdown()`` or when the last reference goes away, after finishing what was accepted.
public final class CryptoPool: TaskExecutor {
    private let queue: WorkQueue

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - threads: how many; at least one is started.
    ///   - queueLimit: how many pieces of work may wait beside those being worked on.
    public init(threads: Int, queueLimit: Int = 256) {
        LibCrypto.prepare()
        queue = WorkQueue(limit: max(queueLimit, 1))
        for _ in 0..<max(threads, 1) { queue.startThread() }
    }

    deinit { queue.close() }

    /// Runs a piece of work on one of the threads and waits for its result without blocking.
    ///
    /// On one of these threads already, it runs at once.
    ///
    /// - Throws: what the work throws, ``CryptoError/overloaded`` when the queue is full,
    ///   ``CryptoError/shutDown`` after ``shutdown()``.
    public func run<T: Sendable>(
        _ work: @Sendable @escaping () throws(CryptoError) -> T
    ) async throws(CryptoError) -> T {
        if isCurrent { return try work() }
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

    /// Runs a conversation whose every step stays on these threads.
    ///
    /// - Throws: ``CryptoError/overloaded`` when as many conversations are under way as pieces of work may wait,
    ///   ``CryptoError/shutDown`` after ``shutdown()``.
    public func perform<T: Sendable>(_ conversation: () async -> T) async throws(CryptoError) -> T {
        try queue.admit()
        let result = await withTaskExecutorPreference(self) { await conversation() }
        queue.leave()
        return result
    }

    /// Takes the next step of a task that prefers these threads.
    public func enqueue(_ job: consuming ExecutorJob) {
        queue.add(UnownedJob(job), of: asUnownedTaskExecutor())
    }

    /// Whether the caller runs on one of this pool's threads.
    private var isCurrent: Bool { WorkQueue.current === queue }

    /// Whether the caller runs on a thread of some pool, where blocking keeps no connection waiting.
    public static var isOnThread: Bool { WorkQueue.current != nil }

    /// Leaves work to be done behind the next steps of other conversations.
    ///
    /// For work that several conversations share, such as a commit: those that are about to need it too get the chance
    /// to join.
    ///
    /// - Returns: `false`, and does nothing, when no others wait or the caller runs on no thread of any pool.
    public static func leaveBehindOthers(_ work: @escaping @Sendable () -> Void) -> Bool {
        WorkQueue.current?.addBehind(work, at: mostOthers) ?? false
    }

    /// How many steps of others go first: with half a millisecond each on two threads they take two milliseconds.
    private static let mostOthers = 8

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
    /// What a thread does next.
    enum Work {
        case piece(@Sendable () -> Void)
        case step(UnownedJob, UnownedTaskExecutor)
    }

    private struct State {
        var waiting: Ring<Work>
        var conversations = 0
        var threadCount = 0
        var isClosed = false

        func checkOpen() throws(CryptoError) {
            guard !isClosed else { throw .shutDown }
            guard threadCount > 0 else { throw .operationFailed("no thread could be started") }
        }
    }

    private let limit: Int
    /// Guards the queue, the number of threads and whether work is still accepted.
    private let state: Mutex<State>
    /// Counts the pieces of work waiting, and after closing one more for each thread.
    private let signal = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init(limit: Int) {
        self.limit = limit
        state = Mutex(State(waiting: Ring(capacity: limit)))
        sem_init(signal, 0, 0)
    }

    deinit {
        sem_destroy(signal)
        signal.deallocate()
    }

    func add(_ work: @escaping @Sendable () -> Void) throws(CryptoError) {
        try state.withLock { (state) throws(CryptoError) in
            try state.checkOpen()
            guard state.waiting.count < limit else { throw .overloaded }
            state.waiting.append(.piece(work))
        }
        sem_post(signal)
    }

    /// Adds a step of a task that was admitted: refusing it would leave the task hanging for ever.
    ///
    /// After the threads have gone it runs where it is.
    func add(_ job: UnownedJob, of executor: UnownedTaskExecutor) {
        let hasThread = state.withLock { state in
            guard state.threadCount > 0 else { return false }
            state.waiting.append(.step(job, executor))
            return true
        }
        if hasThread { sem_post(signal) } else { job.runSynchronously(on: executor) }
    }

    /// Adds work behind the first that wait; `false` when nothing waits.
    func addBehind(_ work: @escaping @Sendable () -> Void, at most: Int) -> Bool {
        let isAdded = state.withLock { state in
            guard state.waiting.count > 0 else { return false }
            state.waiting.insert(.piece(work), at: min(most, state.waiting.count))
            return true
        }
        if isAdded { sem_post(signal) }
        return isAdded
    }

    func admit() throws(CryptoError) {
        try state.withLock { (state) throws(CryptoError) in
            try state.checkOpen()
            guard state.conversations < limit else { throw .overloaded }
            state.conversations += 1
        }
    }

    func leave() { state.withLock { $0.conversations -= 1 } }

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
        pthread_setspecific(Self.owner, Unmanaged.passUnretained(self).toOpaque())
        while true {
            while sem_wait(signal) != 0 {}
            switch next() {
            case .piece(let work)?: work()
            case .step(let job, let executor)?: job.runSynchronously(on: executor)
            case nil: return
            }
        }
    }

    /// After closing, the work accepted before comes first, and tasks that were admitted end first; an empty queue
    /// then means the end.
    private func next() -> Work? {
        state.withLock { state in
            if let work = state.waiting.popFirst() { return work }
            state.threadCount -= 1
            return nil
        }
    }

    /// Under which a thread remembers whose it is.
    private static let owner: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// The queue whose thread the caller runs on.
    static var current: WorkQueue? {
        pthread_getspecific(owner).map { Unmanaged<WorkQueue>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// A first-in first-out queue that grows.
private struct Ring<Element> {
    private var slots: [Element?]
    private var first = 0
    private(set) var count = 0

    init(capacity: Int) { slots = Array(repeating: nil, count: max(capacity, 1)) }

    mutating func append(_ element: Element) {
        if count == slots.count { grow() }
        slots[(first + count) % slots.count] = element
        count += 1
    }

    /// Puts an element before those from a place on; the place is at most ``count``.
    mutating func insert(_ element: Element, at place: Int) {
        append(element)
        var index = count - 1
        while index > place {
            let (left, right) = ((first + index - 1) % slots.count, (first + index) % slots.count)
            slots.swapAt(left, right)
            index -= 1
        }
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

    private mutating func grow() {
        let room = [Element?](repeating: nil, count: slots.count)
        slots = Array(slots[first...]) + Array(slots[..<first]) + room
        first = 0
    }
}
