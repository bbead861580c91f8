// SPDX-License-Identifier: Apache-2.0

extension SyncML {
    /// The message with every secret in it replaced by `***`, for people to look at.
    ///
    /// Secrets are the data of nodes whose name says so (challenges, passwords, PFX blobs, secrets of accounts), also
    /// where a tree is described as a whole, of credentials and of tokens in alerts, network profiles with their keys,
    /// the nonces of challenges, and the queries of the server's addresses, which let a session go on.
    ///
    /// Source: ClientCertificateInstall CSP; DMAcc CSP; MS-MDE2, section 3.4.4.1.1.2.
    public func redacted() -> SyncML {
        var message = self
        message.hdr.cred = hdr.cred?.redacted
        message.hdr.meta = hdr.meta?.redacted
        message.hdr.respURI = hdr.respURI.map(Self.withoutQuery)
        message.hdr.target.locURI = Self.withoutQuery(hdr.target.locURI)
        message.body.commands = body.commands.map(\.redacted)
        return message
    }

    /// Names of nodes and types of alerts whose data is secret, in lower case.
    fileprivate static let secretNames: Set<String> = [
        "challenge", "pfxcertpassword", "pfxcertblob", "aauthsecret", "aauthdata", "aaddevicetoken", "aadusertoken",
        "password", "presharedkey", "secret", "clientsecret", "recoverypassword", "wlanxml", "profilexml",
    ]

    fileprivate static let redaction = "***"

    /// An address with its query replaced; a place in the tree, with its `?prop=` or `?list=`, is none.
    fileprivate static func withoutQuery(_ locURI: String) -> String {
        guard locURI.contains("://"), let mark = locURI.firstIndex(of: "?") else { return locURI }
        return locURI[...mark] + redaction
    }
}

extension Command {
    fileprivate var redacted: Command {
        switch self {
        case .add(let edit): return .add(edit.redacted)
        case .replace(let edit): return .replace(edit.redacted)
        case .copy(let edit): return .copy(edit.redacted)
        case .get(var get):
            get.cred = get.cred?.redacted
            get.items = get.items.map { $0.redacted(place: nil) }
            return .get(get)
        case .delete(var delete):
            delete.cred = delete.cred?.redacted
            return .delete(delete)
        case .exec(var exec):
            exec.cred = exec.cred?.redacted
            exec.items = exec.items.map { $0.redacted(place: nil) }
            return .exec(exec)
        case .alert(var alert):
            alert.cred = alert.cred?.redacted
            alert.items = alert.items.map { $0.redacted(place: nil) }
            return .alert(alert)
        case .status(var status):
            status.cred = status.cred?.redacted
            status.chal = status.chal.map { Chal(meta: $0.meta.redacted) }
            status.targetRefs = status.targetRefs.map(SyncML.withoutQuery)
            let place = status.targetRefs.first ?? status.sourceRefs.first
            status.items = status.items.map { $0.redacted(place: place) }
            return .status(status)
        case .results(var results):
            results.meta = results.meta?.redacted
            let place = results.sourceRef ?? results.targetRef
            results.items = results.items.map { $0.redacted(place: place) }
            return .results(results)
        case .atomic(let group): return .atomic(group.redacted)
        case .sequence(let group): return .sequence(group.redacted)
        case .unknown: return self
        }
    }
}

extension Command.Edit {
    fileprivate var redacted: Command.Edit {
        var edit = self
        edit.cred = cred?.redacted
        edit.meta = meta?.redacted
        edit.items = items.map { $0.redacted(place: nil) }
        return edit
    }
}

extension Command.Group {
    fileprivate var redacted: Command.Group {
        var group = self
        group.commands = commands.map(\.redacted)
        return group
    }
}

extension Item {
    /// The item without its data when the node it is about, or the type of its alert, is a secret one.
    fileprivate func redacted(place: String?) -> Item {
        var item = self
        item.meta = meta?.redacted
        if case .octets(let octets)? = data { item.data = .text("(\(octets.count) octets)") }
        let places = [target?.locURI, source?.locURI, place, meta?.type].compactMap { $0 }
        guard let data else { return item }
        if places.contains(where: Self.isSecret) {
            item.data = .text(SyncML.redaction)
        } else if let tree = data.treeWithoutSecrets(isAnnounced: places.contains(where: Self.isTree)) {
            item.data = tree
        }
        return item
    }

    /// Whether a place is asked for the tree below it, or a type is that of such a tree.
    private static func isTree(_ place: String) -> Bool {
        if let mark = place.utf8.firstIndex(of: UInt8(ascii: "?")),
            holds("tnds", in: LocURIText.decoded(place[mark...].dropFirst()))
        {
            return true
        }
        return holds("dmtnds", in: place)
    }

    /// Whether a word of up to eight small letters stands in a text, in either case.
    ///
    /// Each place of a message is looked through, for which searching for characters takes too long.
    private static func holds(_ word: String, in text: String) -> Bool {
        let wanted = word.utf8.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        let mask = UInt64.max >> UInt64(64 - 8 * word.utf8.count)
        var seen: UInt64 = 0
        for octet in text.utf8 {
            seen = (seen << 8 | UInt64(octet | 0x20)) & mask
            if seen == wanted { return true }
        }
        return false
    }

    fileprivate static func isSecret(_ place: String) -> Bool {
        var path = place.utf8.prefix { $0 != UInt8(ascii: "?") }
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        let start = path.lastIndex(of: UInt8(ascii: "/")).map(path.index(after:)) ?? path.startIndex
        return SyncML.secretNames.contains(LocURIText.decoded(Substring(path[start...])).lowercased())
    }
}

extension ItemData {
    /// The data with the secrets of a described tree replaced; `nil` for data that is no such tree.
    ///
    /// - Parameter isAnnounced: whether the message says that it is one.
    /// - Returns: the data; nothing of it where it should be a tree and cannot be read as one.
    fileprivate func treeWithoutSecrets(isAnnounced: Bool) -> ItemData? {
        switch self {
        case .markup(let elements): return .markup(elements.map(\.treeWithoutSecrets))
        case .octets: return nil
        case .text(let text):
            guard isAnnounced || Self.namesNodes(text) else { return nil }
            // A part of one, for instance.
            guard let tree = try? MarkupElement(parsing: Array(text.utf8)).treeWithoutSecrets,
                let octets = try? tree.serialize()
            else { return .text(SyncML.redaction) }
            return .text(String(decoding: octets, as: UTF8.self))
        }
    }

    /// Whether a text has a NodeName in it; nearly all texts of a message have no element, which is seen at once.
    private static func namesNodes(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "<")) else { return false }
        return Array(text.utf8).firstRange(of: Array("NodeName>".utf8)) != nil
    }
}

extension MarkupElement {
    /// The element with the Value of every secret Node in it replaced; readers bound how deep it is.
    ///
    /// ```
    /// Node: NodeName, Path?, RTProperties?, DFProperties?, (Node* | Value?)
    /// ```
    ///
    /// Source: OMA-DM Tree and Description Serialization 1.2, section 6.
    fileprivate var treeWithoutSecrets: MarkupElement {
        let names = name == "Node" ? children.filter { $0.name == "NodeName" }.map(\.trimmedText) : []
        let isSecret = names.contains { SyncML.secretNames.contains(LocURIText.decoded($0).lowercased()) }
        var element = self
        element.content = content.map { part in
            guard case .element(let child) = part else { return part }
            guard isSecret, child.name == "Value" else { return .element(child.treeWithoutSecrets) }
            return .element(MarkupElement("Value", namespace: child.namespace, text: SyncML.redaction))
        }
        return element
    }
}

extension Cred {
    fileprivate var redacted: Cred { Cred(meta: meta?.redacted, data: SyncML.redaction) }
}

extension Meta {
    fileprivate var redacted: Meta {
        guard nextNonce != nil else { return self }
        var meta = self
        meta.nextNonce = SyncML.redaction
        return meta
    }
}

extension ResultsItem {
    /// The value as ``SyncML/redacted()`` leaves it: replaced when the node is secret, also where a tree holds it.
    public var redactedData: ItemData? {
        let item = Item(source: locURI.map { Location($0) }, meta: Meta(format: format, type: type), data: data)
        if case .octets? = data { return Item.isSecret(locURI ?? "") ? .text(SyncML.redaction) : data }
        return item.redacted(place: nil).data
    }
}
