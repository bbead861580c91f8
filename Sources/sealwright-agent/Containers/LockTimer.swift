// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightAgent

/// Locks a container when its time is over, in a process that outlives the command that opened it.
///
/// The service does the same; this is for machines where it does not run.
enum LockTimer {
    /// Starts the process; one that cannot be started leaves the work to the service and the next command.
    static func start(_ session: UnlockedKeys.Session, _ options: AgentOptions) {
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            let runtime = options.runtimeFolder
        else { return }
        var arguments = ["container", "lock", "--at", session.expires.iso8601]
        if case .user(let name) = session.container.scope { arguments += ["--user=\(name)"] }
        arguments += ["--data", options.folder, "--runtime", runtime, "--", session.container.name]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try? process.run()
    }

    /// Waits until a session is over.
    ///
    /// - Returns: whether it is to be closed; not when somebody closed it, or opened it anew.
    static func wait(for session: UnlockedKeys.Session, in options: AgentOptions) async -> Bool {
        guard let root = options.runtimeFolder else { return false }
        // The terminal that it was started from may be closed.
        signal(SIGHUP, SIG_IGN)
        setsid()
        let unlocked = UnlockedKeys(files: FolderFiles(looking: root))
        while unlocked.session(of: session.container) == session {
            let rest = session.expires.seconds(since: AgentRuntime.clock())
            guard rest > 0 else { return true }
            // Short sleeps: the clock may be set, and a machine that slept is to lock as soon as it wakes.
            try? await Task.sleep(for: .seconds(min(rest, 10)))
        }
        return false
    }
}
