// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("OMA-DM 1.2 section 6: SessionID and MsgID")
struct RepetitionTests {
    @Test func `the same message is answered word for word and taken once`() throws {
        var device = ScriptedDevice()
        let message = device.message(ScriptedDevice.firstPackage())
        let octets = try message.serialize()
        _ = try device.package(of: message)
        let first = device.session.answer(sending: [Batches.get("a")])
        guard case .again(let stored) = try device.session.received(message, octets: octets) else {
            Issue.record("the repetition was taken as new")
            return
        }
        #expect(try stored.serialize() == first.message.serialize())
        // Answering once more changes nothing either.
        #expect(device.session.answer(sending: [Batches.get("b")]).message == first.message)
        let package = try device.send(ScriptedDevice.statuses(for: first.message))
        #expect(package.outcomes.map(\.id) == ["a"])
    }

    @Test func `the end of a session is repeated too, and nothing else is taken behind it`() throws {
        var device = ScriptedDevice()
        let message = device.message(ScriptedDevice.firstPackage())
        let octets = try message.serialize()
        _ = try device.package(of: message)
        let end = device.session.answer().message
        #expect(device.session.isOver)
        guard case .again(let stored) = try device.session.received(message, octets: octets) else {
            Issue.record("the repetition was taken as new")
            return
        }
        #expect(stored == end)
        #expect(throws: ManagementSessionError.over) { try device.send([]) }
    }

    @Test func `numbers that do not continue the session are refused and change nothing`() throws {
        var device = ScriptedDevice()
        _ = try device.send(ScriptedDevice.firstPackage())
        _ = try device.answer([Batches.get("a")])
        device.msgID = 4
        _ = try device.send([])
        _ = try device.answer([Batches.get("b")])
        func receive(_ msgID: String, sessionID: String = ScriptedDevice.sessionID) throws {
            var message = device.message([ScriptedDevice.next])
            message.hdr.msgID = msgID
            message.hdr.sessionID = sessionID
            _ = try device.session.received(message, octets: try message.serialize())
        }
        #expect(throws: ManagementSessionError.startsAnew) { try receive("1") }
        #expect(throws: ManagementSessionError.outOfOrder(msgID: 3, last: 5)) { try receive("3") }
        #expect(throws: ManagementSessionError.repeatedDifferently(msgID: 5)) { try receive("5") }
        #expect(throws: ManagementSessionError.anotherSession("8")) { try receive("6", sessionID: "8") }
        for msgID in ["0", "-1", "x", "", "99999999999", String(repeating: "1", count: 100)] {
            #expect(throws: ManagementSessionError.malformedMsgID) { try receive(msgID) }
        }
        device.msgID = 5
        #expect(try device.send([ScriptedDevice.next]).alerts.count == 1)
        #expect(throws: ManagementSessionError.unanswered) { try receive("9") }
    }

    @Test func `a session that the server has forgotten goes on`() throws {
        var device = ScriptedDevice()
        device.msgID = 6
        let status = Command.status(
            Command.Status(cmdID: nil, msgRef: "3", cmdRef: "4", cmd: "Add", code: .ok))
        let package = try device.send([status])
        #expect(package.isFirst)
        #expect(package.outcomes.isEmpty)
        let (message, answer) = try device.answer([Batches.get("a")])
        #expect(answer.sent == ["a"])
        #expect(message.requests.count == 1)
    }

    @Test func `a session has a last message`() throws {
        var limits = ManagementSessionLimits()
        limits.messages = 3
        var device = ScriptedDevice(limits: limits)
        for _ in 0..<3 {
            _ = try device.send([ScriptedDevice.next])
            _ = try device.answer([Batches.get("a")])
        }
        #expect(throws: ManagementSessionError.limitExceeded("messages of a session", limit: 3)) {
            try device.send([])
        }
    }
}
