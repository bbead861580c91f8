// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightCore
import SealwrightStore

/// Sessions of managed devices by OMA-DM over mutual TLS: how many a second, how long they take, what they cost.
///
/// The load tool is another process on the same processors, so rates by the clock are those of both together.
struct ManagementChapter {
    let bed: TestBed
    let devices: SCEPDevices
    let pool: CryptoPool
    /// Devices that come for management.
    let fleet: Int
    /// Devices that are only in the store.
    let others: Int
    /// Waves of sessions of the whole fleet, with new connections and on kept ones; a device may begin 30 sessions a
    /// minute, and one is its first.
    let waves: (new: Int, kept: Int)

    private static let lanes = 16

    func run(into report: inout Report) async throws {
        let site = try bed.initialize()
        let members = try await enroll(site)
        let bound = try HandshakeBound(pool: pool)

        let server = try site.start()
        defer { server.stop() }
        try await Task.sleep(for: .seconds(2))
        let idle = server.memory()
        let load = try ManagementLoad(fleet: members, server: server, folder: site.folder, lanes: Self.lanes)
        try await load.greet()

        let before = try bound.measure()
        let sessions = try await load.onNewConnections(waves: 2..<(2 + waves.new))
        let limit = [before, try bound.measure()].median
        let end = 2 + waves.new + waves.kept
        let messages = try await load.onKeptConnections(waves: (2 + waves.new)..<end)
        let busy = server.memory()
        server.stop()
        try await check(members, site, sessions: waves.new + waves.kept)

        report.add("Managed devices: sessions with a new mutual-TLS connection each", Self.findings(sessions, limit))
        report.add("Managed devices: messages on kept connections", Self.findings(messages))
        report.add("Managed devices: memory of the server", memory(idle, busy))
    }

    /// Enrols the fleet by SCEP, fills the store with others, and finds the fleet again.
    private func enroll(_ site: Site) async throws -> ManagedFleet {
        var filler = try await StoreFiller(folder: site.folder)
        let challenges = try await filler.makeChallenges(fleet)
        await filler.close()
        let server = try site.start()
        let authority = try SCEPDevices.authority(port: server.port)
        let messages = try devices.messages(challenges: challenges, named: "managed", to: authority)
        let outcome = try await Load(port: server.port, connections: 4).send(messages.map(\.request))
        try SCEPDevices.check(outcome.bodies, of: messages, from: authority)
        server.stop()
        filler = try await StoreFiller(folder: site.folder)
        _ = try await filler.enroll(others)
        let members = try await ManagedFleet(fleet, devices: devices, in: filler)
        await filler.close()
        return members
    }

    /// Looks whether the store agrees: as many commands as sessions for each device, all ended well.
    private func check(_ members: ManagedFleet, _ site: Site, sessions: Int) async throws {
        let filler = try await StoreFiller(folder: site.folder)
        for member in members.members {
            let commands = try await filler.store.commands(
                of: member.id, in: Set(QueuedCommand.State.allCases), after: nil, limit: 1_000
            ).items
            guard commands.allSatisfy({ $0.state == .succeeded }),
                commands.count(where: { $0.kind == .query }) == sessions
            else {
                let states = commands.map { "\($0.title): \($0.state)" }.joined(separator: "; ")
                throw BenchmarkError("\(member.name) was not managed as it should: \(states)")
            }
        }
        await filler.close()
    }

    // MARK: Findings

    private static func findings(_ outcome: ManagementLoad.Outcome, _ limit: Double) -> [Finding] {
        let perProcessor = Double(outcome.sessions) / outcome.processor
        return [
            .rate("sessions a second", Double(outcome.sessions) / outcome.wall, per: "/s", atLeast: 400),
            .rate("sessions per second of the server's processor time", perProcessor, per: "/CPU-s"),
            .note(
                "handshake's signatures alone (RSA-2048: one made, one checked)",
                "\(limit.grouped) /CPU-s; the sessions reach \((100 * perProcessor / limit).fixed(0)) % of it"),
            .amount("message, p99, the first with its handshake", p99(outcome.messageSeconds), "ms", atMost: 100),
            .note("message, p50", "\(p50(outcome.messageSeconds)) ms"),
            .note("session, p50 / p99", "\(p50(outcome.sessionSeconds)) / \(p99(outcome.sessionSeconds).fixed(1)) ms"),
            .note(
                "set-up",
                "\(outcome.sessions) sessions, \(lanes) at a time, no resumption; two messages and one Get each; every "
                    + "answer read, every command ended as succeeded"),
        ]
    }

    private static func findings(_ outcome: ManagementLoad.Outcome) -> [Finding] {
        let count = Double(outcome.messages)
        return [
            .rate("messages a second", count / outcome.wall, per: "/s", atLeast: 1_500),
            .rate("messages per second of the server's processor time", count / outcome.processor, per: "/CPU-s"),
            .amount("message, p99", p99(outcome.messageSeconds), "ms", atMost: 100),
            .note("message, p50", "\(p50(outcome.messageSeconds)) ms"),
            .note(
                "set-up",
                "\(outcome.messages) messages in \(outcome.sessions) sessions, \(lanes) at a time; each device on a "
                    + "connection of its own, its sessions one after the other"),
        ]
    }

    private func memory(_ idle: [String: Double], _ busy: [String: Double]) -> [Finding] {
        let devices = Double(fleet + others).grouped
        return [
            .amount("resident, \(devices) devices, idle", idle["VmRSS"] ?? 0, "MiB", atMost: 250),
            .amount("resident, behind the load", busy["VmRSS"] ?? 0, "MiB", atMost: 250),
            .amount("resident, at most", busy["VmHWM"] ?? 0, "MiB", atMost: 250),
            .amount("anonymous, behind the load", busy["RssAnon"] ?? 0, "MiB"),
        ]
    }

    private static func p50(_ seconds: [Double]) -> String { (seconds.median * 1_000).fixed(1) }
    private static func p99(_ seconds: [Double]) -> Double { seconds.quantile(0.99) * 1_000 }
}
