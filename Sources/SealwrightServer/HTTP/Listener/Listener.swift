// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// One listener: takes connections until the server ends, and those that had been made by then.
///
/// What waits in the system's queue when the end comes is a connection already as far as its peer can tell, and closing
/// the listener at once would reset it. So it goes on for a moment; every answer from then on is the last of its
/// connection and says so. Peers that do not take their answers, or do not end their requests, are not waited for
/// without end.
struct Listener: Service {
    /// How long connections are still taken after the end was asked for.
    static let lastCall = Duration.milliseconds(100)

    /// How long answers under way are waited for; service managers kill a program some 90 seconds after they asked it to
    /// end, and there are three listeners, which end one after the other.
    private let patience: Duration
    private let server: HummingbirdCore.Server<ListenerChannel>
    private let ending: ListenerEnding
    private let logger: Logger

    /// A listener that is bound when it runs; `ready` gets the channel then.
    init(
        _ child: ListenerChannel, at address: BindAddress, on eventLoopGroup: any EventLoopGroup, logger: Logger,
        patience: Duration = .seconds(25), ready: @escaping @Sendable (any Channel) async -> Void
    ) {
        // It tells at which address it listens, of IPv6 without brackets; who has the channel does that with its name.
        var serverLogger = logger
        serverLogger.logLevel = max(logger.logLevel, .notice)
        server = HummingbirdCore.Server(
            childChannelSetup: child, configuration: HummingbirdCore.ServerConfiguration(address: address),
            onServerRunning: ready, eventLoopGroup: eventLoopGroup, logger: serverLogger)
        ending = child.ending
        self.patience = patience
        self.logger = logger
    }

    /// Serves until the service group ends it.
    ///
    /// The server underneath runs in a task of its own, or it would hear of the end itself and close at once.
    func run() async throws {
        let (server, ending, patience, logger) = (server, ending, patience, logger)
        let running = Task.detached { try await server.run() }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await running.value
            } onGracefulShutdown: {
                ending.begin()
                Task {
                    try? await Task.sleep(for: Self.lastCall)
                    let limit = Task {
                        try await Task.sleep(for: patience)
                        logger.notice("Connections cut that did not end by themselves")
                        running.cancel()
                    }
                    defer { limit.cancel() }
                    do {
                        try await server.shutdownGracefully()
                    } catch {
                        logger.error("Listener did not end by itself", metadata: ["error": "\(error)"])
                        running.cancel()
                    }
                }
            }
        } onCancel: {
            running.cancel()
        }
    }
}

/// Whether a listener ends, so that every answer is the last of its connection.
final class ListenerEnding: Sendable {
    private let flag = Atomic(false)

    /// Whether the end has begun.
    var hasBegun: Bool { flag.load(ordering: .relaxed) }

    /// Lets the end begin.
    func begin() { flag.store(true, ordering: .relaxed) }
}
