// SPDX-License-Identifier: Apache-2.0

import Foundation
import SCEP

/// SCEP enrolments per second of the server's processor time, and its memory before and under that load.
struct EnrollmentChapter {
    let bed: TestBed
    let devices: SCEPDevices
    let count: Int

    private static let warmUp = 300
    private static let connections = [1, 4, 8]

    func run(into report: inout Report) async throws {
        let site = try bed.initialize()
        let filler = try await StoreFiller(folder: site.folder)
        _ = try await filler.enroll(1_000)
        let total = Self.warmUp + Self.connections.count * count
        var challenges = try await filler.makeChallenges(total)[...]
        await filler.close()

        let server = try site.start()
        defer { server.stop() }
        try await Task.sleep(for: .seconds(2))
        let idle = server.memory()
        let authority = try SCEPDevices.authority(port: server.port)
        func next(_ count: Int, _ name: String) throws -> [SCEPDevices.Message] {
            defer { challenges = challenges.dropFirst(count) }
            return try devices.messages(challenges: challenges.prefix(count), named: name, to: authority)
        }

        let warmUp = try next(Self.warmUp, "warm")
        let bodies = try await Load(port: server.port, connections: 4).send(warmUp.map(\.request)).bodies
        try SCEPDevices.check(bodies, of: warmUp, from: authority)

        let bound = try ArithmeticBound()
        var findings: [Finding] = []
        for connections in Self.connections {
            let messages = try next(count, "c\(connections)")
            let before = try bound.measure()
            let start = try server.processorTime()
            let outcome = try await Load(port: server.port, connections: connections).send(messages.map(\.request))
            let used = try server.processorTime() - start
            let limit = [before, try bound.measure()].median
            try SCEPDevices.check(outcome.bodies, of: messages, from: authority)
            findings += Self.findings(connections, rate: Double(count) / used, limit, outcome)
        }
        findings.append(
            .note(
                "set-up",
                "\(count) enrolments each; RSA-2048 CA = RA; AES-256-CBC; SHA-256; POST; 64 device keys; one-time "
                    + "challenges made beforehand; every reply verified, pkiStatus 0"))
        report.add("SCEP enrolments per processor second", findings)
        report.add("Memory", Self.memory(idle, server.memory()))
    }

    private static func findings(
        _ connections: Int, rate: Double, _ limit: Double, _ outcome: Load.Outcome
    ) -> [Finding] {
        let share = (100 * rate / limit).fixed(0)
        let speed = (Double(outcome.bodies.count) / outcome.wall).grouped
        let p50 = (outcome.latencies.median * 1_000).fixed(1)
        let p99 = (outcome.latencies.quantile(0.99) * 1_000).fixed(1)
        return [
            .rate("\(connections) connection\(connections == 1 ? "" : "s")", rate, per: "/CPU-s", atLeast: 800),
            .note(
                "  against the arithmetic",
                "\(share) % of \(limit.grouped) /CPU-s; wall \(speed)/s, p50 \(p50) ms, p99 \(p99) ms"),
        ]
    }

    private static func memory(_ idle: [String: Double], _ loaded: [String: Double]) -> [Finding] {
        [
            .amount("idle, resident (VmRSS)", idle["VmRSS"] ?? 0, "MiB", atMost: 80),
            .amount("idle, anonymous (RssAnon)", idle["RssAnon"] ?? 0, "MiB", atMost: 30),
            .amount("under load, resident, the most (VmHWM)", loaded["VmHWM"] ?? 0, "MiB", atMost: 160),
            .amount("after the load, anonymous (RssAnon)", loaded["RssAnon"] ?? 0, "MiB"),
        ]
    }
}
