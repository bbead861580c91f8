// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats

/// Payloads as tests need them.
enum Payloads {
    static let thumbprint = "0123456789ABCDEF0123456789ABCDEF01234567"
    static let root = "./Device/Vendor/MSFT/ClientCertificateInstall/"

    /// A payload with every mandatory node.
    static func scep(_ uniqueID: String = "wifi-1", scope: TreeScope = .device) throws -> SCEPCertificatePayload {
        SCEPCertificatePayload(
            uniqueID: uniqueID, scope: scope, serverURLs: ["https://ca.example.com/scep"], challenge: "challenge-1",
            subjectName: try SubjectName(template: "CN={{device}},O=Example", values: ["device": "PC 1"]),
            ekuMapping: [try OID(dotted: "1.3.6.1.5.5.7.3.2")], caThumbprint: thumbprint.lowercased())
    }

    static func pfx(
        _ location: PFXCertificatePayload.KeyLocation = .software, isExportable: Bool = false
    ) -> PFXCertificatePayload {
        PFXCertificatePayload(
            uniqueID: thumbprint, scope: .device, keyLocation: location, blob: [0x30, 0x03, 0x02, 0x01, 0x03],
            password: .plain("password-1"), isExportable: isExportable)
    }

    /// A change of one command of a payload, found by the end of its address; `nil` removes it.
    static func change(
        _ commands: [Command], _ node: String, _ body: (inout Item) -> Bool
    ) -> [Command] {
        commands.compactMap { command in
            switch command {
            case .atomic(var group):
                group.commands = change(group.commands, node, body)
                return .atomic(group)
            case .add(var edit):
                return keeps(&edit.items, node, body) ? .add(edit) : nil
            case .replace(var edit):
                return keeps(&edit.items, node, body) ? .replace(edit) : nil
            default: return command
            }
        }
    }

    private static func keeps(_ items: inout [Item], _ node: String, _ body: (inout Item) -> Bool) -> Bool {
        guard var item = items.first, item.target?.locURI.hasSuffix("/" + node) ?? false else { return true }
        guard body(&item) else { return false }
        items = [item]
        return true
    }

    /// A payload with another text in one node.
    static func set(_ commands: [Command], _ node: String, to text: String) -> [Command] {
        change(commands, node) { item in
            item.data = .text(text)
            return true
        }
    }

    /// A payload without one node.
    static func without(_ commands: [Command], _ node: String) -> [Command] { change(commands, node) { _ in false } }

    /// The outcome of a query, as a device answers it.
    static func outcome(_ batch: CommandBatch, _ values: [String: String]) -> BatchOutcome {
        var statuses: [CommandStatus] = []
        var results: [ResultsItem] = []
        for command in batch.commands {
            let locURI = command.items.first?.target?.locURI ?? ""
            let name = locURI.split(separator: "/").last.map(String.init) ?? ""
            statuses.append(
                CommandStatus(command: "Get", locURI: locURI, code: values[name] == nil ? .notFound : .ok))
            if let value = values[name] { results.append(ResultsItem(locURI: locURI, data: .text(value))) }
        }
        return BatchOutcome(
            id: batch.id, statuses: statuses, results: results, isComplete: true, toleratedCodes: batch.toleratedCodes)
    }
}

extension Command {
    /// The nodes of a payload: command, end of the address, format and text.
    var shown: [String] {
        switch self {
        case .atomic(let group): return ["Atomic("] + group.commands.flatMap(\.shown) + [")"]
        default:
            return items.map { item in
                let parts = [
                    name, item.target?.locURI ?? "", item.meta?.format?.rawValue, item.data?.text,
                ]
                return parts.compactMap { $0 }.joined(separator: " ")
            }
        }
    }
}
