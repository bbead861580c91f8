// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("OMA-DM 1.2 section 8 at MDM.svc: who speaks, and in what order")
struct ManagementSessionTests {
    private func first(_ sessionID: String = "1", msgID: String = "1", source: String = ManagementBench.deviceID)
        -> SyncML
    {
        let hdr = SyncHdr(
            sessionID: sessionID, msgID: msgID, target: Location("https://mdm.example.com"), source: Location(source))
        return SyncML(
            hdr: hdr, body: SyncBody(commands: [.alert(Command.Alert(cmdID: "1", code: .clientInitiated))]))
    }

    private func headerStatus(_ message: SyncML) -> StatusCode? {
        for case .status(let status) in message.body.commands where status.cmdRef == "0" { return status.code }
        return nil
    }

    @Test func `a first session trusts, sets and asks, and ends`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        let messages = try await agent.run()
        #expect((2...6).contains(messages.count), "\(messages.count) messages")
        let commands = try await bench.commands
        #expect(commands.allSatisfy { $0.state.isOver }, "\(commands.map { ($0.title, $0.state) })")
        #expect(commands.count { $0.kind == .root } == 2)
        let contact = try #require(try await bench.bench.store.contact(of: bench.device.id))
        #expect(String(decoding: contact.facts, as: UTF8.self).contains("Example"))
        #expect(try await agent.run().count == 1)
    }

    @Test func `a device that enrolled anew is greeted once more, one that renewed is not`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        try await agent.run()
        let greeting = try await bench.commands.count
        bench.bench.clock.advance(by: 60)
        let again = try await bench.bench.enrolled("CN=\(ManagementBench.deviceID)", key: LabKeys.device(8))
        try await ManagementBench.manage(again, bench.bench)
        bench.bench.clock.advance(by: 60)
        for session in ["21", "22"] {
            let reply = await bench.post(try first(session).serialize(), certificate: again)
            #expect(headerStatus(try SyncML(parsing: reply.octets)) == .ok)
            let roots = try await bench.commands.count { $0.kind == .root }
            #expect(roots == 4, "\(roots) after session \(session)")
        }
        #expect(try await bench.commands.count == 2 * greeting)
    }

    @Test(arguments: [
        ("1.9", "DM/1.2", StatusCode.dtdVersionNotSupported), ("1.2", "SyncML/1.2", .protocolVersionNotSupported),
        ("1.2", "DM/2.0", .protocolVersionNotSupported), ("1.2", "DM/1.3", .ok), ("1.1", "DM/1.1", .ok),
    ])
    func `another version is refused by the status that is there for it`(
        dtd: String, proto: String, code: StatusCode
    ) async throws {
        let bench = try await ManagementBench()
        var message = first()
        (message.hdr.verDTD, message.hdr.verProto) = (dtd, proto)
        let reply = await bench.post(try message.serialize(), certificate: bench.certificate)
        let answer = try SyncML(parsing: reply.octets)
        #expect(headerStatus(answer) == code)
        let requests = answer.body.commands.filter { if case .status = $0 { false } else { true } }
        #expect(requests.isEmpty == (code != .ok))
        #expect(answer.hdr.verDTD == (dtd == "1.1" ? "1.1" : "1.2"))
    }

    @Test func `a device without a certificate is told to authenticate and gets no commands`() async throws {
        let bench = try await ManagementBench()
        let reply = await bench.post(try first().serialize(), certificate: nil)
        #expect(reply.status == .ok)
        let answer = try SyncML(parsing: reply.octets)
        #expect(headerStatus(answer) == .authenticationRequired)
        #expect(answer.body.commands.allSatisfy { if case .status = $0 { true } else { false } })
        #expect(try await bench.commands.isEmpty)
    }

    /// Each element of nothing costs its reader more than a hundred octets and half a microsecond.
    @Test(arguments: [SyncMLForm.xml, .wbxml])
    func `a stranger's message of very many elements is not read`(_ form: SyncMLForm) async throws {
        let bench = try await ManagementBench()
        var message = first()
        message.body.commands.append(.replace(Command.Edit(cmdID: "2", items: Array(repeating: Item(), count: 60_000))))
        let octets = try message.serialize(as: form)
        #expect(octets.count < 1 << 20)
        // TLS takes a certificate of anybody's own making.
        let own = try TestDevice("CN=\(ManagementBench.deviceID)").selfSigned()
        for certificate in [nil, own] {
            let reply = await bench.post(octets, as: form, certificate: certificate)
            #expect(reply.status == .badRequest)
            #expect(String(decoding: reply.octets, as: UTF8.self).contains("elements of a document: more than 50000"))
        }
        let known = await bench.post(octets, as: form, certificate: bench.certificate)
        #expect(known.status == .ok, "\(String(decoding: known.octets, as: UTF8.self))")
    }

    @Test func `a revoked certificate is not let in`() async throws {
        let bench = try await ManagementBench()
        _ = try await bench.bench.revocation.revoke(
            bench.certificate.serialNumber, reason: .keyCompromise, actor: "test")
        let reply = await bench.post(try first().serialize(), certificate: bench.certificate)
        #expect(headerStatus(try SyncML(parsing: reply.octets)) == .invalidCredentials)
    }

    @Test func `a blocked device is forbidden`() async throws {
        let bench = try await ManagementBench()
        let event = AuditEvent(action: "device.blocked", at: bench.bench.clock.now, actor: "test", object: "d")
        _ = try await bench.bench.store.setState(.blocked, of: bench.device.id, event: event)
        let reply = await bench.post(try first().serialize(), certificate: bench.certificate)
        #expect(headerStatus(try SyncML(parsing: reply.octets)) == .forbidden)
        let records = try await bench.bench.store.newestAuditRecords(object: bench.device.id.rawValue, limit: 1)
        #expect(records.first?.event.action == "management.refused")
        #expect(records.first?.event.details["peer"] != nil)
    }

    @Test func `a signed message needs no client certificate`() async throws {
        let bench = try await ManagementBench()
        let body = try first().serialize()
        let key = try LabKeys.device(7)
        let signature = try ManagementSignature.header(over: body, certificate: bench.certificate, key: key)
        let reply = await bench.post(body, certificate: nil, signature: signature)
        #expect(headerStatus(try SyncML(parsing: reply.octets)) == .ok)
        var changed = body
        changed[changed.count - 20] ^= 1
        let refused = await bench.post(changed, certificate: nil, signature: signature)
        #expect(refused.status != .ok || (try? SyncML(parsing: refused.octets)).flatMap(headerStatus) != .ok)
    }

    @Test func `a signature that only names its certificate is that of the device that holds it`() async throws {
        let bench = try await ManagementBench()
        let body = try first().serialize()
        func post(_ certificate: CertificateView, _ key: SoftwareKey) async throws -> StatusCode? {
            let signature = try ManagementSignature.header(
                over: body, certificate: certificate, key: key, isCarried: false)
            let reply = await bench.post(body, certificate: nil, signature: signature)
            return headerStatus(try SyncML(parsing: reply.octets))
        }
        #expect(try await post(bench.certificate, LabKeys.device(7)) == .ok)
        #expect(try await post(bench.certificate, LabKeys.device(8)) == .invalidCredentials)
        let stranger = try CertificateView(
            parsing: Forge.selfSigned(bench.certificate.subject, LabKeys.device(8), at: bench.bench.clock.now))
        #expect(try await post(stranger, LabKeys.device(8)) == .invalidCredentials)
    }

    @Test func `a signature beside TLS is that of the same certificate, or the message is not taken`() async throws {
        let bench = try await ManagementBench()
        let body = try first().serialize()
        let own = try ManagementSignature.header(
            over: body, certificate: bench.certificate, key: LabKeys.device(7))
        let same = await bench.post(body, certificate: bench.certificate, signature: own)
        #expect(headerStatus(try SyncML(parsing: same.octets)) == .ok)
        let other = try await bench.bench.enrolled("CN=another", key: LabKeys.device(8))
        try await ManagementBench.manage(other, bench.bench)
        let others = try ManagementSignature.header(over: body, certificate: other, key: LabKeys.device(8))
        let changed = try ManagementSignature.header(
            over: body + [0x20], certificate: bench.certificate, key: LabKeys.device(7))
        for signature in [others, changed, "AAAA", ""] {
            let reply = await bench.post(body, certificate: bench.certificate, signature: signature)
            #expect(headerStatus(try SyncML(parsing: reply.octets)) == .invalidCredentials)
        }
    }

    @Test func `what a device calls itself changes nothing`() async throws {
        let bench = try await ManagementBench()
        let other = try await bench.bench.enrolled("CN=another", key: LabKeys.device(8))
        let credential = try #require(try await bench.bench.store.credential(serial: other.serialNumber))
        let otherDevice = try #require(credential.device)
        try await ManagementBench.manage(other, bench.bench)
        let queued = try await bench.orders.queue(
            [.get(Command.Get(cmdID: nil, items: [Item(target: Location("./DevInfo/Man"))]))], title: "read",
            kind: .query, for: otherDevice, by: "test")
        let answer = try await bench.send(first(source: "another"))
        #expect(headerStatus(answer) == .ok)
        let waiting = try #require(try await bench.bench.store.command(queued.id))
        #expect(waiting.state == .queued)
    }

    @Test func `the certificate before is revoked once the device was seen with the new one`() async throws {
        let bench = try await ManagementBench()
        bench.bench.clock.set(bench.certificate.notAfter.map { $0.adding(seconds: -86_400) } ?? bench.bench.clock.now)
        let (held, new) = (try LabKeys.device(7), try LabKeys.device(8))
        let renewed = try await bench.bench.send(bench.bench.renewal(bench.certificate, held: held, new: new))
            .certificate(held)
        // Until then it is as good as the new one.
        #expect(headerStatus(try await bench.send(first())) == .ok)
        let store = bench.bench.store
        #expect(try await store.credential(serial: bench.certificate.serialNumber)?.revocation == nil)
        for session in ["2", "3"] {
            let reply = await bench.post(try first(session).serialize(), certificate: renewed)
            #expect(headerStatus(try SyncML(parsing: reply.octets)) == .ok)
        }
        let before = try #require(try await store.credential(serial: bench.certificate.serialNumber))
        #expect(before.revocation?.reason == .superseded)
        #expect(try await store.credential(serial: renewed.serialNumber)?.revocation == nil)
        let refused = await bench.post(try first("4").serialize(), certificate: bench.certificate)
        #expect(headerStatus(try SyncML(parsing: refused.octets)) == .invalidCredentials)
    }

    @Test func `of a renewal whose answer was lost no certificate stays in force`() async throws {
        let bench = try await ManagementBench()
        bench.bench.clock.set(bench.certificate.notAfter.map { $0.adding(seconds: -86_400) } ?? bench.bench.clock.now)
        let held = try LabKeys.device(7)
        func renewed(_ new: SoftwareKey) async throws -> CertificateView {
            let certificate = try await bench.bench.send(bench.bench.renewal(bench.certificate, held: held, new: new))
                .certificate(held)
            try await ManagementBench.manage(certificate, bench.bench)
            bench.bench.clock.advance(by: 60)
            return certificate
        }
        let lost = try await renewed(try LabKeys.device(8))
        let kept = try await renewed(try LabKeys.device(9))
        let reply = await bench.post(try first().serialize(), certificate: kept)
        #expect(headerStatus(try SyncML(parsing: reply.octets)) == .ok)
        let store = bench.bench.store
        for certificate in [bench.certificate, lost] {
            let credential = try #require(try await store.credential(serial: certificate.serialNumber))
            #expect(credential.revocation?.reason == .superseded)
        }
        #expect(try await store.credential(serial: kept.serialNumber)?.revocation == nil)
    }

    @Test func `a certificate that another protocol renewed takes no management certificate along`() async throws {
        let bench = try await ManagementBench()
        let held = try LabKeys.device(8)
        let wifi = try await bench.bench.enrolled("CN=\(ManagementBench.deviceID)", key: held)
        bench.bench.clock.set(wifi.notAfter.map { $0.adding(seconds: -86_400) } ?? bench.bench.clock.now)
        let renewed = try await bench.bench.send(
            bench.bench.renewal(wifi, held: held, new: LabKeys.device(9))
        ).certificate(held)
        let reply = await bench.post(try first().serialize(), certificate: renewed)
        #expect(headerStatus(try SyncML(parsing: reply.octets)) == .ok)
        let store = bench.bench.store
        #expect(try await store.credential(serial: bench.certificate.serialNumber)?.revocation == nil)
    }

    @Test func `a repeated message gets the same octets`() async throws {
        let bench = try await ManagementBench()
        let body = try first().serialize()
        let once = await bench.post(body, certificate: bench.certificate)
        let twice = await bench.post(body, certificate: bench.certificate)
        #expect(once.octets == twice.octets && once.status == .ok)
        let commands = try await bench.commands
        #expect(commands.allSatisfy { $0.attempts <= 1 })
    }

    @Test func `what was under way when the server forgot the session is sent again`() async throws {
        let bench = try await ManagementBench()
        _ = try await bench.send(first())
        let sent = try await bench.commands.count { $0.state == .sent }
        #expect(sent > 0)
        bench.bench.clock.advance(by: 601)
        _ = try await bench.send(first("2"))
        let commands = try await bench.commands.filter { $0.state == .sent }
        #expect(commands.count == sent && commands.allSatisfy { $0.attempts == 2 })
    }

    @Test func `a session for the device and one for its user go on beside each other`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        try await agent.run()
        for place in ["./Device/Vendor/MSFT/X", "./User/Vendor/MSFT/X"] {
            let item = Item(target: Location(place), data: .text("1"))
            _ = try await bench.orders.queue(
                [.replace(Command.Edit(cmdID: nil, items: [item]))], title: place, kind: .command,
                for: bench.device.id, by: "test")
        }
        func begin(_ sessionID: String, _ scope: String) -> SyncML {
            var message = first(sessionID)
            let item = Item(meta: Meta(format: .chr, type: "com.microsoft.mdm.synctype"), data: .text(scope))
            message.body.commands.append(.alert(Command.Alert(cmdID: "2", code: .clientEvent, items: [item])))
            return message
        }
        func requests(_ message: SyncML) -> [Command] {
            message.body.commands.filter { if case .status = $0 { false } else { true } }
        }
        let told = [
            ("51", try await bench.send(begin("51", "device"))), ("52", try await bench.send(begin("52", "user"))),
        ]
        for (sessionID, message) in told {
            let replace = try #require(requests(message).first)
            var answer = first(sessionID, msgID: "2")
            answer.body.commands = [
                .status(
                    Command.Status(
                        cmdID: "1", msgRef: message.hdr.msgID, cmdRef: replace.cmdID ?? "", cmd: "Replace", code: .ok))
            ]
            #expect(requests(try await bench.send(answer)).isEmpty)
        }
        #expect(try await bench.commands.suffix(2).map(\.state) == [.succeeded, .succeeded])
    }

    @Test func `of many sessions that a device does not end the oldest are forgotten`() async throws {
        let bench = try await ManagementBench()
        for sessionID in ["61", "62", "63", "64"] { _ = try await bench.send(first(sessionID)) }
        func attempts() async throws -> Set<Int> { Set(try await bench.commands.map(\.attempts)) }
        #expect(try await attempts() == [4])
        // A repetition in one that is kept is answered as before; in the forgotten one it begins anew.
        _ = try await bench.send(first("62"))
        #expect(try await attempts() == [4])
        _ = try await bench.send(first("61"))
        #expect(try await attempts() == [5])
    }

    @Test func `the same session number begun anew is a new session`() async throws {
        let bench = try await ManagementBench()
        _ = try await bench.send(first())
        var again = first()
        again.hdr.source.locName = "restarted"
        #expect(headerStatus(try await bench.send(again)) == .ok)
    }

    @Test func `the same first message again is told what waits by now, from a device that numbers no sessions`()
        async throws
    {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        try await agent.run()
        let nothing = try await bench.send(first("7"))
        #expect(nothing.body.commands.allSatisfy { if case .status = $0 { true } else { false } })
        _ = try await bench.orders.queue(
            [.get(Command.Get(cmdID: nil, items: [Item(target: Location("./DevInfo/Man"))]))], title: "read",
            kind: .query, for: bench.device.id, by: "test")
        let something = try await bench.send(first("7"))
        #expect(something.body.commands.contains { if case .get = $0 { true } else { false } })
    }

    @Test(arguments: [(4096, nil), (4097, 4097)] as [(Int, Int?)])
    func `a long value is kept by its beginning, with its length`(count: Int, octets: Int?) async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        try await agent.run()
        let command = try await bench.orders.queue(
            [.get(Command.Get(cmdID: nil, items: [Item(target: Location("./DevInfo/Man"))]))], title: "read",
            kind: .query, for: bench.device.id, by: "test")
        let told = try await bench.send(first("8"))
        let get = try #require(told.body.commands.first { if case .get = $0 { true } else { false } })
        var answer = first("8", msgID: "2")
        let item = Item(source: Location("./DevInfo/Man"), data: .text(String(repeating: "x", count: count)))
        answer.body.commands = [
            .results(Command.Results(cmdID: "1", msgRef: told.hdr.msgID, cmdRef: get.cmdID, items: [item]))
        ]
        _ = try await bench.send(answer)
        let outcome = try #require(try await bench.bench.store.command(command.id)?.outcome)
        struct Kept: Decodable {
            struct Value: Decodable {
                let data: String
                let octets: Int?
            }
            let results: [Value]
        }
        let kept = try JSONDecoder().decode(Kept.self, from: Data(outcome))
        #expect(kept.results.map(\.data.utf8.count) == [4096] && kept.results.map(\.octets) == [octets])
    }

    @Test(arguments: [
        ("", EndpointReply.Status.badRequest), ("<html/>", .badRequest), ("<SyncML>", .badRequest),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><SyncML/>", .badRequest),
    ])
    func `what is no message is refused with its reason`(text: String, status: EndpointReply.Status) async throws {
        let bench = try await ManagementBench()
        let reply = await bench.post(Array(text.utf8), certificate: bench.certificate)
        #expect(reply.status == status)
        #expect(reply.text.hasPrefix("omadm."), "\(reply.text)")
    }

    @Test(arguments: SyncMLForm.allCases)
    func `a message that breaks its definition is answered in a Status, and the session goes on`(
        form: SyncMLForm
    ) async throws {
        let bench = try await ManagementBench()
        _ = try await bench.send(first())
        let octets = try first(msgID: "2").serialize(as: form)
        let broken: [UInt8]
        switch form {
        case .xml:
            let text = String(decoding: octets, as: UTF8.self)
            broken = Array(text.replacing("<Alert>", with: "<Alert><x/>").utf8)
        case .wbxml:
            let alert = try #require(octets.indices.last { octets[$0...].starts(with: [0x46, 0x4B, 0x03]) })
            // A tag that SyncML does not have.
            broken = Array(octets[...alert]) + [0x3F] + Array(octets[(alert + 1)...])
        }
        let reply = await bench.post(broken, as: form, certificate: bench.certificate)
        #expect(reply.status == .ok && reply.mediaType == form.mediaType)
        let answer = try SyncML(parsing: reply.octets, as: form)
        #expect(headerStatus(answer) == .badRequest && answer.body.commands.count == 1)
        let events = try await bench.bench.store.newestAuditRecords(object: nil, limit: 50).map(\.event.action)
        #expect(!events.contains("management.refused"))
        #expect(headerStatus(try await bench.send(first(msgID: "3"), as: form)) == .ok)
    }

    @Test func `a message behind the end of its session is answered in a Status`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        try await agent.run()
        _ = try await bench.send(first("7"))
        let reply = await bench.post(try first("7", msgID: "2").serialize(), certificate: bench.certificate)
        #expect(reply.status == .ok)
        let answer = try SyncML(parsing: reply.octets)
        #expect(headerStatus(answer) == .badRequest && answer.body.commands.count == 2)
    }

    @Test func `whatever a device says stands in the record of its session`() async throws {
        let bench = try await ManagementBench()
        let text = String(decoding: try first().serialize(), as: UTF8.self)
            .replacing("<Final/>", with: "<Foo><CmdID>9</CmdID></Foo><Final/>")
        _ = await bench.post(Array(text.utf8), certificate: bench.certificate)
        let messages = try await bench.bench.store.messages(of: bench.device.id, session: nil, limit: 10)
        let received = try #require(messages.first { $0.direction == .received })
        #expect(String(decoding: received.octets, as: UTF8.self) == text)
    }

    @Test func `a read that brings nothing says so`() async throws {
        let bench = try await ManagementBench()
        let command = try await bench.orders.queue(
            [.get(Command.Get(cmdID: nil, items: [Item(target: Location("./x"))]))], title: "read", kind: .query,
            for: bench.device.id, by: "test")
        let told = try await bench.send(first())
        let get = try #require(
            told.body.commands.first { command in
                if case .get = command { command.items.first?.target?.locURI == "./x" } else { false }
            })
        var next = first(msgID: "2")
        next.body.commands = [
            .status(
                Command.Status(cmdID: "1", msgRef: told.hdr.msgID, cmdRef: get.cmdID ?? "", cmd: "Get", code: .ok))
        ]
        _ = try await bench.send(next)
        let done = try #require(try await bench.bench.store.command(command.id))
        let outcome = String(decoding: done.outcome ?? [], as: UTF8.self)
        #expect(done.state == .succeeded && outcome.contains("brought no value"), "\(outcome)")
    }

    @Test func `a session for its user alone leaves what is the device's waiting, and ends`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        try await agent.run()
        func order(_ node: String) async throws -> QueuedCommand {
            try await bench.orders.queue(
                [.get(Command.Get(cmdID: nil, items: [Item(target: Location(node))]))], title: "read", kind: .query,
                for: bench.device.id, by: "test")
        }
        for _ in 0..<70 { _ = try await order("./DevInfo/Man") }
        let ofUser = try await order("./User/Vendor/MSFT/a")
        var begin = first("41")
        let item = Item(meta: Meta(type: DeviceAlert.syncType), data: .text("user"))
        begin.body.commands.append(.alert(Command.Alert(cmdID: "2", code: .clientEvent, items: [item])))
        let answer = try await bench.send(begin)
        let asked = answer.body.commands.flatMap { command -> [String] in
            if case .get = command { command.items.compactMap { $0.target?.locURI } } else { [] }
        }
        #expect(asked == ["./User/Vendor/MSFT/a"] && answer.body.isFinal)
        #expect(try await bench.bench.store.command(ofUser.id)?.state == .sent)
        #expect(try await bench.commands.count { $0.state == .queued } == 70)
    }

    @Test func `another media type is refused`() async throws {
        let bench = try await ManagementBench()
        let reply = await bench.post(
            try first().serialize(), mediaType: "application/json", certificate: bench.certificate)
        #expect(reply.status == .unsupportedMediaType && reply.text.hasPrefix("windows.media-type"))
    }

    @Test func `sessions beyond thirty a minute wait`() async throws {
        let bench = try await ManagementBench()
        var last = EndpointReply.text(.ok, "")
        for number in 1...31 {
            last = await bench.post(try first(String(number)).serialize(), certificate: bench.certificate)
        }
        #expect(last.status == .unavailable(retryAfterSeconds: 60))
        bench.bench.clock.advance(by: 60)
        #expect(headerStatus(try await bench.send(first("40"))) == .ok)
    }

    @Test func `a command that fails says where and with what`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        let command = try await bench.orders.queue(
            [.get(Command.Get(cmdID: nil, items: [Item(target: Location("./Vendor/MSFT/Nothing"))]))],
            title: "read", kind: .query, for: bench.device.id, by: "test")
        try await agent.run()
        let done = try #require(try await bench.bench.store.command(command.id))
        #expect(done.state == .failed)
        let outcome = String(decoding: done.outcome ?? [], as: UTF8.self)
        #expect(outcome.contains("windows.command-failed") && outcome.contains("404"), "\(outcome)")
    }

    @Test func `a read that may find nothing succeeds and says that it found nothing`() async throws {
        let bench = try await ManagementBench()
        var agent = try ManagedAgent(bench)
        let command = try await bench.orders.queue(
            [.get(Command.Get(cmdID: nil, items: [Item(target: Location("./Vendor/MSFT/Nothing"))]))],
            title: "read", kind: .query, tolerating: [.notFound], for: bench.device.id, by: "test")
        try await agent.run()
        let done = try #require(try await bench.bench.store.command(command.id))
        #expect(done.state == .succeeded)
        let outcome = String(decoding: done.outcome ?? [], as: UTF8.self)
        #expect(outcome.contains(#""text":"Get ./Vendor/MSFT/Nothing ended with 404""#), "\(outcome)")
    }

    @Test func `a device that leaves is not spoken to any more`() async throws {
        let bench = try await ManagementBench()
        _ = try await bench.orders.queue(
            [.get(Command.Get(cmdID: nil, items: [Item(target: Location("./DevInfo/Man"))]))], title: "read",
            kind: .query, for: bench.device.id, by: "test")
        var leave = first()
        let item = Item(
            meta: Meta(format: .int, type: DeviceAlert.unenrollment), data: .text("1"))
        leave.body.commands.append(.alert(Command.Alert(cmdID: "2", code: .genericAlert, items: [item])))
        // More than are looked at in one go.
        let many = (0..<1_005).map { _ in
            QueuedCommand(
                id: .new(milliseconds: bench.bench.clock.milliseconds), device: bench.device.id, title: "one of many",
                kind: .command, scope: .device, payload: [1], isSecret: false, createdAt: bench.bench.clock.now,
                createdBy: "test")
        }
        _ = try await bench.bench.store.queue(many, installation: nil, event: nil)
        let answer = try await bench.send(leave)
        #expect(answer.body.commands.allSatisfy { if case .status = $0 { true } else { false } })
        #expect(try await bench.commands.allSatisfy { $0.state == .cancelled })
        let waiting = try await bench.bench.store.commands(
            of: bench.device.id, in: [.queued, .sent], after: nil, limit: 10)
        #expect(waiting.items.isEmpty)
        let reply = await bench.post(try first("2").serialize(), certificate: bench.certificate)
        #expect(headerStatus(try SyncML(parsing: reply.octets)) == .invalidCredentials)
    }
}
