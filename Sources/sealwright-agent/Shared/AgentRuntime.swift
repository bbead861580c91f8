// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Logging
import PKIFormats
import SealwrightAgent
import SealwrightCommandLine
import SealwrightNetwork

/// The parts of the agent, joined: everything a command needs to work on its folder.
struct AgentRuntime {
    let store: AgentStore
    let transport: NetworkTransport
    let pool: CryptoPool
    let policy: AgentPolicy
    let tpm: (any KeyTPM)?
    let log: Logger
    let folder: String
    /// Where unlocked keys are; `nil` when the machine has no place for them.
    let runtimeFolder: String?

    /// Tells the moment by the machine's clock.
    static let clock: @Sendable () -> Timestamp = { Timestamp.systemClock }

    /// Opens the folder, which no other process may have open.
    init(_ options: AgentOptions, logLevel: Logger.Level = .warning) throws(CommandFailure) {
        folder = options.folder
        runtimeFolder = options.runtimeFolder
        var log = Logger(label: "sealwright.agent") { LineLogHandler(label: $0) }
        log.logLevel = logLevel
        self.log = log
        do throws(AgentError) {
            store = try AgentStore(files: FolderFiles(path: folder), log: log)
        } catch {
            throw CommandFailure(.store(error))
        }
        pool = CryptoPool(threads: 2)
        tpm = try options.keyTPM()
        transport = NetworkTransport()
        var policy = AgentPolicy()
        policy.allowsLegacy = options.allowLegacy
        policy.facts = DeviceFacts(system: .current, deviceID: store.state.deviceID).nodes
        self.policy = policy
    }

    /// Runs sessions.
    func runner(user: String? = nil, signal: WakeSignal? = nil) -> SessionRunner {
        var runner = SessionRunner(
            store: store, transport: transport, policy: policy, pool: pool, clock: Self.clock)
        runner.user = user
        runner.tpm = tpm
        if let signal { runner.isStopping = { signal.isStopping } }
        return runner
    }

    /// Carries out SCEP enrolments.
    func enroller() -> SCEPEnroller {
        SCEPEnroller(
            store: store, transport: transport, policy: policy, pool: pool, tpm: tpm,
            unlocked: runtimeFolder.map { UnlockedKeys(files: FolderFiles(looking: $0)) })
    }

    /// Runs sessions together with the enrolments they start.
    func cycle(user: String? = nil, signal: WakeSignal? = nil) -> ManagementCycle {
        var cycle = ManagementCycle(store: store, runner: runner(user: user, signal: signal), enroller: enroller())
        if let signal {
            cycle.pause = { await signal.pause(milliseconds: $0) }
            cycle.isWoken = { signal.isGiven }
        }
        return cycle
    }

    /// Carries out commands on the tree.
    func local(user: String?) -> LocalManagement {
        return LocalManagement(
            store: store,
            context: ManagementContext(
                policy: policy, user: user, server: "local", now: Self.clock(), pool: pool, tpm: tpm))
    }
}
