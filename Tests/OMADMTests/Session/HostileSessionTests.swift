// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

/// Random numbers that come out the same in every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

@Suite("OMA-DM 1.2: devices that keep to nothing")
struct HostileSessionTests {
    private static let codes: [UInt16] = [200, 202, 212, 213, 215, 216, 404, 413, 418, 424, 500, 507, 0, 65535]

    /// A command that refers to something that was sent, or to nothing.
    private static func command(_ random: inout SplitMix, _ last: SyncML?) -> Command {
        let sent = last?.body.commands ?? []
        let inside = sent.flatMap { command -> [Command] in
            guard case .atomic(let group) = command else { return [command] }
            return [command] + group.commands
        }
        let one = inside.randomElement(using: &random)
        let msgRef =
            Bool.random(using: &random) ? last?.hdr.msgID ?? "1" : String(Int.random(in: 0...9, using: &random))
        let cmdID: String? = Bool.random(using: &random) ? String(Int.random(in: 0...99, using: &random)) : nil
        let locURI = one?.items.first?.target?.locURI ?? ["./x", "./DevInfo/Mod"].randomElement(using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1, 2:
            let code = codes.randomElement(using: &random) ?? 200
            var status = Command.Status(
                cmdID: cmdID, msgRef: msgRef, cmdRef: one?.cmdID ?? "1", cmd: one?.name ?? "Get",
                code: StatusCode(rawValue: code))
            if Bool.random(using: &random) { status.targetRefs = [locURI ?? ""] }
            return .status(status)
        case 3, 4:
            var item = Item(source: locURI.map { Location($0) }, data: .text(String(repeating: "r", count: 40)))
            if Bool.random(using: &random) {
                item.meta = Meta()
                item.meta?.size = UInt64.random(in: 0...120, using: &random)
            }
            item.moreData = Bool.random(using: &random)
            return .results(
                Command.Results(
                    cmdID: cmdID, msgRef: Bool.random(using: &random) ? msgRef : nil,
                    cmdRef: Bool.random(using: &random) ? one?.cmdID : nil, items: [item]))
        case 5:
            let code = AlertCode(rawValue: [1100, 1201, 1222, 1224, 1225, 1226].randomElement(using: &random) ?? 0)
            let types = ["com.microsoft/MDM/LoginStatus", "com.microsoft.mdm.requestpending", "x"]
            let item = Item(meta: Meta(type: types.randomElement(using: &random)), data: .text("none"))
            return .alert(Command.Alert(cmdID: cmdID, code: code, items: Bool.random(using: &random) ? [item] : []))
        case 6: return .replace(Command.Edit(cmdID: cmdID, items: [Item(source: Location(locURI ?? ""))]))
        default:
            let get = Command.get(Command.Get(cmdID: cmdID, items: [Item(target: Location("./x"))]))
            return .sequence(Command.Group(cmdID: cmdID, commands: [get, get]))
        }
    }

    private static func batch(_ random: inout SplitMix, _ number: Int) -> CommandBatch {
        let text = String(repeating: "d", count: Int.random(in: 0...6000, using: &random))
        let add = Batches.add("./\(number)", text)
        let commands: [Command] =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: [add]
            case 1: [add, Batches.add("./\(number)/b", text)] + Batches.get("").commands
            case 2: [Batches.atomic([Batches.add("./\(number)", "1"), Batches.add("./b", "2")])]
            default: Batches.get("", "./\(number)").commands
            }
        return CommandBatch(id: String(number), commands: commands)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `whatever a device says, messages are in order and every batch ends once`(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var limits = ManagementSessionLimits()
        limits.objectOctets = 100
        let limit = [2048, 4096, 16_384].randomElement(using: &random) ?? 4096
        var device = ScriptedDevice(limits: limits, maxMsgSize: UInt64(limit))
        var queue: [CommandBatch] = []
        var sent: [String] = []
        var ended: [String] = []
        var last: SyncML?
        for round in 0..<80 {
            guard !device.session.isOver else { break }
            if round % 2 == 0 { queue.append(Self.batch(&random, round)) }
            let commands = (0..<Int.random(in: 0...12, using: &random)).map { _ in Self.command(&random, last) }
            var message = device.message([])
            message.body = SyncBody(commands: commands, isFinal: Int.random(in: 0..<4, using: &random) > 0)
            let package = try device.package(of: message)
            ended += package.outcomes.map(\.id)
            let (answer, result) = try device.answer(queue, moreFollow: Bool.random(using: &random))
            last = answer
            #expect(try answer.serialize().count <= limit)
            let cmdIDs = answer.body.commands.flatMap { command -> [String?] in
                guard case .atomic(let group) = command else { return [command.cmdID] }
                return [command.cmdID] + group.commands.map(\.cmdID)
            }
            #expect(Set(cmdIDs).count == cmdIDs.count && !cmdIDs.contains(nil))
            sent += result.sent
            let gone = result.sent + result.refused.map(\.id)
            queue.removeAll { gone.contains($0.id) }
        }
        ended += device.session.takeUnanswered().map(\.id)
        #expect(Set(sent).count == sent.count)
        #expect(ended.sorted() == sent.sorted())
        #expect(last != nil)
    }

    @Test func `damaged messages end in a package or an error`() throws {
        let octets = try SyncMLFixture("package3-results.xml").octets
        var taken = 0
        for damaged in Mutations.flippedBits(of: octets) {
            guard let message = try? SyncML(parsing: damaged) else { continue }
            var session = ManagementSession(
                sessionID: message.hdr.sessionID, device: message.hdr.source.locURI, server: "s")
            guard (try? session.received(message, octets: damaged)) != nil else { continue }
            taken += 1
            let answer = session.answer(sending: [Batches.get("a")])
            // The answers keep the count of a session that goes on.
            #expect(answer.message.hdr.msgID == UInt32(message.hdr.msgID).map(String.init))
            #expect(throws: Never.self) { try answer.message.redacted().serialize() }
        }
        #expect(taken > 200)
    }

    @Test func `an identifier that is too long is not repeated`() throws {
        var device = ScriptedDevice()
        var message = device.message([])
        message.body.commands = [
            .alert(Command.Alert(cmdID: String(repeating: "9", count: 65), code: .clientInitiated))
        ]
        message.hdr.source = Location(String(repeating: "s", count: 3000))
        _ = try device.package(of: message)
        let answer = try device.answer().message
        #expect(answer.answers == ["SyncHdr 0 200", "Alert  400"])
        #expect(try answer.serialize().count < 1000)
        var long = ManagementSession(sessionID: String(repeating: "1", count: 65), device: "d", server: "s")
        message.hdr.sessionID = String(repeating: "1", count: 65)
        let octets = try message.serialize()
        #expect(throws: ManagementSessionError.anotherSession(String(repeating: "1", count: 64))) {
            try long.received(message, octets: octets)
        }
    }
}
