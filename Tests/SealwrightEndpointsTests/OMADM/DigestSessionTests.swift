// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

/// Source: OMA-TS-DM_Security-V1_2, sections 5.3 and 5.5.
@Suite("OMA-DM Security 1.2 section 5.3 at MDM.svc: sessions that a digest proves")
struct DigestSessionTests {
    private let address = "https://mdm.example.com:8444/ManagementServer/MDM.svc"

    private func message(_ msgID: String = "1", session: String = "1", target: String? = nil) -> SyncML {
        let commands: [Command] = msgID == "1" ? [.alert(Command.Alert(cmdID: "1", code: .clientInitiated))] : []
        return SyncML(
            hdr: SyncHdr(
                sessionID: session, msgID: msgID, target: Location(target ?? address),
                source: Location(ManagementBench.deviceID)),
            body: SyncBody(commands: commands, isFinal: true))
    }

    /// The credentials of one direction, as the provisioning document has them.
    private func account(
        _ level: ApplicationAuthentication.Level, since enrollment: String? = nil
    ) throws -> ApplicationAuthentication {
        let device = try MDEDeviceID(parsing: ManagementBench.deviceID)
        return ManagementBench.secrets.account(level, of: WindowsAccount(device, enrollment: enrollment))
    }

    private func withDigest(
        _ message: SyncML, nonce: [UInt8], since enrollment: String? = nil
    ) throws -> SyncML {
        let secret = LegacyDigestSecret(
            user: ManagementBench.deviceID, secret: try account(.applicationServer, since: enrollment).secret)
        var message = message
        message.hdr.source.locName = ManagementBench.deviceID
        message.hdr.cred = Cred(meta: Meta(format: .b64, type: Cred.md5), data: secret.credential(nonce: nonce))
        return message
    }

    /// The nonce of the provisioning document.
    private func provisioned() throws -> [UInt8] { try account(.applicationServer).nonce ?? [] }

    private func post(_ message: SyncML, to bench: ManagementBench, query: String = "") async throws -> SyncML {
        try SyncML(parsing: await bench.post(try message.serialize(), query: query, certificate: nil).octets)
    }

    private func status(_ message: SyncML) -> Command.Status? {
        for case .status(let status) in message.body.commands where status.cmdRef == "0" { return status }
        return nil
    }

    private func nonce(_ message: SyncML) throws -> [UInt8] {
        try #require(status(message)?.chal?.meta.nextNonce.flatMap { Base64.decode($0) })
    }

    private func query(_ message: SyncML) throws -> String {
        let respURI = try #require(message.hdr.respURI)
        return String(try #require(respURI.split(separator: "?", maxSplits: 1).last))
    }

    /// Begins a session with the digest of the provisioning document.
    private func begun(_ bench: ManagementBench, target: String? = nil) async throws -> SyncML {
        let answer = try await post(try withDigest(message(target: target), nonce: try provisioned()), to: bench)
        #expect(status(answer)?.code == .authenticationAccepted)
        return answer
    }

    @Test func `a right digest holds for the session, which goes on at an address of its own`() async throws {
        let bench = try await ManagementBench()
        let first = try await begun(bench)
        let respURI = try #require(first.hdr.respURI)
        #expect(respURI.hasPrefix(address + "?session="))
        let second = try await post(message("2", target: respURI), to: bench, query: "mode=x&" + (try query(first)))
        #expect(status(second)?.code == .ok && status(second)?.chal == nil)
        #expect(second.hdr.respURI == respURI)
    }

    @Test func `a device that writes its name in small letters is the one that enrolled in capitals`() async throws {
        let bench = try await ManagementBench()
        let small = ManagementBench.deviceID.lowercased()
        var first = try withDigest(message(), nonce: try provisioned())
        first.hdr.source = Location(small)
        first.hdr.source.locName = small
        let answer = try await post(first, to: bench)
        #expect(status(answer)?.code == .authenticationAccepted)
        var second = message("2")
        second.hdr.source = Location(small)
        #expect(status(try await post(second, to: bench, query: try query(answer)))?.code == .ok)
        // Another secret is no better for another spelling.
        var wrong = try withDigest(message(session: "2"), nonce: [1])
        wrong.hdr.source = Location(small)
        #expect(status(try await post(wrong, to: bench))?.code == .invalidCredentials)
    }

    @Test func `without that address each message needs a digest over the nonce of the answer before`() async throws {
        let bench = try await ManagementBench()
        _ = try await begun(bench)
        // The same nonce again is worth nothing, and the session's number alone neither.
        let used = try await post(try withDigest(message("2"), nonce: try provisioned()), to: bench)
        #expect(status(used)?.code == .invalidCredentials)
        let bare = try await post(message("2"), to: bench)
        #expect(status(bare)?.code == .authenticationRequired)
        let again = try await post(try withDigest(message("2"), nonce: try nonce(bare)), to: bench)
        #expect(status(again)?.code == .authenticationAccepted)
    }

    @Test func `the secret of an enrolment ends with the next one under the device's name`() async throws {
        let bench = try await ManagementBench()
        let first = try await begun(bench)
        try await bench.bench.store.append(
            AuditEvent(
                action: "windows.enrolled", at: bench.bench.clock.now, actor: "mde:windows-mdm",
                object: ManagementBench.deviceID, details: ["user": "eve", "account": "cr_2"]))
        let goingOn = try await post(message("2"), to: bench, query: try query(first))
        #expect(status(goingOn)?.code == .authenticationRequired)
        let former = try await post(try withDigest(message(session: "2"), nonce: try provisioned()), to: bench)
        #expect(status(former)?.code == .invalidCredentials)
        let again = try await post(try withDigest(message(session: "2"), nonce: try nonce(former)), to: bench)
        #expect(status(again)?.code == .invalidCredentials)
        let now = try withDigest(message(session: "3"), nonce: try nonce(again), since: "cr_2")
        let answer = try await post(now, to: bench)
        #expect(status(answer)?.code == .authenticationAccepted)
        let own = LegacyDigestSecret(user: "Sealwright", secret: try account(.client, since: "cr_2").secret)
        let proof = try #require(answer.hdr.cred?.data)
        #expect(own.accepts(proof, nonce: try account(.client, since: "cr_2").nonce ?? []))
    }

    @Test(arguments: ["", "session=", "session=0123456789abcdef0123456789abcdef", "session", "&&="])
    func `another ticket proves nothing`(query: String) async throws {
        let bench = try await ManagementBench()
        _ = try await begun(bench)
        let refused = try await post(message("2"), to: bench, query: query)
        #expect(status(refused)?.code == .authenticationRequired && refused.hdr.respURI == nil)
    }

    @Test func `a ticket is good for its session and device only`() async throws {
        let bench = try await ManagementBench()
        let ticket = try query(try await begun(bench))
        // The session begun anew, another session, another device.
        for (msgID, session, device) in [("1", "1", nil), ("2", "2", nil), ("2", "1", "nobody")] {
            var other = message(msgID, session: session)
            if let device { other.hdr.source = Location(device) }
            let refused = try await post(other, to: bench, query: ticket)
            #expect(status(refused)?.code == .authenticationRequired)
            #expect(status(refused)?.chal != nil)
        }
        // None of that has disturbed the session.
        let next = try await post(message("2"), to: bench, query: ticket)
        #expect(status(next)?.code == .ok)
    }

    @Test func `a wrong digest is refused whatever the ticket`() async throws {
        let bench = try await ManagementBench()
        let ticket = try query(try await begun(bench))
        let refused = try await post(try withDigest(message("2"), nonce: [1]), to: bench, query: ticket)
        #expect(status(refused)?.code == .invalidCredentials)
    }

    /// Clients that give every session the same number, as libdmclient's test program does.
    @Test(arguments: [1, 2, 3])
    func `a refused first message and a digest begin a session anew`(lastMsgID: Int) async throws {
        let bench = try await ManagementBench()
        var answer = try await begun(bench)
        for msgID in 2..<(2 + lastMsgID) {
            answer = try await post(try withDigest(message("\(msgID)"), nonce: try nonce(answer)), to: bench)
        }
        let refused = try await post(message("1"), to: bench)
        #expect(status(refused)?.code == .authenticationRequired)
        let again = try await post(try withDigest(message("2"), nonce: try nonce(refused)), to: bench)
        #expect(status(again)?.code == .authenticationAccepted)
        // What was under way is sent again: the session is a new one.
        #expect(again.body.commands.count > 1)
    }

    // MARK: The server's own digest

    /// A device's Status for a message of the server, its header and its commands alike.
    private func answer(
        to message: SyncML, msgID: String, _ code: StatusCode, nonce: [UInt8]? = nil
    ) throws -> SyncML {
        var answer = self.message(msgID, target: message.hdr.respURI)
        var header = Command.Status(cmdID: "1", msgRef: message.hdr.msgID, cmdRef: "0", cmd: "SyncHdr", code: code)
        if let nonce {
            var meta = Meta(format: .b64, type: Cred.md5)
            meta.nextNonce = Base64.encode(nonce)
            header.chal = Chal(meta: meta)
        }
        answer.body.commands = [.status(header)]
        let commands = message.body.commands.flatMap { command in
            if case .atomic(let group) = command { [command] + group.commands } else { [command] }
        }
        for command in commands {
            if case .status = command { continue }
            answer.body.commands.append(
                .status(
                    Command.Status(
                        cmdID: "\(answer.body.commands.count + 1)", msgRef: message.hdr.msgID,
                        cmdRef: try #require(command.cmdID), cmd: command.name, code: code)))
        }
        return answer
    }

    private func proves(_ message: SyncML, over nonce: [UInt8]) throws -> Bool {
        let secret = LegacyDigestSecret(user: "Sealwright", secret: try account(.client).secret)
        return message.hdr.source.locName == "Sealwright" && message.hdr.cred?.meta?.type == Cred.md5
            && secret.accepts(message.hdr.cred?.data ?? "", nonce: nonce)
    }

    @Test func `the server proves itself by the other account until the device believes it`() async throws {
        let bench = try await ManagementBench()
        let first = try await begun(bench)
        #expect(try proves(first, over: try account(.client).nonce ?? []))
        let believing = try answer(to: first, msgID: "2", .authenticationAccepted, nonce: [1, 2, 3])
        let second = try await post(believing, to: bench, query: try query(first))
        #expect(second.hdr.cred == nil)
        // The next session's digest is over the nonce that came with 212.
        let next = try await post(
            try withDigest(message(session: "2"), nonce: try nonce(first)), to: bench)
        #expect(try proves(next, over: [1, 2, 3]))
    }

    @Test func `a device that does not believe is told again, over its nonce and once`() async throws {
        let bench = try await ManagementBench()
        let first = try await begun(bench)
        let sent = try await bench.commands.filter { $0.state == .sent }.count
        #expect(sent > 0)
        let doubting = try answer(to: first, msgID: "2", .invalidCredentials, nonce: [4, 5, 6])
        let second = try await post(doubting, to: bench, query: try query(first))
        #expect(try proves(second, over: [4, 5, 6]))
        let again = try await bench.commands.filter { $0.state == .sent }
        #expect(again.count == sent && again.allSatisfy { $0.attempts == 2 })
        let believing = try answer(to: second, msgID: "3", .authenticationAccepted)
        _ = try await post(believing, to: bench, query: try query(first))
        // The codes of commands are what they are; only the header's says who is believed.
        #expect(try await bench.commands.allSatisfy { $0.state != .sent })
    }

    @Test func `a device that goes on doubting ends its commands as failed`() async throws {
        let bench = try await ManagementBench()
        let first = try await begun(bench)
        let doubting = try answer(to: first, msgID: "2", .invalidCredentials, nonce: [4, 5, 6])
        let second = try await post(doubting, to: bench, query: try query(first))
        let doubtingStill = try answer(to: second, msgID: "3", .invalidCredentials, nonce: [7])
        _ = try await post(doubtingStill, to: bench, query: try query(first))
        #expect(try await bench.commands.contains { $0.state == .failed })
    }

    @Test func `a device that shows a certificate and asks for the server's digest gets it`() async throws {
        let bench = try await ManagementBench()
        let first = try await bench.send(message())
        #expect(first.hdr.cred == nil)
        let sent = try await bench.commands.filter { $0.state == .sent }.count
        let second = try await bench.send(
            try answer(to: first, msgID: "2", .authenticationRequired, nonce: [8, 9]))
        #expect(try proves(second, over: [8, 9]))
        let again = try await bench.commands.filter { $0.state == .sent }
        #expect(sent > 0 && again.count == sent && again.allSatisfy { $0.attempts == 2 })
        let third = try await bench.send(try answer(to: second, msgID: "3", .authenticationAccepted, nonce: [10]))
        #expect(third.hdr.cred == nil)
        #expect(try proves(try await bench.send(message(session: "2")), over: [10]))
    }

    @Test func `a ticket ends with the session`() async throws {
        let bench = try await ManagementBench()
        let ticket = try query(try await begun(bench))
        bench.bench.clock.advance(by: 601)
        let late = try await post(message("2"), to: bench, query: ticket)
        #expect(status(late)?.code == .authenticationRequired)
    }

    @Test func `a blocked device is forbidden in the middle of a session`() async throws {
        let bench = try await ManagementBench()
        let ticket = try query(try await begun(bench))
        let event = AuditEvent(action: "device.blocked", at: bench.bench.clock.now, actor: "test", object: "d")
        _ = try await bench.bench.store.setState(.blocked, of: bench.device.id, event: event)
        let refused = try await post(message("2"), to: bench, query: ticket)
        #expect(status(refused)?.code == .forbidden)
    }

    @Test(arguments: [
        (
            "https://proxy.example.com/a/ManagementServer/MDM.svc?mode=Maintenance",
            "https://proxy.example.com/a/ManagementServer/MDM.svc?mode=Maintenance&session="
        ),
        (
            "https://proxy.example.com/ManagementServer/MDM.svc?session=old",
            "https://proxy.example.com/ManagementServer/MDM.svc?session="
        ),
        ("the server", "https://mdm.example.com:8444/ManagementServer/MDM.svc?session="),
        (
            "http://mdm.example.com/ManagementServer/MDM.svc",
            "https://mdm.example.com:8444/ManagementServer/MDM.svc?session="
        ),
        ("https://elsewhere.example.com/", "https://mdm.example.com:8444/ManagementServer/MDM.svc?session="),
    ])
    func `the address is the one the device reaches the server by`(target: String, prefix: String) async throws {
        let bench = try await ManagementBench()
        let respURI = try #require(try await begun(bench, target: target).hdr.respURI)
        #expect(respURI.hasPrefix(prefix) && respURI.utf8.count == prefix.utf8.count + 32)
    }

    @Test func `a kept message does not hold the ticket`() async throws {
        let bench = try await ManagementBench()
        let first = try await begun(bench)
        let respURI = try #require(first.hdr.respURI)
        _ = try await post(message("2", target: respURI), to: bench, query: try query(first))
        let ticket = try #require(respURI.split(separator: "=").last)
        let kept = try await bench.bench.store.messages(of: bench.device.id, session: nil, limit: 100)
        #expect(kept.count == 4)
        for message in kept { #expect(!String(decoding: message.octets, as: UTF8.self).contains(ticket)) }
    }

    @Test func `a stranger's digest and a wrong one are answered alike`() async throws {
        let bench = try await ManagementBench()
        var stranger = try withDigest(message(), nonce: [1])
        stranger.hdr.source = Location("nobody")
        let unknown = try await post(stranger, to: bench)
        let wrong = try await post(try withDigest(message(), nonce: [1]), to: bench)
        #expect(status(unknown)?.code == .invalidCredentials && status(wrong)?.code == .invalidCredentials)
        #expect(status(unknown)?.chal != nil && status(wrong)?.chal != nil)
    }
}
