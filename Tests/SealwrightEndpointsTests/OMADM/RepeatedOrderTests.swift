// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("Orders for one name: at the same time, and before the device has answered")
struct RepeatedOrderTests {
    private func order(_ number: Int = 7) -> OMADMCertificateOrder {
        OMADMCertificateOrder(uniqueID: "wifi", subject: "CN=laptop-\(number)", keyProtection: .software)
    }

    /// A message of the device.
    private func message(_ sessionID: String, _ msgID: Int, _ commands: [Command]) -> SyncML {
        let hdr = SyncHdr(
            sessionID: sessionID, msgID: String(msgID), target: Location("https://mdm.example.com"),
            source: Location(ManagementBench.deviceID))
        return SyncML(
            hdr: hdr, body: SyncBody(commands: commands.enumerated().map { $1.numbered(String($0 + 1)) }))
    }

    /// A Status with this code for each command of a message, those inside groups too.
    private func statuses(for message: SyncML, _ code: StatusCode) -> [Command] {
        var waiting = message.body.commands
        var statuses: [Command] = []
        while !waiting.isEmpty {
            let command = waiting.removeFirst()
            switch command {
            case .status, .results: continue
            case .atomic(let group), .sequence(let group): waiting += group.commands
            default: break
            }
            statuses.append(
                .status(
                    Command.Status(
                        cmdID: nil, msgRef: message.hdr.msgID, cmdRef: command.cmdID ?? "", cmd: command.name,
                        code: code)))
        }
        return statuses
    }

    /// The Atomic of an order.
    private func atomic(in message: SyncML) -> Command.Atomic? {
        message.body.commands.lazy.compactMap { command in
            guard case .atomic(let group) = command else { return nil }
            let places = group.commands.flatMap(\.items).compactMap { $0.target?.locURI }
            return places.contains { $0.hasSuffix("/SCEP/wifi") } ? group : nil
        }.first
    }

    private let begin = [Command.alert(Command.Alert(cmdID: nil, code: .clientInitiated))]

    @Test func `of orders at the same time the last one waits, and one challenge with it`() async throws {
        let bench = try await ManagementBench()
        let before = try await bench.bench.usableChallenges
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...6 {
                group.addTask {
                    _ = try await bench.orders.order(order(number), for: bench.device.id, by: "test")
                }
            }
            try await group.waitForAll()
        }
        let commands = try await bench.commands.filter { $0.kind == .scep }
        #expect(commands.count { $0.state == .queued } == 1, "\(commands.map(\.state))")
        #expect(commands.count { $0.state == .cancelled } == commands.count - 1)
        #expect(try await bench.bench.usableChallenges == before + 1)
        let record = try await bench.installation("wifi")
        #expect(record.stage == .ordered && record.generation == commands.count)
        let usable = try await bench.bench.challenges.list().items
        #expect(usable.contains { $0.id == record.challenge })
    }

    @Test func `an order that was sent and is not answered is not followed by another`() async throws {
        let bench = try await ManagementBench()
        _ = try await bench.orders.order(order(), for: bench.device.id, by: "test")
        let told = try await bench.send(message("1", 1, begin))
        let sent = try #require(try await bench.commands.first { $0.kind == .scep && $0.state == .sent })
        let error = await #expect(throws: OMADMOrderError.self) {
            try await bench.orders.order(order(8), for: bench.device.id, by: "test")
        }
        #expect(error?.code == "windows.order-invalid" && error?.description.contains(sent.id.rawValue) == true)
        // The answer is that of the only order there is.
        let next = try await bench.send(message("1", 2, statuses(for: told, .ok)))
        #expect(!next.body.commands.contains { if case .atomic = $0 { true } else { false } })
        let record = try await bench.installation("wifi")
        #expect(record.stage == .delivered && record.generation == 1 && record.subject == "CN=laptop-7")
    }

    @Test func `where a person decides, a device asks every hour, and else every minute`() async throws {
        let approved = EndpointID(rawValue: "approved")
        let policy = EnrollmentPolicy(endpoint: approved, authentication: .init(approval: .always))
        for (endpoint, minutes) in [(EndpointID.default, "1"), (approved, "60")] {
            let bench = try await ManagementBench(try await Workbench(others: [policy]))
            var wanted = order()
            wanted.endpoint = endpoint
            _ = try await bench.orders.order(wanted, for: bench.device.id, by: "test")
            let told = try await bench.send(message("1", 1, begin))
            let group = try #require(atomic(in: told))
            let delay = group.commands.flatMap(\.items).first {
                $0.target?.locURI.hasSuffix("/Install/RetryDelay") ?? false
            }
            #expect(delay?.data?.text == minutes)
        }
    }

    @Test func `what was taken back may be ordered anew`() async throws {
        let bench = try await ManagementBench()
        _ = try await bench.orders.order(order(), for: bench.device.id, by: "test")
        _ = try await bench.send(message("1", 1, begin))
        let sent = try #require(try await bench.commands.first { $0.kind == .scep })
        try await bench.management.cancel(sent.id, by: "test")
        #expect(try await bench.orders.order(order(8), for: bench.device.id, by: "test").generation == 2)
    }

    @Test func `a device that answers the Atomic alone has taken the order, or has not`() async throws {
        for (code, stage) in [(StatusCode.ok, CertificateInstallation.Stage.delivered), (.atomicFailed, .failed)] {
            let bench = try await ManagementBench()
            _ = try await bench.orders.order(order(), for: bench.device.id, by: "test")
            let told = try await bench.send(message("1", 1, begin))
            let group = try #require(atomic(in: told))
            let alone = Command.Status(
                cmdID: nil, msgRef: told.hdr.msgID, cmdRef: group.cmdID ?? "", cmd: "Atomic", code: code)
            _ = try await bench.send(message("1", 2, [.status(alone)]))
            let record = try await bench.installation("wifi")
            #expect(record.stage == stage)
            #expect(stage != .failed || record.reason?.hasSuffix("failed: Atomic ended with 507") == true, "\(record)")
            #expect(try await bench.commands.filter { $0.kind == .scep }.allSatisfy { $0.state.isOver })
        }
    }

    // MARK: Lost answers

    /// The challenge of an order as the device reads it.
    private func challenge(in message: SyncML) -> String? {
        let inside = message.body.commands.flatMap { command in
            if case .atomic(let group) = command { group.commands } else { [command] }
        }
        let items = inside.flatMap(\.items)
        return items.first { $0.target?.locURI.hasSuffix("/Install/Challenge") ?? false }?.data?.text
    }

    @Test func `an order whose answer was lost is not sent again once the authority has its request`() async throws {
        let bench = try await ManagementBench()
        _ = try await bench.orders.order(order(), for: bench.device.id, by: "test")
        let told = try await bench.send(message("1", 1, begin))
        let secret = challenge(in: told)
        try #require(secret != nil)
        _ = try await bench.bench.send(bench.bench.request("CN=laptop-7", challenge: secret, key: LabKeys.device(8)))
        let next = try await bench.send(message("2", 1, begin))
        #expect(challenge(in: next) == nil)
        let asked = next.body.commands.flatMap(\.items).compactMap { $0.target?.locURI }
        #expect(asked.contains { $0.hasSuffix("SCEP/wifi/Status") })
        #expect(try await bench.installation("wifi").stage == .issued)
        let command = try #require(try await bench.commands.first { $0.kind == .scep })
        #expect(command.state == .succeeded && command.attempts == 1 && command.payload.isEmpty)
    }

    @Test func `an order whose answer was lost is done when the device has the name at the second time`() async throws {
        for isRepeated in [true, false] {
            let bench = try await ManagementBench()
            _ = try await bench.orders.order(order(), for: bench.device.id, by: "test")
            if isRepeated { _ = try await bench.send(message("1", 1, begin)) }
            let told = try await bench.send(message("2", 1, begin))
            var answers = statuses(for: told, .ok)
            let group = try #require(atomic(in: told))
            let inside = Set(group.commands.compactMap(\.cmdID))
            answers = answers.map { answer in
                guard case .status(var status) = answer else { return answer }
                if status.cmdRef == group.cmdID {
                    status.code = .atomicFailed
                } else if inside.contains(status.cmdRef) {
                    status.code = status.cmdRef == group.commands.first?.cmdID ? .alreadyExists : .notExecuted
                }
                return .status(status)
            }
            _ = try await bench.send(message("2", 2, answers))
            #expect(try await bench.installation("wifi").stage == (isRepeated ? .delivered : .failed))
            let command = try #require(try await bench.commands.first { $0.kind == .scep })
            #expect(command.state == (isRepeated ? .succeeded : .failed))
        }
    }

    @Test func `an order that the device comes too late for is not sent, and fails by name`() async throws {
        for (late, isSent) in [(Int64(3600), true), (3601, false)] {
            let bench = try await ManagementBench()
            var short = order()
            short.timeToLive = 3600
            _ = try await bench.orders.order(short, for: bench.device.id, by: "test")
            bench.bench.clock.advance(by: late)
            let told = try await bench.send(message("1", 1, begin))
            #expect((challenge(in: told) != nil) == isSent)
            #expect(try await bench.installation("wifi").stage == (isSent ? .ordered : .failed))
            let command = try #require(try await bench.commands.first { $0.kind == .scep })
            #expect(command.state == (isSent ? .sent : .failed) && command.attempts == (isSent ? 1 : 0))
            guard !isSent else { continue }
            let outcome = String(decoding: command.outcome ?? [], as: UTF8.self)
            #expect(outcome.contains("windows.order-lapsed"))
            // Ordered anew it goes out.
            _ = try await bench.orders.order(order(), for: bench.device.id, by: "test")
            #expect(challenge(in: try await bench.send(message("2", 1, begin))) != nil)
        }
    }

    @Test func `an order to renew whose answer was lost is not sent again to a device that has renewed`() async throws {
        let bench = try await ManagementBench()
        let command = try await bench.orders.renew(bench.device.id, by: "test")
        _ = try await bench.send(message("1", 1, begin))
        #expect(try await bench.bench.store.command(command.id)?.state == .sent)
        // Nothing came of it yet, so that it is sent again.
        _ = try await bench.send(message("2", 1, begin))
        #expect(try await bench.bench.store.command(command.id)?.attempts == 2)
        bench.bench.clock.advance(by: 60)
        let renewed = try await bench.bench.enrolled("CN=\(ManagementBench.deviceID)", key: LabKeys.device(8))
        try await ManagementBench.manage(renewed, bench.bench)
        let reply = await bench.post(try message("3", 1, begin).serialize(), certificate: renewed)
        #expect(reply.status == .ok)
        let done = try #require(try await bench.bench.store.command(command.id))
        #expect(done.state == .succeeded && done.attempts == 2)
    }

    // MARK: PFX

    private func pfx(_ bench: ManagementBench) async throws -> OMADMPFXOrder {
        let key = try TestKeys.shared.key(.rsa2048, 44)
        let leaf = try await bench.bench.enrolled("CN=mail", key: key)
        return OMADMPFXOrder(
            uniqueID: "mail", pfx: try PFXFixture.make(leaf, key, password: "correct horse"),
            password: Secret("correct horse"))
    }

    @Test func `a PFX that failed is asked for once a day, for a week`() async throws {
        let bench = try await ManagementBench()
        _ = try await bench.orders.order(pfx(bench), for: bench.device.id, by: "test")
        var told = try await bench.send(message("1", 1, begin))
        told = try await bench.send(message("1", 2, statuses(for: told, .atomicRollBackFailed)))
        #expect(try await bench.installation("mail", .pfx).stage == .failed)
        func asks(_ message: SyncML) -> Bool {
            message.body.commands.contains { command in
                guard case .get = command else { return false }
                return command.items.first?.target?.locURI.hasSuffix("PFXCertInstall/mail/Status") ?? false
            }
        }
        #expect(asks(told))
        #expect(try await !asks(bench.send(message("2", 1, begin))))
        for day in 1...9 {
            bench.bench.clock.advance(by: 86_400)
            let answer = try await bench.send(message("\(day + 2)", 1, begin))
            #expect(asks(answer) == (day <= 7), "day \(day)")
        }
    }

    @Test func `a PFX of another authority counts as issued by nobody here`() async throws {
        let bench = try await ManagementBench()
        let foreign = try OpenSSLPFX.make(password: "correct horse")
        let ordered = try await bench.orders.order(
            OMADMPFXOrder(uniqueID: "mail", pfx: foreign, password: Secret("correct horse")), for: bench.device.id,
            by: "test")
        #expect(ordered.stage == .ordered && ordered.issuedAt == nil && ordered.issuedThumbprint != nil)
    }
}

/// A PFX that no authority of ours has a part in.
private enum OpenSSLPFX {
    static func make(password: String) throws -> [UInt8] {
        let tools = try TemporaryFolder()
        try tools.run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-subj",
            "/CN=elsewhere", "-days", "30")
        try tools.run(
            "openssl", "pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem", "-out", "c.pfx", "-passout",
            "pass:" + password)
        return try tools.read("c.pfx")
    }
}
