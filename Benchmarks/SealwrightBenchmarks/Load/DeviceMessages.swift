// SPDX-License-Identifier: Apache-2.0

import OMADM
import SealwrightEndpoints

/// What a managed device says: its first package, and an answer to whatever the server asks.
///
/// Source: OMA Device Management Protocol 1.2, section 8; MS-MDM, section 3.2.
struct DeviceMessages {
    /// The name in the device's certificate.
    let device: String
    let sessionID: String
    private(set) var msgID = 0

    private static let server = Location("https://127.0.0.1" + WindowsEnrollmentConfiguration.managementPath)

    init(device: String, sessionID: String) {
        self.device = device
        self.sessionID = sessionID
    }

    /// Package 1: a session that the device begins, with a user logged in, and the facts of DevInfo.
    mutating func first() throws -> [UInt8] {
        let login = Item(meta: Meta(type: "com.microsoft/MDM/LoginStatus"), data: .text("user"))
        let facts = [
            ("DevId", device), ("Man", "Example"), ("Mod", "Bench 14"), ("DmV", "1.3"), ("Lang", "en-US"),
        ]
        return try message([
            .alert(Command.Alert(cmdID: "1", code: .clientInitiated)),
            .alert(Command.Alert(cmdID: "2", code: AlertCode(rawValue: 1224), items: [login])),
            .replace(
                Command.Edit(
                    cmdID: "3", items: facts.map { Item(source: Location("./DevInfo/" + $0.0), data: .text($0.1)) })),
        ])
    }

    /// Package 3: every command done, every node with a value; `nil` when the server asks nothing more.
    ///
    /// - Throws: ``BenchmarkError`` when the server did not take the message before.
    mutating func answer(to octets: [UInt8]) throws -> [UInt8]? {
        let message = try SyncML(parsing: octets)
        var isTaken = false
        var replies: [Command] = []
        for command in message.body.commands {
            if case .status(let status) = command {
                guard status.code.isSuccess else {
                    throw BenchmarkError("\(status.cmd) was answered with \(status.code.rawValue)")
                }
                if status.cmdRef == "0" { isTaken = true }
                continue
            }
            Self.carryOut(command, of: message.hdr.msgID, &replies)
        }
        guard isTaken else { throw BenchmarkError("an answer without the status of the header") }
        guard !replies.isEmpty else { return nil }
        let header = Command.Status(
            cmdID: "1", msgRef: message.hdr.msgID, cmdRef: "0", cmd: "SyncHdr", code: .ok)
        return try self.message([.status(header)] + replies)
    }

    private static func carryOut(_ command: Command, of msgRef: String, _ replies: inout [Command]) {
        func number() -> String { String(replies.count + 2) }
        let cmdRef = command.cmdID ?? ""
        replies.append(
            .status(
                Command.Status(cmdID: number(), msgRef: msgRef, cmdRef: cmdRef, cmd: command.name, code: .ok)))
        switch command {
        case .atomic(let group), .sequence(let group):
            for one in group.commands { carryOut(one, of: msgRef, &replies) }
        case .get(let get):
            let values = get.items.map { item in
                Item(
                    source: Location(item.target?.locURI ?? ""), meta: Meta(format: .chr),
                    data: .text("10.0.22631.3447"))
            }
            replies.append(
                .results(Command.Results(cmdID: number(), msgRef: msgRef, cmdRef: cmdRef, items: values)))
        default: break
        }
    }

    private mutating func message(_ commands: [Command]) throws -> [UInt8] {
        msgID += 1
        let hdr = SyncHdr(
            sessionID: sessionID, msgID: String(msgID), target: Self.server, source: Location(device))
        return try SyncML(hdr: hdr, body: SyncBody(commands: commands)).serialize()
    }
}
