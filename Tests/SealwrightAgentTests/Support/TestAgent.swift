// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Testing

/// An agent with its files in memory or on disk, and a server that speaks to it.
struct TestAgent {
    static let pool = CryptoPool(threads: 1)
    /// Within the validity of what openssl makes: on a busy machine that takes longer than certificates take to count.
    static let now = {
        _ = OpenSSLMaterial.shared
        return Timestamp(seconds: Int64(Date().timeIntervalSince1970))
    }()

    let store: AgentStore
    var context: ManagementContext
    var session: DeviceSession
    private var msgID = 0
    private var sessionID = 1

    init(_ files: any FileAccess = MemoryFiles(), policy: AgentPolicy = .conformance, user: String? = "alice") throws {
        store = try AgentStore(files: files)
        context = ManagementContext(
            policy: policy, user: user, server: "server", now: Self.now, pool: Self.pool)
        session = DeviceSession(store: store, context: context, sessionID: "1", device: "device", server: "server")
    }

    /// Begins another session.
    mutating func newSession() {
        sessionID += 1
        msgID = 0
        session = DeviceSession(
            store: store, context: context, sessionID: String(sessionID), device: "device", server: "server")
    }

    mutating func message(_ commands: [Command], isFinal: Bool = true) -> SyncML {
        msgID += 1
        let hdr = SyncHdr(
            sessionID: String(sessionID), msgID: String(msgID), target: Location("device"), source: Location("server"))
        return SyncML(hdr: hdr, body: SyncBody(commands: commands, isFinal: isFinal))
    }

    /// The answer to commands.
    mutating func send(_ commands: [Command], isFinal: Bool = true) throws -> Answer {
        session.context = context
        let answer = session.answer(to: message(commands, isFinal: isFinal))
        return Answer(try #require(answer))
    }

    /// The value of a node, `nil` when it is not there.
    mutating func value(_ path: String, isUser: Bool = false) throws -> String? {
        try send([.get("get", path, isUser: isUser)]).data["get"]
    }
}

/// What an answer says, by the CmdID of the command.
struct Answer {
    let message: SyncML
    var codes: [(cmdRef: String, code: UInt16)] = []
    var data: [String: String] = [:]
    var alerts: [AlertCode] = []

    init(_ message: SyncML) {
        self.message = message
        for command in message.body.commands {
            switch command {
            case .status(let status): codes.append((status.cmdRef, status.code.rawValue))
            case .results(let results): data[results.cmdRef ?? ""] = results.items.first?.data?.text ?? ""
            case .alert(let alert): if let code = alert.code { alerts.append(code) }
            default: break
            }
        }
    }

    func code(_ cmdRef: String) -> UInt16? { codes.first { $0.cmdRef == cmdRef }?.code }

    /// All codes but the one of the SyncHdr.
    var commandCodes: [UInt16] { codes.filter { $0.cmdRef != "0" }.map(\.code) }
}

extension Command {
    private static func uri(_ path: String, _ isUser: Bool) -> String {
        path.hasPrefix(".") ? path : "./\(isUser ? "User" : "Device")/Vendor/MSFT/ClientCertificateInstall/\(path)"
    }

    private static func item(_ path: String, _ value: String?, _ isUser: Bool) -> Item {
        Item(target: Location(uri(path, isUser)), data: value.map(ItemData.text))
    }

    static func get(_ id: String, _ path: String, isUser: Bool = false) -> Command {
        .get(Get(cmdID: id, items: [item(path, nil, isUser)]))
    }

    static func add(_ id: String, _ path: String, _ value: String?, isUser: Bool = false) -> Command {
        .add(Edit(cmdID: id, items: [item(path, value, isUser)]))
    }

    static func replace(_ id: String, _ path: String, _ value: String?, isUser: Bool = false) -> Command {
        .replace(Edit(cmdID: id, items: [item(path, value, isUser)]))
    }

    static func delete(_ id: String, _ path: String, isUser: Bool = false) -> Command {
        .delete(Delete(cmdID: id, items: [item(path, nil, isUser)]))
    }

    static func exec(_ id: String, _ path: String, isUser: Bool = false) -> Command {
        .exec(Exec(cmdID: id, items: [item(path, nil, isUser)]))
    }

    static func atomic(_ id: String, _ commands: [Command]) -> Command {
        .atomic(Atomic(cmdID: id, commands: commands))
    }

    /// Adds of the leaves of one UniqueID of PFXCertInstall.
    static func pfx(
        _ uniqueID: String, _ blob: [UInt8], password: String?, keyLocation: String = "3", isUser: Bool = false,
        more: [(String, String)] = [],
        verb: (String, String, String?, Bool) -> Command = { .add($0, $1, $2, isUser: $3) }
    ) -> [Command] {
        var leaves = [("KeyLocation", keyLocation), ("PFXCertBlob", Base64.encode(blob))] + more
        if let password { leaves.append(("PFXCertPassword", password)) }
        return leaves.enumerated().map { verb("c\($0)", "PFXCertInstall/\(uniqueID)/\($1.0)", $1.1, isUser) }
    }
}

/// A file beside the tests.
func fixture(_ name: String) throws -> [UInt8] {
    try Repository.octets("Tests/SealwrightAgentTests/Fixtures/\(name)")
}
