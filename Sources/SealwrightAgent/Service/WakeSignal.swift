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
    /// Guards whether the service is ending, and how many wait for a session.
    private let state = Mutex((isOver: false, waiting: 0))

    /// A signal that nobody has given yet.
    public init() {
        (wakes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    /// Whether the service is ending.
    public var isStopping: Bool { state.withLock { $0.isOver } }

    /// Whether somebody wants a session now, or the service to end.
    public var isGiven: Bool { state.withLock { $0.isOver || $0.waiting > 0 } }

    /// Asks for a session now.
    ///
    /// - Parameter done: told how it went; also told when the service is ending and there is none.
    public func sync(_ done: @escaping @Sendable (Result<ManagementCycle.Report, AgentServiceError>) -> Void = { _ in })
    {
        guard !isStopping else { return done(.failure(.stopped)) }
        state.withLock { $0.waiting += 1 }
        guard case .enqueued = continuation.yield(.sync(done)) else {
            taken()
            return done(.failure(.stopped))
        }
    }

    /// Says that the service takes up what somebody waits for.
    func taken() { state.withLock { $0.waiting = max(0, $0.waiting - 1) } }

    /// Waits, but no longer than until the signal is given.
    public func pause(milliseconds: Int) async {
        var left = milliseconds
        while left > 0, !isGiven {
            try? await Task.sleep(for: .milliseconds(min(left, Self.slice)))
            left -= Self.slice
        }
    }

    /// Milliseconds between two looks at whether the signal is given.
    private static let slice = 200

    /// Lets the service end behind the message at work.
    public func stop() {
        state.withLock { $0.isOver = true }
        continuation.finish()
    }

    func timer() { continuation.yield(.timer) }
}
