// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightAgent
import SealwrightCommandLine
import Synchronization

/// The socket `agent.sock` in the agent's folder, by which other commands wake the service.
///
/// Only the owner of the folder may connect. One connection at a time is served: its line is read within
/// ``ControlPath/seconds``, and its answer is written when the session is over.
final class ControlSocket: Sendable {
    private let listener: Int32
    private let path: ControlPath
    /// Guards whether the socket is closed.
    private let isClosed = Mutex(false)

    /// Opens the socket; one that a service left which was ended by force is removed.
    init(folder: String) throws(CommandFailure) {
        path = try ControlPath(folder: folder)
        unlink(path.name)
        listener = socket(AF_UNIX, ControlPath.streamType, 0)
        guard listener >= 0, path.withAddress({ bind(listener, $0, $1) }) == 0,
            chmod(path.name, 0o600) == 0, listen(listener, 8) == 0
        else {
            throw CommandFailure(
                .unavailable, code: "cli.cannot-write",
                "cannot open the socket in \(folder): \(SystemFiles.reason(errno))")
        }
    }

    /// Serves until ``close()``, on a thread of its own since accepting waits.
    func serve(_ signal: WakeSignal) {
        Thread.detachNewThread { [self] in
            while !isClosed.withLock({ $0 }) {
                guard let connection = accept(waiting: 500) else { continue }
                answer(connection, signal)
            }
        }
    }

    /// Ends serving and removes the socket.
    func close() {
        isClosed.withLock { $0 = true }
        unlink(path.name)
    }

    private func accept(waiting milliseconds: Int32) -> ControlStream? {
        var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return nil }
        let descriptor = Foundation.accept(listener, nil, nil)
        return descriptor >= 0 ? ControlStream(descriptor) : nil
    }

    private func answer(_ connection: ControlStream, _ signal: WakeSignal) {
        guard let line = connection.line(),
            let request = try? JSONDecoder().decode(ControlRequest.self, from: Data(line)), request.command == "sync"
        else {
            return connection.write(ControlAnswer(CommandFailure(.usage, code: "cli.usage", "no such command")))
        }
        signal.sync { result in connection.write(ControlAnswer(result)) }
    }
}

/// The other end of the socket.
enum ControlClient {
    /// Asks the service of a folder for a session and waits for its end; `nil` when nobody answers.
    static func sync(_ folder: String) async -> ControlAnswer? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: ask(folder)) }
        }
    }

    private static func ask(_ folder: String) -> ControlAnswer? {
        guard let path = try? ControlPath(folder: folder) else { return nil }
        let descriptor = socket(AF_UNIX, ControlPath.streamType, 0)
        guard descriptor >= 0 else { return nil }
        let stream = ControlStream(descriptor, seconds: Self.patience)
        guard path.withAddress({ connect(descriptor, $0, $1) }) == 0 else { return nil }
        stream.write(ControlRequest(command: "sync"))
        return stream.line().flatMap { try? JSONDecoder().decode(ControlAnswer.self, from: Data($0)) }
    }

    /// Seconds a session of the service may take.
    private static let patience = 600
}
