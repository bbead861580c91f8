// SPDX-License-Identifier: Apache-2.0

import OMADM
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("OMA-DM: the device's side of a session")
struct SessionTests {
    let files = MemoryFiles()
    var agent: TestAgent

    init() throws { agent = try TestAgent(files) }

    @Test mutating func `the first message tells who wants the session and the facts of DevInfo`() throws {
        let commands = agent.session.firstMessage().body.commands
        guard case .alert(let alert)? = commands.first, case .replace(let replace)? = commands.last else {
            Issue.record("\(commands)")
            return
        }
        #expect(alert.code == .clientInitiated)
        #expect(replace.items.map { $0.source?.locURI } == ["./DevInfo/DevId", "./DevInfo/DmV"])
    }

    @Test mutating func `a message that comes again is answered as before and not carried out again`() throws {
        let message = agent.message([.add("1", "SCEP/one", nil), .add("2", "SCEP/one/Install/KeyUsage", "160")])
        let first = agent.session.answer(to: message)
        let again = agent.session.answer(to: message)
        #expect(first == again)
        #expect(Answer(try #require(first)).commandCodes == [200, 200])
    }

    @Test(arguments: [("2", "device"), ("1", "another"), ("", "device"), ("1", "")])
    mutating func `a message of another session or for another device is answered with 400 and not carried out`(
        sessionID: String, target: String
    ) throws {
        var message = agent.message([.add("1", "SCEP/one", nil), .get("2", "SCEP")])
        message.hdr.sessionID = sessionID
        message.hdr.target = Location(target)
        let reply = agent.session.answer(to: message)
        let answer = Answer(try #require(reply))
        #expect(answer.code("0") == 400)
        #expect(answer.commandCodes == [400, 400])
        #expect(answer.message.hdr.sessionID == "1")
        #expect(agent.session.setbacks == 1)
        // The session itself goes on.
        #expect(try agent.send([.get("g", "SCEP")]).data["g"] == "")
        #expect(agent.session.setbacks == 0)
    }

    @Test mutating func `messages that do not take the session on are counted`() throws {
        let message = agent.message([.get("1", "SCEP")])
        for count in 0..<3 {
            _ = agent.session.answer(to: message)
            #expect(agent.session.setbacks == count)
        }
        for count in 3..<5 {
            #expect(try agent.send([], isFinal: false).alerts == [.nextMessage])
            #expect(agent.session.setbacks == count)
        }
    }

    @Test mutating func `a state that is full takes no more of a server, and gets smaller`() throws {
        agent.context.policy.stateLimit = 16_384
        let text = "SCEP/one/Install/CustomTextToShowInPrompt"
        #expect(try agent.send([.add("1", text, String(repeating: "x", count: 4_000))]).code("1") == 200)
        let more = Command.add("2", "SCEP/two/Install/CustomTextToShowInPrompt", String(repeating: "y", count: 16_000))
        #expect(try agent.send([more]).code("2") == 420)
        #expect(try agent.send([.atomic("a", [more])]).code("a") == 507)
        #expect(try agent.send([.get("g", "SCEP")]).data["g"] == "one")
        // One that is over the limit already, such as after an update, may only shrink.
        agent.context.policy.stateLimit = 16
        #expect(try agent.send([.add("3", "SCEP/three", nil)]).code("3") == 420)
        #expect(try agent.send([.delete("4", "SCEP/one")]).code("4") == 200)
        #expect(try AgentStore(files: files).state == agent.store.state)
    }

    @Test mutating func `a session that goes on after a restart answers its last message as before`() throws {
        let message = agent.message([.add("1", "SCEP/one", nil), .add("2", "SCEP/one/Install/KeyUsage", "160")])
        let first = agent.session.answer(to: message)
        var restarted = try TestAgent(files.copy())
        restarted.session = DeviceSession(
            store: restarted.store, context: restarted.context, sessionID: "1", device: "device", server: "server",
            isResumed: true)
        let replayed = restarted.session.answer(to: message)
        #expect(replayed == first)
        #expect(try restarted.send([.get("g", "SCEP/one/Install/KeyUsage")]).data["g"] == "160")
        // A new session of the same number is another one.
        var new = try TestAgent(files.copy())
        let answer = new.session.answer(to: message)
        #expect(Answer(try #require(answer)).commandCodes == [418, 418])
    }

    @Test mutating func `other commands under the same number are carried out`() throws {
        var message = agent.message([.add("1", "SCEP/one", nil)])
        _ = agent.session.answer(to: message)
        message.body.commands = [.add("1", "SCEP/two", nil)]
        let answer = agent.session.answer(to: message)
        #expect(Answer(try #require(answer)).commandCodes == [200])
    }

    @Test mutating func `a message with nothing but statuses ends the session`() throws {
        let status = Command.status(Command.Status(cmdID: "1", msgRef: "1", cmdRef: "0", cmd: "SyncHdr", code: .ok))
        let answer = agent.session.answer(to: agent.message([status]))
        #expect(answer == nil)
    }

    @Test mutating func `what comes with a session abort is answered, what comes after it is not`() throws {
        let abort = Command.alert(Command.Alert(cmdID: "2", code: .sessionAbort))
        let message = agent.message([.add("1", "SCEP/one", nil), abort])
        let first = agent.session.answer(to: message)
        #expect(Answer(try #require(first)).commandCodes == [200, 200])
        #expect(agent.session.answer(to: message) == first)
        #expect(agent.session.answer(to: agent.message([.add("1", "SCEP/two", nil)])) == nil)
        agent.newSession()
        #expect(try agent.value("SCEP") == "one")
    }

    @Test mutating func `without Final more is asked for`() throws {
        let answer = try agent.send([.add("1", "SCEP/one", nil)], isFinal: false)
        #expect(answer.alerts == [.nextMessage])
        #expect(try agent.send([], isFinal: false).alerts == [.nextMessage])
    }

    @Test mutating func `a server whose credentials are wrong gets nothing done`() throws {
        let message = agent.message([.add("1", "SCEP/one", nil), .atomic("2", [.add("3", "SCEP/two", nil)])])
        let refusal = agent.session.answer(to: message, authentication: .invalidCredentials)
        let answer = Answer(try #require(refusal))
        #expect(answer.codes.map(\.code) == [401, 401, 401])
        #expect(try agent.value("SCEP") == "")
    }

    @Test mutating func `a failing command of a Sequence does not stop the next`() throws {
        let answer = try agent.send([
            .sequence(
                Command.Sequence(
                    cmdID: "s",
                    commands: [
                        .add("1", "SCEP/one", nil), .add("2", "SCEP/one", nil), .add("3", "SCEP/two", nil),
                        .atomic("4", [.add("5", "SCEP/three", nil), .add("6", "SCEP/one", nil)]), .get("7", "SCEP"),
                    ]))
        ])
        #expect(answer.codes.map(\.cmdRef) == ["0", "s", "1", "2", "3", "4", "5", "6", "7"])
        #expect(answer.commandCodes == [200, 200, 418, 200, 507, 216, 418, 200])
        #expect(answer.data["7"] == "one/two")
    }

    @Test mutating func `a nested Atomic is 500, its parent 507`() throws {
        let answer = try agent.send([
            .atomic(
                "a", [.add("1", "SCEP/one", nil), .atomic("2", [.add("3", "SCEP/two", nil)]), .add("4", "SCEP/x", nil)])
        ])
        #expect(answer.codes.map(\.cmdRef) == ["0", "a", "1", "2", "3", "4"])
        #expect(answer.commandCodes == [507, 216, 500, 215, 215])
    }

    @Test mutating func `items that end differently get a Status each`() throws {
        let items = ["SCEP/one", "SCEP/nothing/Install/KeyUsage"].map {
            Item(target: Location("./Vendor/MSFT/ClientCertificateInstall/\($0)"))
        }
        _ = try agent.send([.add("1", "SCEP/one", nil)])
        let answer = try agent.send([.get(.init(cmdID: "g", items: items))])
        #expect(answer.commandCodes == [200, 404])
    }

    @Test mutating func `an unknown element and a command without CmdID are 400, Copy 405, a display 406`() throws {
        let answer = try agent.send([
            .unknown(Command.Unknown(name: "Frobnicate", cmdID: "1")),
            .add(nil as String? ?? "", "SCEP/one", nil),
            .copy(Command.Edit(cmdID: "3", items: [Item(target: Location("./a"))])),
            .alert(Command.Alert(cmdID: "4", code: .display)),
        ])
        #expect(answer.commandCodes == [400, 400, 405, 406])
        #expect(answer.codes.map(\.cmdRef) == ["0", "1", "", "3", "4"])
    }

    @Test mutating func `the second command of a CmdID is 400 and not carried out, an Atomic with one fails`() throws {
        let answer = try agent.send([.add("1", "SCEP/one", nil), .add("1", "SCEP/two", nil)])
        #expect(answer.commandCodes == [200, 400])
        #expect(try agent.send([.add("1", "SCEP/three", nil)]).commandCodes == [200], "another message counts anew")
        let atomic = try agent.send([.atomic("a", [.add("1", "SCEP/four", nil), .add("a", "SCEP/five", nil)])])
        #expect(atomic.commandCodes == [507, 216, 400])
        #expect(try agent.value("SCEP") == "one/three")
    }

    @Test mutating func `./User without a user is 405`() throws {
        agent = try TestAgent(files, user: nil)
        #expect(try agent.send([.get("g", "SCEP", isUser: true)]).code("g") == 405)
        #expect(try agent.send([.add("g", "SCEP/one", nil, isUser: true)]).code("g") == 405)
    }

    @Test mutating func `another server may look and not touch`() throws {
        var policy = AgentPolicy.conformance
        policy.managingServer = "the one"
        agent = try TestAgent(files, policy: policy)
        #expect(try agent.send([.add("1", "SCEP/one", nil)]).code("1") == 425)
        #expect(try agent.send([.get("1", "SCEP")]).code("1") == 200)
        #expect(
            try agent.value("SCEP?prop=ACL") == "Add=the one&Delete=the one&Exec=the one&Get=*&Replace=the one")
    }

    @Test(arguments: [
        ("/Device", 400), ("./Device//Vendor", 400), ("./Device/Vendor/*", 400), ("./Device/./Vendor", 400), ("", 400),
        ("./Device/%zz", 400), ("./Device/%ff", 400), ("./Device/NoSuch", 404),
        ("./Vendor/MSFT/ClientCertificateInstall", 200),
        ("./device/VENDOR/msft/clientcertificateinstall/scep", 200), ("Vendor/MSFT", 200), (".", 200),
        ("./DevInfo/DevId", 200),
        ("./DevInfo/Man", 404), ("./" + String(repeating: "a", count: 2_049), 414), ("./DevInfo?frob=1", 400),
    ])
    mutating func `a LocURI is read as the rules say`(uri: String, code: UInt16) throws {
        let get = Command.get(Command.Get(cmdID: "g", items: [Item(target: Location(uri))]))
        #expect(try agent.send([get]).code("g") == code)
    }
}

extension SessionTests {
    @Test mutating func `properties are told, those that are not supported are 406`() throws {
        _ = try agent.send([.add("1", "SCEP/One/Install/KeyUsage", "0xA0")])
        let node = "SCEP/one/Install/keyusage?prop="
        #expect(try agent.value(node + "Format") == "int")
        #expect(try agent.value(node + "Name") == "KeyUsage")
        #expect(try agent.value(node + "Type") == "text/plain")
        #expect(try agent.value(node + "Size") == "3")
        #expect(try agent.value("SCEP/oNE?prop=Name") == "One")
        #expect(try agent.send([.get("g", node + "VerNo")]).code("g") == 406)
        #expect(try agent.send([.get("g", "SCEP/none?prop=Name")]).code("g") == 404)
        #expect(try agent.send([.replace("g", node + "Name", "x")]).code("g") == 406)
    }

    @Test mutating func `a list tells every node below, with values when asked`() throws {
        _ = try agent.send([.add("1", "SCEP/one/Install/KeyUsage", "160")])
        func items(_ list: String) throws -> [Item] {
            let answer = try agent.send([.get("g", "SCEP?list=" + list)])
            return answer.message.body.commands.flatMap { command -> [Item] in
                if case .results(let results) = command { results.items } else { [] }
            }
        }
        let root = "./Device/Vendor/MSFT/ClientCertificateInstall/SCEP"
        let expected = [
            "", "/one", "/one/Install", "/one/Install/KeyUsage", "/one/Install/Enroll", "/one/CertThumbprint",
            "/one/Status",
            "/one/RespondentServerUrl",
        ]
        #expect(try items("Struct").map { $0.source?.locURI } == expected.map { root + $0 })
        #expect(try items("Struct").allSatisfy { $0.data == nil })
        let withData = try items("StructData")
        #expect(withData.first { $0.source?.locURI.hasSuffix("KeyUsage") == true }?.data == .text("160"))
        #expect(try agent.send([.get("g", "SCEP?list=TNDS")]).code("g") == 406)
    }

    @Test mutating func `names are told percent-encoded, and found so`() throws {
        _ = try agent.send([.add("1", "SCEP/a%2Fb%20c", nil), .add("2", "SCEP/a", nil)])
        #expect(try agent.value("SCEP") == "a/a%2Fb%20c")
        #expect(try agent.send([.get("g", "SCEP/A%2fB%20C")]).code("g") == 200)
    }

    private func part(_ id: String, _ text: String, more: Bool, size: UInt64? = nil) -> Command {
        var meta = Meta(format: .chr)
        meta.size = size
        var item = Item(
            target: Location("./Vendor/MSFT/ClientCertificateInstall/SCEP/one/Install/CustomTextToShowInPrompt"),
            meta: meta, data: .text(text))
        item.moreData = more
        return .add(Command.Edit(cmdID: id, items: [item]))
    }

    @Test mutating func `an object in parts is put together`() throws {
        let first = try agent.send([part("1", "Hello, ", more: true, size: 12)], isFinal: false)
        #expect(first.commandCodes == [213])
        #expect(first.alerts == [.nextMessage])
        #expect(try agent.send([part("2", "world", more: false)]).commandCodes == [200])
        #expect(try agent.value("SCEP/one/Install/CustomTextToShowInPrompt") == "Hello, world")
    }

    @Test mutating func `an object of another size than was said is 424`() throws {
        _ = try agent.send([part("1", "Hello, ", more: true, size: 13)], isFinal: false)
        #expect(try agent.send([part("2", "world", more: false)]).commandCodes == [424])
        #expect(try agent.value("SCEP/one/Install/CustomTextToShowInPrompt") == nil)
    }

    @Test mutating func `an object that something else interrupts is given up`() throws {
        _ = try agent.send([part("1", "Hello, ", more: true, size: 12)], isFinal: false)
        let answer = try agent.send([.get("g", "SCEP")])
        #expect(answer.alerts == [.noEndOfData])
        #expect(answer.code("g") == 200)
    }

    @Test mutating func `an object over the limit is 413`() throws {
        #expect(try agent.send([part("1", "x", more: true, size: 1 << 40)], isFinal: false).commandCodes == [413])
    }

    @Test mutating func `an alert is told until the server has taken it`() async throws {
        let server = try SCEPTestServer()
        _ = try agent.exec(server, changing: ["KeyProtection": "1"])
        try await agent.enroller(server).run(
            InstallationID(scope: .device, kind: .scep, uniqueID: "one"), at: TestAgent.now)
        for _ in 0..<2 {
            agent.newSession()
            let commands = agent.session.firstMessage().body.commands
            #expect(commands.count == 4)
        }
        let status = Command.status(Command.Status(cmdID: "1", msgRef: "1", cmdRef: "3", cmd: "Alert", code: .ok))
        _ = try agent.send([status, .get("2", "SCEP")])
        #expect(agent.store.state.alerts.isEmpty)
        agent.newSession()
        #expect(agent.session.firstMessage().body.commands.count == 3)
    }

    @Test mutating func `the first message tells whether a user is logged in`() throws {
        func told() -> String? {
            agent.session.firstMessage().body.commands.lazy.compactMap { command -> String? in
                guard case .alert(let alert) = command, alert.items.first?.meta?.type == DeviceAlert.loginStatus else {
                    return nil
                }
                return alert.items.first?.data?.text
            }.first
        }
        agent.session.context.user = nil
        #expect(told() == "none")
        agent.session.context.user = "ada"
        #expect(told() == "user")
    }
}
