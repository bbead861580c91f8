// SPDX-License-Identifier: Apache-2.0

import Foundation
import SCEP

/// Whether an enrolment costs more when many certificates are stored: two servers, asked in turns, pair by pair.
struct GrowthChapter {
    let bed: TestBed
    let devices: SCEPDevices
    let pairs: Int

    private static let perRound = 300

    /// A server with so many certificates, and the messages for each of its turns.
    private struct Side {
        let server: ServerUnderTest
        let authority: CACertificates
        let rounds: [[SCEPDevices.Message]]

        /// Milliseconds of processor time an enrolment.
        func cost(round: Int) async throws -> Double {
            let messages = rounds[round]
            let start = try server.processorTime()
            let outcome = try await Load(port: server.port, connections: 4).send(messages.map(\.request))
            let used = try server.processorTime() - start
            try SCEPDevices.check(outcome.bodies, of: messages, from: authority)
            return used / Double(messages.count) * 1_000
        }
    }

    func run(into report: inout Report) async throws {
        let small = try await side(1_000)
        let large = try await side(100_000)
        defer { for side in [small, large] { side.server.stop() } }
        var costs: [(small: Double, large: Double)] = []
        for round in 0...pairs {
            // Who goes first alternates, and the first pair warms up.
            let isSmallFirst = round.isMultiple(of: 2)
            let first = try await (isSmallFirst ? small : large).cost(round: round)
            let second = try await (isSmallFirst ? large : small).cost(round: round)
            if round > 0 { costs.append(isSmallFirst ? (first, second) : (second, first)) }
        }
        let ratios = costs.map { $0.large / $0.small }
        report.add(
            "Cost of an enrolment by the number of certificates stored",
            [
                .amount("1,000 certificates", costs.map(\.small).median, "ms CPU", digits: 3),
                .amount("100,000 certificates", costs.map(\.large).median, "ms CPU", digits: 3),
                .amount("ratio, median of \(pairs) pairs", ratios.median, "", digits: 3, atMost: 1.05),
                .note("ratio, quartiles", "\(ratios.quantile(0.25).fixed(3)) to \(ratios.quantile(0.75).fixed(3))"),
                .amount("memory after the load, 100,000", large.server.memory()["VmHWM"] ?? 0, "MiB", atMost: 160),
            ])
    }

    private func side(_ certificates: Int) async throws -> Side {
        let site = try bed.initialize()
        let filler = try await StoreFiller(folder: site.folder)
        _ = try await filler.enroll(certificates)
        let challenges = try await filler.makeChallenges((pairs + 1) * Self.perRound)
        await filler.close()
        let server = try site.start()
        let authority = try SCEPDevices.authority(port: server.port)
        let rounds = try (0...pairs).map { round in
            let share = challenges.dropFirst(round * Self.perRound).prefix(Self.perRound)
            return try devices.messages(challenges: share, named: "r\(round)", to: authority)
        }
        return Side(server: server, authority: authority, rounds: rounds)
    }
}
