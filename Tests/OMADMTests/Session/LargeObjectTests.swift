// SPDX-License-Identifier: Apache-2.0

import OMADM
import SealwrightTesting
import Testing

@Suite("OMA-DM 1.2 section 7: large objects and messages of limited size")
struct LargeObjectTests {
    /// Plays a device that takes everything until the session has nothing more to send.
    ///
    /// - Returns: what was added, and the outcomes.
    private func play(
        _ device: inout ScriptedDevice, _ batches: [CommandBatch], limit: Int
    ) throws -> (added: [String: String], outcomes: [BatchOutcome], messages: Int) {
        var waiting = batches
        var outcomes: [BatchOutcome] = []
        var added: [String: String] = [:]
        var size: [String: UInt64] = [:]
        var commands = ScriptedDevice.firstPackage()
        for count in 1... {
            try #require(count < 400)
            outcomes += try device.send(commands).outcomes
            let (message, answer) = try device.answer(waiting)
            waiting.removeAll { answer.sent.contains($0.id) }
            outcomes += answer.refused
            waiting.removeAll { batch in answer.refused.contains { $0.id == batch.id } }
            #expect(try message.serialize().count <= limit)
            guard !message.requests.isEmpty || !message.body.isFinal else {
                for (locURI, octets) in size { #expect(added[locURI]?.utf8.count == Int(octets)) }
                return (added, outcomes, count)
            }
            var parts = 0
            for command in message.requests.flatMap(\.flattened) {
                guard case .add(let add) = command, let item = add.items.first else { continue }
                let locURI = item.target?.locURI ?? ""
                if item.moreData { parts += 1 }
                if let total = item.meta?.size {
                    #expect(added[locURI] == nil)
                    size[locURI] = total
                }
                added[locURI, default: ""] += item.data?.text ?? ""
            }
            #expect(parts <= 1)
            #expect(parts == 0 || !message.body.isFinal)
            commands = ScriptedDevice.statuses(for: message) { command in
                command.items.contains(where: \.moreData) ? .chunkedItemAccepted : .ok
            }
            if !message.body.isFinal { commands.append(ScriptedDevice.next) }
        }
        return ([:], [], 0)
    }

    @Test(arguments: [2048, 4096, 20_000])
    func `an object that is too large for the device's MaxMsgSize goes out in parts`(limit: Int) throws {
        var device = ScriptedDevice(maxMsgSize: UInt64(limit))
        let text = String(repeating: "a & <b> \"c\" \r\n\u{1F511}é ", count: 1200)
        let batch = CommandBatch(
            id: "large", commands: [Batches.add("./a", "1"), Batches.add("./b", text), Batches.add("./c", "3")])
        let end = try play(&device, [batch, Batches.get("behind")], limit: limit)
        #expect(end.added == ["./a": "1", "./b": text, "./c": "3"])
        #expect(end.outcomes.map(\.id) == ["large", "behind"])
        #expect(end.outcomes.filter { !$0.isSuccess }.isEmpty)
        #expect(end.messages > text.utf8.count / limit)
    }

    @Test func `batches that do not fit into one message follow in the next, in order`() throws {
        var device = ScriptedDevice(maxMsgSize: 4096)
        let batches = (0..<40).map { number in
            CommandBatch(
                id: "\(number)",
                commands: [Batches.atomic([Batches.add("./\(number)", String(repeating: "x", count: 900))])])
        }
        let end = try play(&device, batches, limit: 4096)
        #expect(end.outcomes.map(\.id) == batches.map(\.id))
        #expect(end.outcomes.filter { !$0.isSuccess }.isEmpty)
        #expect(end.messages > 12)
    }

    @Test func `a small message is filled with what is owed to the device`() throws {
        var device = ScriptedDevice(maxMsgSize: 2048)
        _ = try device.send((0..<40).map { _ in .alert(Command.Alert(cmdID: nil, code: .genericAlert)) })
        var owed = 40
        for count in 1... {
            try #require(count < 7)
            let message = try device.answer().message
            #expect(try message.serialize().count <= 2048)
            owed -= message.answers.count { $0.hasPrefix("Alert") }
            guard !message.body.isFinal else { break }
            _ = try device.send([ScriptedDevice.next])
            owed += 1
        }
        #expect(owed == 0)
    }

    @Test func `an Atomic that fits into no message is refused, and what follows is sent`() throws {
        var device = ScriptedDevice(maxMsgSize: 4096)
        let large = Batches.add("./a", String(repeating: "x", count: 5000))
        let atomic = CommandBatch(id: "atomic", commands: [Batches.atomic([large])])
        let end = try play(&device, [atomic, Batches.get("b")], limit: 4096)
        #expect(end.outcomes.map(\.id) == ["atomic", "b"])
        let refused = try #require(end.outcomes.first)
        #expect(!refused.isSuccess)
        #expect(refused.statuses.map(\.code) == [.requestEntityTooLarge])
        guard case .tooLarge(let octets, let limit)? = refused.refusal else {
            Issue.record("refused for another reason: \(refused)")
            return
        }
        #expect(octets > 5000 && limit < 4096)
    }

    @Test func `what a server does not send is refused`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        let status = Command.Status(cmdID: nil, msgRef: "1", cmdRef: "1", cmd: "Get", code: .ok)
        let answer = device.session.answer(sending: [
            CommandBatch(id: "empty", commands: []),
            CommandBatch(id: "status", commands: [Batches.atomic([.status(status)])]),
            CommandBatch(id: "character", commands: [Batches.add("./a", "\u{1}")]),
        ])
        #expect(answer.refused.map(\.id) == ["empty", "status", "character"])
        #expect(answer.refused.first?.refusal == .empty)
        #expect(answer.refused.dropFirst().first?.refusal == .notACommand("Status"))
        #expect(answer.sent.isEmpty)
        #expect(device.session.isOver)
    }

    @Test func `an object above the device's MaxObjSize is not sent`() throws {
        var device = ScriptedDevice()
        var message = device.message(ScriptedDevice.firstPackage())
        message.hdr.meta = Meta()
        message.hdr.meta?.maxObjSize = 100
        _ = try device.package(of: message)
        let batch = CommandBatch(id: "a", commands: [Batches.add("./a", String(repeating: "x", count: 101))])
        #expect(
            device.session.answer(sending: [batch]).refused.first?.refusal == .objectTooLarge(octets: 101, limit: 100))
    }

    @Test(arguments: [StatusCode.requestEntityTooLarge, .deviceFull, .commandFailed])
    func `a part that the device refuses ends its batch`(code: StatusCode) throws {
        var device = ScriptedDevice(maxMsgSize: 4096)
        _ = try device.send(ScriptedDevice.firstPackage())
        let large = CommandBatch(id: "large", commands: [Batches.add("./a", String(repeating: "x", count: 9000))])
        let (message, _) = try device.answer([large])
        #expect(!message.body.isFinal)
        let package = try device.send(ScriptedDevice.statuses(for: message) { _ in code } + [ScriptedDevice.next])
        #expect(package.outcomes.map(\.id) == ["large"])
        #expect(package.outcomes.first?.firstFailure?.code == code)
        let (next, answer) = try device.answer([Batches.get("b")])
        #expect(next.requests.map(\.name) == ["Get"])
        #expect(answer.sent == ["b"])
    }

    // MARK: Values of the device

    private func part(_ message: SyncML, _ get: Command, _ text: String, size: UInt64? = nil, more: Bool) -> Command {
        var item = Item(source: Location("./x"), meta: size == nil ? nil : Meta(), data: .text(text))
        item.meta?.size = size
        item.moreData = more
        return ScriptedDevice.results(message, get, item)
    }

    private func begun(_ device: inout ScriptedDevice) throws -> (SyncML, Command) {
        _ = try device.send(ScriptedDevice.firstPackage())
        let (message, _) = try device.answer([Batches.get("a", "./x")])
        return (message, try #require(message.requests.first))
    }

    @Test func `a value in parts is put together`() throws {
        var device = ScriptedDevice()
        let (message, get) = try begun(&device)
        let first = part(message, get, "abc", size: 8, more: true)
        let started = try device.send(ScriptedDevice.statuses(for: message) + [first], isFinal: false)
        #expect(started.outcomes.isEmpty)
        let (more, answer) = try device.answer([Batches.get("b")])
        #expect(more.answers == ["SyncHdr 0 200", "Results 3 213"])
        #expect(more.requests.map(\.items.count) == [0])
        #expect(answer.sent.isEmpty)
        #expect(!more.body.isFinal)
        _ = try device.send([part(message, get, "def", more: true)], isFinal: false)
        _ = try device.answer()
        let package = try device.send([part(message, get, "gh", more: false)])
        #expect(package.outcomes.first?.results.map(\.text) == ["abcdefgh"])
        #expect(package.outcomes.first?.isSuccess == true)
        #expect(try device.answer().message.answers == ["SyncHdr 0 200", "Results 1 200"])
    }

    @Test func `a value in twenty thousand parts costs what it is long, not that for each part`() throws {
        var device = ScriptedDevice()
        let (question, get) = try begun(&device)
        let first = part(question, get, String(repeating: "a", count: 7 << 20), more: true)
        let next = part(question, get, "b", more: true)
        guard case .results(var results) = first else {
            Issue.record("no Results")
            return
        }
        results.items += [Item](repeating: try #require(next.items.first), count: 20_000)
        let message = device.message(ScriptedDevice.statuses(for: question) + [.results(results)], isFinal: false)
        var taken: ManagementSession.Reception?
        let duration = try processorTime { taken = try device.session.received(message, octets: [1]) }
        #expect(taken != nil)
        #expect(duration < .seconds(5))
    }

    @Test func `a value whose parts add up to a run of combining marks is given up`() throws {
        var device = ScriptedDevice()
        let (message, get) = try begun(&device)
        let marks = String(repeating: "\u{301}\u{323}", count: 10)
        let parts = [part(message, get, "a" + marks, more: true), part(message, get, marks, more: false)]
        let package = try device.send(ScriptedDevice.statuses(for: message) + parts)
        #expect(package.outcomes.first?.firstFailure?.code == .unsupportedTypeOrFormat)
    }

    @Test func `a value that does not add up, is too long or breaks off is given up`() throws {
        var limits = ManagementSessionLimits()
        limits.objectOctets = 10
        func end(_ parts: (SyncML, Command) -> [[Command]]) throws -> (outcome: BatchOutcome?, answers: [SyncML]) {
            var device = ScriptedDevice(limits: limits)
            let (message, get) = try begun(&device)
            var outcome: BatchOutcome?
            var answers: [SyncML] = []
            let rounds = parts(message, get)
            for (index, commands) in rounds.enumerated() {
                let isLast = index == rounds.count - 1
                let statuses = index == 0 ? ScriptedDevice.statuses(for: message) : []
                outcome = try device.send(statuses + commands, isFinal: isLast).outcomes.first ?? outcome
                answers.append(try device.answer([Batches.get("z")]).message)
            }
            return (outcome, answers)
        }
        let short = try end { message, get in
            [[part(message, get, "abc", size: 9, more: true)], [part(message, get, "d", more: false)]]
        }
        #expect(short.outcome?.firstFailure?.code == .sizeMismatch)
        #expect(short.answers.last?.answers == ["SyncHdr 0 200", "Results 1 424"])
        let long = try end { message, get in
            [[part(message, get, "abcdef", more: true)], [part(message, get, "ghijkl", more: true)]]
        }
        #expect(long.outcome?.firstFailure?.code == .requestEntityTooLarge)
        let announced = try end { message, get in [[part(message, get, "a", size: 11, more: true)]] }
        #expect(announced.answers.last?.answers.last == "Results 3 413")
        let whole = try end { message, get in [[part(message, get, "elevenchars", more: false)]] }
        #expect(whole.outcome?.firstFailure?.code == .requestEntityTooLarge)
        let broken = try end { message, get in [[part(message, get, "abc", more: true)], [ScriptedDevice.next]] }
        #expect(broken.outcome?.firstFailure?.code == .sizeMismatch)
        let alerts = broken.answers.last?.requests.compactMap { command -> AlertCode? in
            guard case .alert(let alert) = command else { return nil }
            return alert.code
        }
        #expect(alerts == [.noEndOfData])
    }
}

extension Command {
    /// The command, or those inside a group.
    fileprivate var flattened: [Command] {
        switch self {
        case .atomic(let group), .sequence(let group): group.commands
        default: [self]
        }
    }
}
