// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A process of ours, known by its identifier until it has been waited for; it ends with this object at the latest.
final class ChildProcess: Sendable {
    /// The process identifier, the system's until the process has been waited for.
    let identifier: pid_t
    /// Guards the exit status: once it is known the identifier may belong to somebody else.
    private let ended = Mutex<Int32?>(nil)

    /// Starts a program with files as its standard streams.
    init(
        path: String, arguments: [String], folder: String, environment: [String: String],
        input: String, output: String, errors: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // Other tests wait for the end of pipes whose other side a server of ours must not hold open.
        for descriptor in Int32(3)..<512 { posix_spawn_file_actions_addclose(&actions, descriptor) }

        // A test's thread has signals blocked that a server waits for.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        // Swift does not see the spawn action that changes the folder; env does it and becomes the program.
        let words = (["env", "-C", folder, path] + arguments).map { strdup($0) }
        let variables = environment.map { strdup("\($0)=\($1)") }
        defer { (words + variables).forEach { free($0) } }
        var identifier = pid_t()
        let code = posix_spawn(&identifier, "/usr/bin/env", &actions, &attributes, words + [nil], variables + [nil])
        guard code == 0 else { throw ForeignProgram.Failure.notStarted(path, code) }
        self.identifier = identifier
    }

    /// A test that ends early leaves no server behind.
    deinit {
        ended.withLock { ended in
            guard ended == nil else { return }
            kill(identifier, SIGKILL)
            waitpid(identifier, nil, 0)
        }
    }

    /// The exit status, or the negative number of the signal that ended it; `nil` while it runs.
    var status: Int32? {
        ended.withLock { ended in
            var status: Int32 = 0
            guard ended == nil, waitpid(identifier, &status, WNOHANG) == identifier else { return ended }
            let signal = status & 0x7F
            ended = signal == 0 ? (status >> 8) & 0xFF : -signal
            return ended
        }
    }

    /// Sends a signal, unless it has ended.
    func send(_ signal: Int32) {
        ended.withLock { ended in
            guard ended == nil else { return }
            kill(identifier, signal)
        }
    }
}
