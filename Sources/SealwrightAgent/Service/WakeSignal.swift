// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How the service is woken before its time, from any thread.
public final class WakeSignal: Sendable {
    /// Why the service wakes.
    enum Wake: Sendable {
        /// Something may be due.
        case timer
        /// Somebody wants a session now, and is told how it went.
        case sync(@Sendable (Result<ManagementCycle.Report, AgentServiceError>) -> Void)
    }

    let wakes: AsyncStream<Wake>
    private let continuation: AsyncStream<Wake>.Continuation
    /// Guards whether the service is ending.
    private let isOver = Mutex(false)

    /// A signal that nobody has given yet.
    public init() {
        (wakes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    /// Whether the service is ending.
    public var isStopping: Bool { isOver.withLock { $0 } }

    /// Asks for a session now.
    ///
    /// - Parameter done: told how it went; also told when the service is ending and there is none.
    public func sync(_ done: @escaping @Sendable (Result<ManagementCycle.Report, AgentServiceError>) -> Void = { _ in })
    {
        guard !isStopping, case .enqueued = continuation.yield(.sync(done)) else { return done(.failure(.stopped)) }
    }

    /// Lets the service end behind the message at work.
    public func stop() {
        isOver.withLock { $0 = true }
        continuation.finish()
    }

    func timer() { continuation.yield(.timer) }
}
