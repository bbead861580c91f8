// SPDX-License-Identifier: Apache-2.0

/// The commands of a payload that concern one UniqueID, as ``PayloadLint`` looks at them.
struct InstallationCommands {
    /// A command on one node.
    struct Step {
        /// The name of the command.
        let command: String
        /// The path below the UniqueID as it is written; empty for the UniqueID itself.
        let path: String
        let locURI: String
        let format: MetaFormat?
        /// The data; `nil` when there is none.
        let text: String?
        /// The group it stands in: 0 for none, else a number for each Atomic.
        let atomic: Int
        /// The place among all commands of the payload.
        let position: Int
        /// Whether it is the last of its group.
        let isLast: Bool

        /// The path in lower case.
        var key: String { LocURIText.key(path) }
        /// Whether it sets a value.
        var isWrite: Bool { command == "Add" || command == "Replace" }
    }

    let installation: CertificateInstallNode
    /// The address of the UniqueID as it is written first.
    let locURI: String
    var steps: [Step] = []

    /// The last value that is written to a node.
    func value(_ path: String) -> Step? { steps.last { $0.key == LocURIText.key(path) && $0.isWrite } }

    /// The text that is written to a node; `nil` when none is, or an empty one.
    func text(_ path: String) -> String? {
        guard let text = value(path)?.text, !text.isEmpty else { return nil }
        return text
    }

    /// The number that is written to a node.
    func number(_ path: String) -> Int64? { text(path).flatMap { Self.number($0) } }

    /// The commands of a kind on a node.
    func steps(_ command: String, _ path: String) -> [Step] {
        steps.filter { $0.command == command && $0.key == LocURIText.key(path) }
    }

    /// Reads a number as devices do: decimal, or hexadecimal behind `0x`, of 32 bits.
    static func number(_ text: String) -> Int64? {
        let trimmed = MarkupElement.trimmed(text)
        let isHex = trimmed.lowercased().hasPrefix("0x")
        let value = isHex ? Int64(trimmed.dropFirst(2), radix: 16) : Int64(trimmed)
        guard let value, (Int64(Int32.min)...Int64(UInt32.max)).contains(value) else { return nil }
        return value
    }
}

extension InstallationCommands {
    /// Sorts the commands of a payload by UniqueID.
    static func sort(_ commands: [Command]) -> [InstallationCommands] {
        var found: [InstallationCommands] = []
        var position = 0
        var atomics = 0
        func take(_ list: [Command], atomic: Int) {
            for (index, command) in list.enumerated() {
                var inner = atomic
                if case .atomic = command {
                    atomics += 1
                    inner = atomics
                }
                take(command.children, atomic: inner)
                for item in command.items {
                    add(command, item, atomic, position, isLast: index == list.count - 1)
                    position += 1
                }
            }
        }
        func add(_ command: Command, _ item: Item, _ atomic: Int, _ position: Int, isLast: Bool) {
            guard let locURI = item.target?.locURI, let place = place(locURI) else { return }
            let key = LocURIText.key(place.root)
            var index = found.firstIndex { LocURIText.key($0.locURI) == key }
            if index == nil {
                found.append(InstallationCommands(installation: place.installation, locURI: place.root))
                index = found.indices.last
            }
            guard let index else { return }
            found[index].steps.append(
                Step(
                    command: command.name, path: place.path, locURI: locURI,
                    format: item.meta?.format ?? command.sharedFormat, text: item.data?.text, atomic: atomic,
                    position: position, isLast: isLast))
        }
        take(commands, atomic: 0)
        return found
    }

    /// The UniqueID that an address belongs to, and what is below.
    private static func place(
        _ locURI: String
    ) -> (installation: CertificateInstallNode, root: String, path: String)? {
        let parts = locURI.split(separator: "?", maxSplits: 1).first?.split(separator: "/").map(String.init) ?? []
        guard let name = parts.firstIndex(where: { LocURIText.key($0) == "clientcertificateinstall" }),
            parts.indices.contains(name + 2)
        else { return nil }
        let kind: CertificateInstallNode.Kind
        switch LocURIText.key(parts[name + 1]) {
        case "scep": kind = .scep
        case "pfxcertinstall": kind = .pfx
        default: return nil
        }
        let isUser = parts[..<name].contains { LocURIText.key($0) == "user" }
        let installation = CertificateInstallNode(
            kind, scope: isUser ? .user : .device, uniqueID: LocURIText.decoded(parts[name + 2]))
        let root = parts[...(name + 2)].joined(separator: "/")
        return (installation, root, parts[(name + 3)...].joined(separator: "/"))
    }
}

extension Command {
    /// The format that all items have that name none.
    fileprivate var sharedFormat: MetaFormat? {
        switch self {
        case .add(let edit), .replace(let edit), .copy(let edit): edit.meta?.format
        case .exec(let exec): exec.meta?.format
        default: nil
        }
    }
}
