// SPDX-License-Identifier: Apache-2.0

import OMADM
import SealwrightAgent
import Testing

@Suite("OMA-DM 8.5: large objects and packages of several messages")
struct LargeObjectTests {
    var agent: TestAgent

    init() throws { agent = try TestAgent() }

    private static let text = "CustomTextToShowInPrompt"

    private func part(_ id: String, _ text: String, more: Bool, size: UInt64? = nil) -> Command {
        var meta = Meta(format: .chr)
        meta.size = size
        var item = Item(
            target: Location("./Vendor/MSFT/ClientCertificateInstall/SCEP/one/Install/\(Self.text)"), meta: meta,
            data: .text(text))
        item.moreData = more
        return .add(Command.Edit(cmdID: id, items: [item]))
    }

    private func refs(_ answer: Answer) -> [String] {
        answer.message.body.commands.compactMap { command in
            guard case .status(let status) = command, status.cmdRef != "0" else { return nil }
            return "\(status.msgRef)/\(status.cmdRef) \(status.cmd) \(status.code.rawValue)"
        }
    }

    @Test mutating func `Status elements come in the order of the commands, the part's among them`() throws {
        for (size, code) in [(18, 213), (8 << 20 | 1, 413)] as [(UInt64, UInt16)] {
            let answer = try agent.send(
                [
                    .add("7", "SCEP/one/Install/KeyUsage", "160"), .atomic("5", [.delete("3", "SCEP/one")]),
                    .get("6", "SCEP"), part("2", "Hello, ", more: true, size: size),
                ], isFinal: false)
            #expect(answer.codes.map(\.cmdRef) == ["0", "7", "5", "3", "6", "2"])
            #expect(answer.commandCodes == [200, 200, 200, 200, code])
            _ = try agent.send([.get("1", "SCEP")])
        }
    }

    // MARK: In an Atomic

    @Test mutating func `an object at the end of an Atomic holds it back until its last part has come`() throws {
        let first = try agent.send(
            [.atomic("a", [.add("1", "SCEP/one", nil), part("2", "Hello, ", more: true, size: 18)])], isFinal: false)
        #expect(refs(first) == ["1/2 Add 213"])
        #expect(first.alerts == [.nextMessage])
        #expect(try agent.store.state.tree == TestAgent().store.state.tree)
        let second = try agent.send([.atomic("b", [part("3", "large ", more: true)])], isFinal: false)
        #expect(refs(second) == ["2/3 Add 213"])
        let third = try agent.send([
            .atomic("c", [part("4", "world", more: false), .add("5", "SCEP/one/Install/KeyUsage", "160")])
        ])
        #expect(
            refs(third) == [
                "1/a Atomic 200", "2/b Atomic 200", "3/c Atomic 200", "1/1 Add 200", "3/4 Add 200", "3/5 Add 200",
            ])
        #expect(try agent.value("SCEP/one/Install/\(Self.text)") == "Hello, large world")
    }

    @Test mutating func `the last part may come without an Atomic around it`() throws {
        _ = try agent.send([.atomic("a", [part("2", "Hello, ", more: true, size: 12)])], isFinal: false)
        let answer = try agent.send([part("3", "world", more: false)])
        #expect(refs(answer) == ["1/a Atomic 200", "2/3 Add 200"])
        #expect(try agent.value("SCEP/one/Install/\(Self.text)") == "Hello, world")
    }

    @Test mutating func `a child that fails behind the object takes back what came in earlier messages`() throws {
        _ = try agent.send(
            [.atomic("a", [.add("1", "SCEP/one", nil), part("2", "Hello, ", more: true, size: 12)])], isFinal: false)
        let answer = try agent.send([
            .atomic("b", [part("3", "world", more: false), .add("4", "SCEP/one/Install/KeyUsage", "64")])
        ])
        #expect(
            refs(answer) == [
                "1/a Atomic 507", "2/b Atomic 507", "1/1 Add 216", "2/3 Add 216", "2/4 Add 500",
            ])
        #expect(try agent.value("SCEP") == "")
    }

    @Test mutating func `a wrong size is 424, and the Atomic fails with it`() throws {
        _ = try agent.send(
            [.atomic("a", [.add("1", "SCEP/one", nil), part("2", "Hello, ", more: true, size: 13)])], isFinal: false)
        let answer = try agent.send([.atomic("b", [part("3", "world", more: false)])])
        #expect(refs(answer) == ["2/3 Add 424", "1/a Atomic 507", "1/1 Add 215", "2/b Atomic 507"])
        #expect(try agent.value("SCEP") == "")
    }

    @Test mutating func `something else instead of the last part gives the Atomic up`() throws {
        _ = try agent.send(
            [.atomic("a", [.add("1", "SCEP/one", nil), part("2", "Hello, ", more: true, size: 12)])], isFinal: false)
        let answer = try agent.send([.get("3", "SCEP")])
        #expect(refs(answer) == ["1/a Atomic 507", "1/1 Add 215", "2/3 Get 200"])
        #expect(answer.alerts == [.noEndOfData])
        #expect(answer.data["3"] == "")
    }

    @Test mutating func `a part that is not the last of its Atomic is 406`() throws {
        let answer = try agent.send([
            .atomic("a", [part("1", "Hello, ", more: true, size: 12), .add("2", "SCEP/two", nil)])
        ])
        #expect(answer.commandCodes == [507, 406, 215])
    }

    // MARK: What the device sends

    /// An answer over as many messages as it takes, with the parts of objects put together.
    private mutating func collect(
        _ commands: [Command], _ limit: UInt64, object: UInt64? = nil
    ) throws -> (messages: [SyncML], values: [String: String], codes: [UInt16]) {
        var messages: [SyncML] = []
        var values: [String: String] = [:]
        var codes: [UInt16] = []
        var message = agent.message(commands)
        message.hdr.meta = Meta()
        message.hdr.meta?.maxMsgSize = limit
        message.hdr.meta?.maxObjSize = object
        var sizes: [String: UInt64] = [:]
        while messages.count < 1_000 {
            let next = agent.session.answer(to: message)
            let answer = try #require(next)
            messages.append(answer)
            #expect(try answer.serialize().count <= Int(max(limit, 2_048)))
            #expect(Set(answer.body.commands.map { $0.cmdID ?? "" }).count == answer.body.commands.count)
            for command in answer.body.commands {
                if case .status(let status) = command, status.cmdRef != "0" { codes.append(status.code.rawValue) }
                guard case .results(let results) = command else { continue }
                for item in results.items {
                    let uri = item.source?.locURI ?? ""
                    values[uri, default: ""] += item.data?.text ?? ""
                    if let size = item.meta?.size { sizes[uri] = size }
                }
            }
            if answer.body.isFinal { break }
            message = agent.message([.alert(Command.Alert(cmdID: "1", code: .nextMessage))])
        }
        for (uri, size) in sizes { #expect(values[uri]?.utf8.count == Int(size), "\(uri)") }
        return (messages, values, codes)
    }

    @Test(arguments: [1, 2_048, 4_096, 20_000] as [UInt64])
    mutating func `an answer keeps to the size the server takes, and nothing of it is lost`(limit: UInt64) throws {
        let large = String(repeating: "<&> ünï ", count: 3_000)
        _ = try agent.send([.add("1", "SCEP/one/Install/\(Self.text)", large)])
        for number in 0..<20 { _ = try agent.send([.add("1", "SCEP/n\(number)/Install/KeyUsage", "160")]) }
        let gets = (0..<20).map { Command.get("g\($0)", "SCEP/n\($0)/Install/KeyUsage") }
        let root = "./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/"
        let (messages, values, codes) = try collect(gets + [.get("large", "SCEP/one/Install/\(Self.text)")], limit)
        #expect(messages.count > 1)
        #expect(messages.dropLast().allSatisfy { !$0.body.isFinal })
        #expect(values[root + "one/Install/\(Self.text)"] == large)
        #expect((0..<20).allSatisfy { values[root + "n\($0)/Install/KeyUsage"] == "160" })
        // The statuses of the first message, and one for each request for more.
        #expect(codes.count == 21 + messages.count - 1)
        #expect(codes.allSatisfy { $0 == 200 })
    }

    @Test mutating func `a list is split between its nodes`() throws {
        for number in 0..<30 { _ = try agent.send([.add("1", "SCEP/n\(number)/Install/KeyUsage", "160")]) }
        let (messages, values, _) = try collect([.get("g", "SCEP?list=StructData")], 4_096)
        #expect(messages.count > 3)
        #expect(values.keys.count { $0.hasSuffix("/KeyUsage") } == 30)
    }

    @Test mutating func `an object the server does not take is 416`() throws {
        _ = try agent.send([.add("1", "SCEP/one/Install/\(Self.text)", String(repeating: "x", count: 500))])
        let (_, values, codes) = try collect([.get("g", "SCEP/one/Install/\(Self.text)")], 100_000, object: 499)
        #expect(values.isEmpty)
        #expect(codes == [416])
    }
}
