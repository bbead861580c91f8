// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

/// The device's side of a session as tests write it; every message goes through its XML form.
struct ScriptedDevice {
    var session: ManagementSession
    var msgID = 0
    /// What the device announces in its headers.
    var maxMsgSize: UInt64?
    static let sessionID = "7"
    static let device = "dev-1"
    static let server = "https://mdm.example.com/omadm"

    init(limits: ManagementSessionLimits = ManagementSessionLimits(), maxMsgSize: UInt64? = nil) {
        self.maxMsgSize = maxMsgSize
        session = ManagementSession(
            sessionID: Self.sessionID, device: Self.device, server: Self.server, limits: limits)
    }

    /// The next message of the device.
    mutating func message(_ commands: [Command], isFinal: Bool = true) -> SyncML {
        msgID += 1
        var hdr = SyncHdr(
            sessionID: Self.sessionID, msgID: String(msgID), target: Location(Self.server),
            source: Location(Self.device))
        if let maxMsgSize {
            hdr.meta = Meta()
            hdr.meta?.maxMsgSize = maxMsgSize
        }
        let numbered = commands.enumerated().map { $1.numbered(String($0 + 1)) }
        return SyncML(hdr: hdr, body: SyncBody(commands: numbered, isFinal: isFinal))
    }

    /// Sends a message and gives what the server makes of it.
    mutating func send(_ commands: [Command], isFinal: Bool = true) throws -> DevicePackage {
        let message = message(commands, isFinal: isFinal)
        return try package(of: message)
    }

    mutating func package(of message: SyncML) throws -> DevicePackage {
        let octets = try message.serialize()
        switch try session.received(SyncML(parsing: octets), octets: octets) {
        case .package(let package): return package
        case .again:
            Issue.record("a new message was taken for a repetition")
            return try #require(nil as DevicePackage?)
        }
    }

    /// The answer of the server as the device reads it.
    mutating func answer(
        _ batches: [CommandBatch] = [], moreFollow: Bool = false
    ) throws -> (message: SyncML, answer: ManagementSession.Answer) {
        let answer = session.answer(sending: batches, moreFollow: moreFollow)
        return (try SyncML(parsing: answer.message.serialize()), answer)
    }

    /// The first package of a device of Windows.
    static func firstPackage(login: String? = "user") -> [Command] {
        var commands: [Command] = [.alert(Command.Alert(cmdID: nil, code: .clientInitiated))]
        if let login {
            commands.append(alert(.clientEvent, type: "com.microsoft/MDM/LoginStatus", data: login))
        }
        let facts = [("DevId", device), ("Man", "Contoso"), ("Mod", "PC"), ("DmV", "1.3"), ("Lang", "en-US")]
        let items = facts.map { Item(source: Location("./DevInfo/" + $0.0), data: .text($0.1)) }
        return commands + [.replace(Command.Edit(cmdID: nil, items: items))]
    }

    static func alert(
        _ code: AlertCode, type: String, data: String, format: MetaFormat = .chr, source: String? = nil
    ) -> Command {
        let item = Item(
            source: source.map { Location($0) }, meta: Meta(format: format, type: type), data: .text(data))
        return .alert(Command.Alert(cmdID: nil, code: code, items: [item]))
    }

    /// A Status for the header and for every command of a message of the server, those inside groups too.
    static func statuses(
        for message: SyncML, _ code: (Command) -> StatusCode = { _ in .ok }
    ) -> [Command] {
        var statuses: [Command] = [
            .status(Command.Status(cmdID: nil, msgRef: message.hdr.msgID, cmdRef: "0", cmd: "SyncHdr", code: .ok))
        ]
        var waiting = Array(message.body.commands.reversed())
        while let command = waiting.popLast() {
            switch command {
            case .status, .results: continue
            case .atomic(let group), .sequence(let group): waiting += group.commands.reversed()
            default: break
            }
            statuses.append(
                .status(
                    Command.Status(
                        cmdID: nil, msgRef: message.hdr.msgID, cmdRef: command.cmdID ?? "", cmd: command.name,
                        code: code(command))))
        }
        return statuses
    }

    /// A Results for a Get of a message of the server.
    static func results(_ message: SyncML, _ get: Command, _ item: Item) -> Command {
        .results(Command.Results(cmdID: nil, msgRef: message.hdr.msgID, cmdRef: get.cmdID, items: [item]))
    }

    static let next = Command.alert(Command.Alert(cmdID: nil, code: .nextMessage))
}

extension SyncML {
    /// The answers of a message: what is answered, its reference and the code.
    var answers: [String] {
        body.commands.compactMap { command in
            guard case .status(let status) = command else { return nil }
            return "\(status.cmd) \(status.cmdRef) \(status.code.rawValue)"
        }
    }

    /// The commands that ask for something.
    var requests: [Command] {
        body.commands.filter { command in
            if case .status = command { return false }
            return true
        }
    }
}

/// Batches as tests need them.
enum Batches {
    static func get(_ id: String, _ locURI: String = "./DevDetail/SwV") -> CommandBatch {
        let item = Item(target: Location(locURI))
        return CommandBatch(id: id, commands: [.get(Command.Get(cmdID: "x", items: [item]))])
    }

    static func add(_ locURI: String, _ data: String, _ format: MetaFormat = .chr) -> Command {
        let item = Item(target: Location(locURI), meta: Meta(format: format), data: .text(data))
        return .add(Command.Edit(cmdID: "x", items: [item]))
    }

    static func atomic(_ commands: [Command]) -> Command {
        .atomic(Command.Group(cmdID: "x", commands: commands))
    }
}
