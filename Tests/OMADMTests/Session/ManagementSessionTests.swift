// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("OMA-DM 1.2 section 8.3: package 1 and its answer")
struct ManagementSessionTests {
    @Test func `the first package of Windows is read and answered command by command`() throws {
        var device = ScriptedDevice()
        let package = try device.send(ScriptedDevice.firstPackage())
        #expect(package.isFirst)
        #expect(package.isFinal)
        #expect(package.isLoggedIn)
        #expect(package.devInfo("DevId") == "dev-1")
        #expect(package.facts["./DevInfo/Lang"] == "en-US")
        #expect(package.alerts.map(\.code) == [.clientInitiated, .clientEvent])
        #expect(!package.isUnenrolling)

        let (message, answer) = try device.answer()
        #expect(message.answers == ["SyncHdr 0 200", "Alert 1 200", "Alert 2 200", "Replace 3 200"])
        #expect(message.requests.isEmpty)
        #expect(message.body.isFinal)
        #expect(message.hdr.msgID == "1")
        #expect(message.hdr.sessionID == "7")
        #expect(message.hdr.target.locURI == "dev-1")
        #expect(answer.sent.isEmpty)
        #expect(device.session.isOver)
    }

    @Test func `commands get numbers of their message, those inside an Atomic too`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        let batch = CommandBatch(
            id: "a", commands: [Batches.atomic([Batches.add("./a", "1"), Batches.add("./b", "2")])])
        let (message, answer) = try device.answer([batch, Batches.get("b")])
        #expect(answer.sent == ["a", "b"])
        #expect(message.body.isFinal)
        #expect(!device.session.isOver)
        var cmdIDs = message.body.commands.compactMap(\.cmdID)
        guard case .atomic(let atomic)? = message.requests.first else {
            Issue.record("the Atomic is not there")
            return
        }
        cmdIDs += atomic.commands.compactMap(\.cmdID)
        #expect(cmdIDs.count == 8)
        #expect(Set(cmdIDs).count == 8)
        #expect(!cmdIDs.contains("0"))
    }

    @Test func `statuses and results come back as the outcome of their batch`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        let (message, _) = try device.answer([
            Batches.get("version"), CommandBatch(id: "add", commands: [Batches.add("./x", "1")]),
        ])
        let get = try #require(message.requests.first)
        var meta = Meta(format: .chr)
        meta.type = "text/plain"
        let value = Item(source: Location("./DevDetail/SwV"), meta: meta, data: .text("10.0.1"))
        let answers = ScriptedDevice.statuses(for: message) { $0.name == "Add" ? .commandFailed : .ok }
        let package = try device.send(answers + [ScriptedDevice.results(message, get, value)])
        #expect(package.outcomes.map(\.id) == ["version", "add"])
        let version = try #require(package.outcomes.first)
        #expect(version.isSuccess)
        #expect(version.value(of: "./devdetail/swv")?.text == "10.0.1")
        #expect(version.results.first?.type == "text/plain")
        let add = try #require(package.outcomes.last)
        #expect(add.isComplete)
        #expect(!add.isSuccess)
        #expect(add.firstFailure == CommandStatus(command: "Add", locURI: "./x", code: .commandFailed))
        let (end, _) = try device.answer()
        #expect(end.answers == ["SyncHdr 0 200"])
        #expect(device.session.isOver)
    }

    @Test func `a Results without references is found by its address`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        let (message, _) = try device.answer([Batches.get("a", "./Vendor/MSFT/X")])
        let item = Item(source: Location("./Device/Vendor/MSFT/x"), data: .text("1"))
        let results = Command.results(Command.Results(cmdID: nil, msgRef: nil, cmdRef: nil, items: [item]))
        let package = try device.send(ScriptedDevice.statuses(for: message) + [results])
        #expect(package.outcomes.first?.results.map(\.text) == ["1"])
    }

    @Test func `a batch for the user waits until the device says that this user is logged in`() throws {
        let batch = CommandBatch(id: "u", commands: [Batches.atomic([Batches.add("./User/Vendor/MSFT/X", "1")])])
        for login in ["others", "none", nil] {
            var device = ScriptedDevice()
            _ = try device.send(ScriptedDevice.firstPackage(login: login))
            let (message, answer) = try device.answer([batch, Batches.get("b")])
            #expect(answer.held == ["u"])
            #expect(answer.sent == ["b"])
            #expect(message.requests.map(\.name) == ["Get"])
        }
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage(login: "user"))
        #expect(try device.answer([batch]).answer.sent == ["u"])
    }

    @Test(arguments: [
        ("user", nil, ["u"]), ("user", "user", ["u"]), ("user", "none", []), ("device", "user", ["d"]),
        ("mixed", "user", ["d", "u"]), ("mixed", "none", ["d"]), ("odd", "user", ["d", "u"]),
    ])
    func `a session for its user or for the device gets the commands of that alone`(
        scope: String, login: String?, sent: [String]
    ) throws {
        var device = ScriptedDevice()
        let alert = ScriptedDevice.alert(.clientEvent, type: "com.microsoft.mdm.synctype", data: scope)
        _ = try device.send(ScriptedDevice.firstPackage(login: login) + [alert])
        let batches = [Batches.get("d"), Batches.get("u", "./User/Vendor/MSFT/a")]
        let (message, answer) = try device.answer(batches)
        #expect(answer.sent == sent && answer.held == ["d", "u"].filter { !sent.contains($0) })
        #expect(message.body.isFinal)
    }

    @Test func `an unknown element, a command of a server and one without CmdID get their status`() throws {
        var device = ScriptedDevice()
        let item = Item(target: Location("./a"))
        let get = Command.get(Command.Get(cmdID: "9", items: [item]))
        var message = device.message([])
        message.body.commands = [
            .alert(Command.Alert(cmdID: nil, code: .clientInitiated)), get,
            .atomic(Command.Group(cmdID: "10", commands: [.delete(Command.Delete(cmdID: "11", items: [item]))])),
            .alert(Command.Alert(cmdID: "12", code: .display)),
        ]
        let octets = try message.serialize()
        let unknown = String(decoding: octets, as: UTF8.self)
            .replacing("<Final/>", with: "<Frobnicate><CmdID>13</CmdID></Frobnicate><Final/>")
        _ = try device.package(of: SyncML(parsing: Array(unknown.utf8)).withoutUnknown)
        #expect(
            try device.answer().message.answers == [
                "SyncHdr 0 200", "Alert  400", "Get 9 215", "Atomic 10 215", "Delete 11 215", "Alert 12 406",
            ])
        let second = try SyncML(parsing: Array(unknown.replacing("<MsgID>1<", with: "<MsgID>2<").utf8))
        var other = ScriptedDevice()
        _ = try other.session.received(second, octets: Array(unknown.utf8))
        #expect(other.session.answer().message.answers.last == "Frobnicate 13 400")
    }

    @Test func `no Status is sent for a command that wants none`() throws {
        var device = ScriptedDevice()
        var alert = Command.Alert(cmdID: nil, code: .clientInitiated)
        alert.noResp = true
        _ = try device.send([.alert(alert)] + ScriptedDevice.firstPackage().suffix(1))
        #expect(try device.answer().message.answers == ["SyncHdr 0 200", "Replace 2 200"])
    }

    @Test func `the unenrolment alert is seen and ends the session`() throws {
        var device = ScriptedDevice()
        let alert = ScriptedDevice.alert(
            .genericAlert, type: "com.microsoft:mdm.unenrollment.userrequest", data: "1", format: .int)
        let package = try device.send(ScriptedDevice.firstPackage() + [alert])
        #expect(package.isUnenrolling)
        #expect(package.alerts.first { $0.isGeneric(DeviceAlert.unenrollment) }?.format == .int)
        let (message, answer) = try device.answer([Batches.get("a")])
        #expect(answer.sent.isEmpty)
        #expect(message.requests.isEmpty)
        #expect(device.session.isOver)
    }

    @Test func `a refusal answers every command, and the next message begins the session`() throws {
        var device = ScriptedDevice()
        let message = device.message(ScriptedDevice.firstPackage())
        var meta = Meta(format: .b64, type: Cred.md5)
        meta.nextNonce = "AAECAw=="
        let octets = try message.serialize()
        let refusal = try device.session.refuse(
            message, octets: octets, with: .authenticationRequired, chal: Chal(meta: meta))
        #expect(refusal.answers == ["SyncHdr 0 407", "Alert 1 407", "Alert 2 407", "Replace 3 407"])
        guard case .status(let status)? = refusal.body.commands.first else {
            Issue.record("there is no Status")
            return
        }
        #expect(status.chal?.meta.nextNonce == "AAECAw==")
        #expect(!device.session.isOver)
        #expect(
            try device.session.refuse(message, octets: octets, with: .ok) == refusal, "a repetition is answered alike")
        let package = try device.send(ScriptedDevice.firstPackage())
        #expect(package.isFirst)
        let answer = device.session.answer(authentication: .authenticationAccepted)
        #expect(answer.message.answers.first == "SyncHdr 0 212")
        #expect(answer.message.hdr.msgID == "2")
    }
}

extension SyncML {
    /// The message without what cannot be written.
    fileprivate var withoutUnknown: SyncML {
        var message = self
        message.body.commands.removeAll { command in
            if case .unknown = command { return true }
            return false
        }
        return message
    }
}
