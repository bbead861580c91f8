// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("OMA SyncML 1.2 section 6.6.3: the outcome of a batch")
struct BatchOutcomeTests {
    private func outcome(
        _ commands: [Command], tolerating codes: Set<StatusCode> = [], _ code: (Command) -> StatusCode?
    ) throws -> BatchOutcome {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        let batch = CommandBatch(id: "a", commands: commands, toleratedCodes: codes)
        let (message, _) = try device.answer([batch])
        var silent: Set<String> = []
        let statuses = ScriptedDevice.statuses(for: message) { command in
            if let code = code(command) { return code }
            silent.insert(command.cmdID ?? "")
            return .ok
        }
        let said = statuses.filter { command in
            guard case .status(let status) = command else { return true }
            return !silent.contains(status.cmdRef)
        }
        return try #require(try device.send(said).outcomes.first)
    }

    private let atomic = Batches.atomic([Batches.add("./a", "1"), Batches.add("./b", "2"), Batches.add("./c", "3")])

    @Test func `an Atomic succeeds only when it and every command inside do`() throws {
        #expect(try outcome([atomic]) { _ in .ok }.isSuccess)
        #expect(try outcome([atomic]) { $0.name == "Add" ? .accepted : .ok }.isSuccess)
        let odd = try outcome([atomic]) { $0.name == "Atomic" ? .commandFailed : .ok }
        #expect(!odd.isSuccess)
        #expect(odd.statuses.map(\.command) == ["Atomic", "Add", "Add", "Add"])
        #expect(odd.statuses.map(\.isInAtomic) == [false, true, true, true])
        for code in [StatusCode.notExecuted, .atomicRollBackOK] {
            #expect(try !outcome([atomic]) { $0.name == "Add" ? code : .ok }.isSuccess)
        }
    }

    @Test func `the failure that is told is the cause and not its consequence`() throws {
        let codes = ["./a": StatusCode.atomicRollBackOK, "./b": .unsupportedTypeOrFormat, "./c": .notExecuted]
        let failed = try outcome([atomic]) { command in
            command.items.first?.target.flatMap { codes[$0.locURI] } ?? .atomicFailed
        }
        #expect(failed.firstFailure?.locURI == "./b")
        #expect(failed.firstFailure?.code == .unsupportedTypeOrFormat)
        #expect(failed.isComplete)
    }

    @Test func `what is there already is tolerated outside an Atomic only`() throws {
        let add = Batches.add("./a", "1")
        #expect(try outcome([add], tolerating: [.alreadyExists]) { _ in .alreadyExists }.isSuccess)
        #expect(try !outcome([add]) { _ in .alreadyExists }.isSuccess)
        let inside = try outcome([atomic], tolerating: [.alreadyExists]) { $0.name == "Add" ? .alreadyExists : .ok }
        #expect(!inside.isSuccess)
    }

    @Test func `a Delete of what is not there has what it wants, outside an Atomic`() throws {
        let delete = Command.delete(Command.Delete(cmdID: "x", items: [Item(target: Location("./a"))]))
        #expect(try outcome([delete, atomic]) { $0.name == "Delete" ? .notFound : .ok }.isSuccess)
        #expect(try !outcome([delete]) { _ in .commandNotAllowed }.isSuccess)
        #expect(try !outcome([Batches.add("./a", "1")]) { _ in .notFound }.isSuccess)
        let inside = try outcome([Batches.atomic([delete])]) { $0.name == "Delete" ? .notFound : .atomicFailed }
        #expect(inside.firstFailure?.command == "Delete")
    }

    @Test func `a command that is not answered leaves the batch incomplete`() throws {
        let partly = try outcome([atomic]) { $0.items.first?.target?.locURI == "./c" ? nil : .ok }
        #expect(!partly.isComplete)
        #expect(!partly.isSuccess)
        #expect(partly.firstFailure == nil)
        #expect(partly.statuses.last?.code == nil)
    }

    @Test func `the answer to an Atomic alone stands for all inside`() throws {
        let alone: (StatusCode) -> (Command) -> StatusCode? = { code in { $0.name == "Atomic" ? code : nil } }
        let done = try outcome([atomic], alone(.ok))
        #expect(done.isComplete && done.isSuccess)
        #expect(done.statuses.map(\.code) == [.ok, nil, nil, nil])
        let failed = try outcome([atomic], alone(.atomicFailed))
        #expect(failed.isComplete && !failed.isSuccess && failed.firstFailure?.code == .atomicFailed)
        let partly = try outcome([atomic]) { command in
            command.name == "Atomic" ? .atomicFailed : command.items.first?.target?.locURI == "./a" ? .notFound : nil
        }
        #expect(partly.isComplete && partly.firstFailure?.code == .notFound)
        #expect(try !outcome([atomic, Batches.add("./d", "4")], alone(.ok)).isComplete)
        let sequence = Command.sequence(Command.Group(cmdID: "x", commands: [Batches.add("./a", "1")]))
        #expect(try !outcome([sequence]) { $0.name == "Sequence" ? .ok : nil }.isComplete)
        let refused = try outcome([sequence]) { $0.name == "Sequence" ? .optionalFeatureNotSupported : nil }
        #expect(refused.isComplete && refused.firstFailure?.code == .optionalFeatureNotSupported)
        let nested = try outcome([Batches.atomic([sequence])], alone(.atomicFailed))
        #expect(nested.isComplete && !nested.isSuccess)
    }

    @Test func `items that end differently have a statement each`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        let items = ["./a", "./b"].map { Item(target: Location($0)) }
        let get = Command.get(Command.Get(cmdID: "x", items: items))
        let (message, _) = try device.answer([
            CommandBatch(id: "a", commands: [get], toleratedCodes: [.notFound])
        ])
        let cmdRef = try #require(message.requests.first?.cmdID)
        let statuses = [("./a", StatusCode.ok), ("./b", .notFound), ("./c", .ok)].map { locURI, code in
            var status = Command.Status(cmdID: nil, msgRef: "1", cmdRef: cmdRef, cmd: "Get", code: code)
            status.targetRefs = [locURI]
            return Command.status(status)
        }
        let outcome = try #require(try device.send(statuses).outcomes.first)
        #expect(outcome.statuses.map(\.locURI) == ["./a", "./b"])
        #expect(outcome.statuses.map(\.code) == [.ok, .notFound])
        #expect(outcome.isSuccess)
    }

    @Test func `a value that comes without a Status answers its Get`() throws {
        func outcome(_ locURIs: [String], bringing brought: [String]) throws -> BatchOutcome {
            var device = ScriptedDevice()
            _ = try device.send(ScriptedDevice.firstPackage())
            let get = Command.get(Command.Get(cmdID: "x", items: locURIs.map { Item(target: Location($0)) }))
            let (message, _) = try device.answer([CommandBatch(id: "a", commands: [get])])
            let asked = try #require(message.requests.first)
            let values = brought.map {
                ScriptedDevice.results(message, asked, Item(source: Location($0), data: .text("1")))
            }
            let header = Command.Status(
                cmdID: nil, msgRef: message.hdr.msgID, cmdRef: "0", cmd: "SyncHdr", code: .ok)
            return try #require(try device.send([.status(header)] + values).outcomes.first)
        }
        let one = try outcome(["./a"], bringing: ["./a"])
        #expect(one.isSuccess && one.statuses.map(\.code) == [.ok] && one.value(of: "./a")?.text == "1")
        #expect(try outcome(["./a", "./b"], bringing: ["./a", "./b"]).isSuccess)
        #expect(try !outcome(["./a", "./b"], bringing: ["./a"]).isComplete)
        #expect(try !outcome(["./a"], bringing: []).isComplete)
    }

    @Test func `a keep-alive is answered with Status only and ends nothing`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        let (message, _) = try device.answer([Batches.get("a")])
        for _ in 0..<3 {
            let type = "Reversed-Domain-Name:com.microsoft.mdm.requestpending"
            let pending = ScriptedDevice.alert(.clientEvent, type: type, data: "1")
            let package = try device.send([pending], isFinal: false)
            #expect(package.isRequestPending)
            #expect(package.outcomes.isEmpty)
            let (answer, queue) = try device.answer([Batches.get("b")])
            #expect(answer.answers == ["SyncHdr 0 200", "Alert 1 200"])
            #expect(answer.requests.isEmpty)
            #expect(!answer.body.isFinal)
            #expect(queue.sent.isEmpty)
            #expect(!device.session.isOver)
        }
        #expect(try device.send(ScriptedDevice.statuses(for: message)).outcomes.first?.isSuccess == true)
    }

    @Test func `a device that has more to say is asked for it`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage(), isFinal: false)
        let (message, queue) = try device.answer([Batches.get("a")])
        #expect(queue.sent.isEmpty)
        #expect(message.requests.map(\.name) == ["Alert"])
        #expect(!message.body.isFinal)
        _ = try device.send([ScriptedDevice.alert(.clientEvent, type: "x", data: "")])
        #expect(try device.answer([Batches.get("a")]).answer.sent == ["a"])
    }

    @Test func `a device that never marks the end of a package is asked for more once`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        let adds = ["a", "b"].map { Batches.add("./Device/Vendor/MSFT/X/" + $0, "1") }
        let (message, _) = try device.answer([CommandBatch(id: "a", commands: [Batches.atomic(adds)])])
        // It answers the Atomic alone, so that only the end of its package tells that nothing was left undone.
        let atomic = try #require(message.requests.first)
        let answers =
            ScriptedDevice.statuses(for: message).prefix(1) + [
                .status(
                    Command.Status(
                        cmdID: nil, msgRef: message.hdr.msgID, cmdRef: atomic.cmdID ?? "", cmd: "Atomic", code: .ok))
            ]
        #expect(try device.send(Array(answers), isFinal: false).outcomes.isEmpty)
        let (asked, _) = try device.answer([Batches.get("b")])
        #expect(asked.requests.map(\.name) == ["Alert"])
        let package = try device.send(ScriptedDevice.statuses(for: asked), isFinal: false)
        #expect(package.outcomes.first?.isSuccess == true)
        #expect(try device.answer([Batches.get("b")]).answer.sent == ["b"])
    }

    @Test func `a device that goes on with its package after it was asked is asked again`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage(), isFinal: false)
        let (asked, _) = try device.answer([Batches.get("a")])
        let more = ScriptedDevice.statuses(for: asked) + [ScriptedDevice.alert(.clientEvent, type: "x", data: "")]
        _ = try device.send(more, isFinal: false)
        let (again, queue) = try device.answer([Batches.get("a")])
        #expect(again.requests.map(\.name) == ["Alert"])
        #expect(queue.sent.isEmpty)
    }

    @Test func `a device that asks for more while its package is open is not asked in turn`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        let (message, _) = try device.answer([Batches.get("a")], moreFollow: true)
        #expect(!message.body.isFinal)
        let package = try device.send(
            ScriptedDevice.statuses(for: message) + [ScriptedDevice.next], isFinal: false)
        #expect(package.outcomes.map(\.id) == ["a"])
        #expect(try device.answer([Batches.get("b")]).answer.sent == ["b"])
    }

    @Test(arguments: ["0", "", nil])
    func `a command without a number of its own is answered with 400 and without a reference`(cmdID: String?) throws {
        var device = ScriptedDevice()
        var message = device.message([ScriptedDevice.alert(.clientEvent, type: "x", data: "")])
        message.body.commands = [.alert(Command.Alert(cmdID: cmdID, code: .clientEvent))]
        _ = try device.package(of: message)
        #expect(try device.answer().message.answers == ["SyncHdr 0 200", "Alert  400"])
    }

    @Test func `an abort ends the session and tells what was under way`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        _ = try device.answer([Batches.get("a")])
        let abort = Command.alert(Command.Alert(cmdID: nil, code: .sessionAbort))
        let package = try device.send([abort])
        #expect(package.isAborted)
        #expect(package.outcomes.map(\.id) == ["a"])
        #expect(package.outcomes.first?.isComplete == false)
        #expect(try device.answer([Batches.get("b")]).answer.sent.isEmpty)
        #expect(device.session.isOver)
        #expect(device.session.takeUnanswered().isEmpty)
    }

    @Test func `a session that is given up tells what was under way`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        _ = try device.answer([Batches.get("a"), Batches.get("b")])
        #expect(device.session.takeUnanswered().map(\.id) == ["a", "b"])
        #expect(device.session.takeUnanswered().isEmpty)
    }

    @Test func `more answers than a message holds are sent in several`() throws {
        var device = ScriptedDevice(maxMsgSize: 4096)
        let alert = ScriptedDevice.alert(.genericAlert, type: "t", data: "1")
        _ = try device.send((0..<200).map { _ in alert })
        var answered = 0
        for count in 1... {
            try #require(count < 100)
            let (message, queue) = try device.answer([Batches.get("a")])
            #expect(try message.serialize().count <= 4096)
            answered += message.answers.filter { $0.hasPrefix("Alert") }.count
            guard queue.sent.isEmpty else { break }
            #expect(!message.body.isFinal)
            _ = try device.send([])
        }
        #expect(answered == 200)
    }
}
