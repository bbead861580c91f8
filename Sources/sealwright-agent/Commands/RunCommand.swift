// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Logging
import SealwrightAgent
import SealwrightCommandLine
import ServiceLifecycle
import UnixSignals

/// `sealwright-agent run`: the service.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Stay in touch with the server: polls, enrolments, renewal.",
        discussion: """
            Sessions open at the polls that the server set; the first one behind an enrolment opens at once. SIGHUP, \
            or 'sealwright-agent sync' beside it, opens one between them; SIGTERM ends behind the message at work. \
            Log lines go to standard error, in JSON unless it is a terminal.

              sealwright-agent run \\
                  --print-unit > /etc/systemd/system/sealwright-agent.service
              systemctl enable --now sealwright-agent
            """)

    @Flag(name: .long, help: "Print a unit for systemd and end.")
    var printUnit = false

    @Option(name: .long, help: "debug, info, warning or error.")
    var logLevel = Self.usualLogLevel

    @Option(name: .long, help: "The user of this machine, for ./User; without it what is a user's waits.")
    var user: String?

    @OptionGroup var options: AgentOptions

    /// What is logged unless something else is asked for.
    static let usualLogLevel = Logger.Level.info.rawValue

    func validate() throws {
        try ScopeOptions.check(user)
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level is debug, info, warning or error")
        }
    }

    func run() async throws {
        guard !printUnit else {
            return Terminal.result(ServiceUnit(options, user: user, logLevel: logLevel).text)
        }
        let runtime = try AgentRuntime(options, logLevel: Logger.Level(rawValue: logLevel) ?? .info)
        let signal = WakeSignal()
        let hangup = await HangupService(signal: signal)
        let socket = try ControlSocket(folder: runtime.folder)
        defer { socket.close() }
        socket.serve(signal)
        // What waits for a device that has just enrolled need not wait for the first poll.
        if runtime.store.state.awaitsFirstSession { signal.sync() }
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(
                    service: WorkingService(runtime: runtime, user: user, signal: signal),
                    successTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: hangup, successTerminationBehavior: .ignore),
                .init(service: LockingService(runtime: runtime), successTerminationBehavior: .ignore),
            ], logger: Self.quiet)
        configuration.gracefulShutdownSignals = [.sigterm, .sigint]
        try await ServiceGroup(configuration: configuration).run()
    }

    /// The group has nothing to tell that the service does not.
    private static let quiet: Logger = {
        var logger = Logger(label: "sealwright.agent.services") { LineLogHandler(label: $0) }
        logger.logLevel = .error
        return logger
    }()
}

/// The work itself.
private struct WorkingService: Service {
    let runtime: AgentRuntime
    let user: String?
    let signal: WakeSignal

    func run() async throws {
        let service = AgentService(
            store: runtime.store, cycle: runtime.cycle(user: user, signal: signal),
            renewal: CertificateRenewer(store: runtime.store, transport: runtime.transport, pool: runtime.pool),
            signal: signal, clock: AgentRuntime.clock, log: runtime.log)
        try await withGracefulShutdownHandler {
            try await service.run()
        } onGracefulShutdown: {
            signal.stop()
        }
    }
}

/// SIGHUP opens a session.
private struct HangupService: Service {
    private let hangups: UnixSignalsSequence
    private let signal: WakeSignal

    /// Takes the signal away from the system, which would end the process, before anybody finds the agent.
    init(signal: WakeSignal) async {
        hangups = await UnixSignalsSequence(trapping: .sighup)
        self.signal = signal
    }

    func run() async throws {
        for await _ in hangups.cancelOnGracefulShutdown() { signal.sync() }
    }
}

/// Removes unlocked keys whose time is over, or whose certificates a server removed.
private struct LockingService: Service {
    let runtime: AgentRuntime
    /// Seconds between two looks.
    private static let period = 15

    func run() async throws {
        // Another service that fails ends the group by cancelling it.
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            tidy()
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(Self.period)) }
        }
    }

    /// A command that has the folder at the moment tidies it itself, or leaves it to the next look.
    private func tidy() {
        guard let folder = runtime.runtimeFolder, FileManager.default.fileExists(atPath: folder) else { return }
        do throws(AgentError) {
            let files = try FolderFiles(path: folder)
            try UnlockedKeys(files: files).tidy(at: AgentRuntime.clock(), runtime.store.state)
        } catch {
            if case .locked = error { return }
            runtime.log.warning("unlocked keys not removed", metadata: ["code": "\(error.code)", "reason": "\(error)"])
        }
    }
}
