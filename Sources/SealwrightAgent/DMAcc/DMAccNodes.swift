// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats

/// The account with the management server as the standard's management object tells it: to be read only.
///
/// The secrets of the account are not in the state that the tree is read from; their nodes take no command.
///
/// Source: OMA Device Management Standardized Objects 1.2, section 5.1; Microsoft, DMAcc CSP.
struct DMAccNodes: ConfigurationServiceProvider {
    static let root = ["SyncML", "DMAcc"]
    private static let account = "{AccountUID}"
    private static let object = "{ObjectName}"
    /// The only name of an address and of its port.
    private static let first = "1"

    let definitions: [NodeDefinition] = {
        func node(_ path: String, _ format: MetaFormat = .chr, _ access: NodeDefinition.Access = .get) -> NodeDefinition
        {
            NodeDefinition(
                (root + [account, path]).joined(separator: "/"), format, access,
                path.hasSuffix(object) || path.isEmpty ? .zeroOrMore : .zeroOrOne, sinceBuild: "10.0.10240",
                scopes: .device)
        }
        let leaves = ["AppID", "ServerID", "Name", "AAuthPref"].map { node($0) }
        let address: [NodeDefinition] = [
            node("AppAddr", .node), node("AppAddr/\(object)", .node), node("AppAddr/\(object)/Addr"),
            node("AppAddr/\(object)/AddrType"), node("AppAddr/\(object)/Port", .node),
            node("AppAddr/\(object)/Port/\(object)", .node), node("AppAddr/\(object)/Port/\(object)/PortNbr"),
        ]
        let authentication: [NodeDefinition] =
            [node("AppAuth", .node), node("AppAuth/\(object)", .node)]
            + ["AAuthLevel", "AAuthType", "AAuthName"].map { node("AppAuth/\(object)/\($0)") }
            + [node("AppAuth/\(object)/AAuthSecret", .chr, []), node("AppAuth/\(object)/AAuthData", .bin, [])]
        let more: [(String, MetaFormat)] = [
            ("Role", .int), ("ProtoVer", .chr), ("DefaultEncoding", .chr), ("ConnRetryFreq", .int),
            ("InitialBackOffTime", .int), ("MaxBackOffTime", .int), ("BackCompatRetryDisabled", .bool),
            ("SSLCLIENTCERTSEARCHCRITERIA", .chr),
        ]
        return [
            NodeDefinition(root.joined(separator: "/"), .node, .get, isPermanent: true, scopes: .device),
            node("", .node),
        ]
            + leaves + address + authentication
            + [node("Ext", .node), node("Ext/Microsoft", .node)] + more.map { node("Ext/Microsoft/\($0.0)", $0.1) }
    }()

    /// The name of an account's node: the SHA-256 of the server's name in hexadecimal.
    fileprivate static func accountUID(_ account: EnrolledAccount) -> String {
        Hex.encode(DigestAlgorithm.sha256.hash(Array(account.providerID.utf8)))
    }

    func names(below place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> [String] {
        guard let account = draft.state.account else { return [] }
        switch place.definition.name {
        case "DMAcc": return [Self.accountUID(account)]
        case "AppAddr", "Port": return isThere(place, engine, draft) ? [Self.first] : []
        case "AppAuth": return account.authentication.indices.map { String($0 + 1) }
        default: return []
        }
    }

    /// A node is there when every chosen name on the way is one of the account's.
    func isThere(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> Bool {
        if place.definition.isPermanent { return true }
        guard let account = draft.state.account, let uid = place.match.chosenNames.first,
            LocURIText.fold(uid) == Self.accountUID(account)
        else { return false }
        let others = place.match.chosenNames.dropFirst()
        guard place.match.segments.contains("AppAuth") else { return others.allSatisfy { $0 == Self.first } }
        return others.isEmpty || authentication(place, account) != nil
    }

    private func authentication(_ place: Place, _ account: EnrolledAccount) -> EnrolledAccount.Authentication? {
        guard let name = place.match.chosenNames.dropFirst().first else { return nil }
        return account.authentication.enumerated().first { String($0.offset + 1) == name }?.element
    }

    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String? {
        guard isThere(place, engine, draft), let account = draft.state.account else { return nil }
        let authentication = authentication(place, account)
        switch place.definition.name {
        case "AppID": return "w7"
        case "ServerID": return account.providerID
        case "Name": return account.name
        case "AAuthPref": return account.authentication.first?.type
        case "Addr": return draft.state.managementServiceAddress
        case "AddrType": return "URI"
        case "PortNbr": return draft.state.managementServiceAddress.map { Self.port(of: $0) }
        case "AAuthLevel": return authentication?.level
        case "AAuthType": return authentication?.type
        case "AAuthName": return authentication?.name
        default: return extensionValue(place.definition.name, account)
        }
    }

    /// The port of an address with `https`; the usual one where it names none.
    private static func port(of address: String) -> String {
        let authority = address.dropFirst("https://".count).prefix { !"/?#".contains($0) }
        // Colons in brackets are those of an IPv6 address.
        let rest = authority.lastIndex(of: "]").map { authority[authority.index(after: $0)...] } ?? authority
        guard let colon = rest.lastIndex(of: ":"), let number = UInt16(rest[rest.index(after: colon)...]) else {
            return standardPort
        }
        return String(number)
    }

    private static let standardPort = "443"

    private func extensionValue(_ name: String, _ account: EnrolledAccount) -> String? {
        switch name {
        case "Role": return account.role.map { String($0) }
        case "ProtoVer": return "1.2"
        case "DefaultEncoding": return account.defaultEncoding
        case "ConnRetryFreq": return String(account.connectionRetryFrequency ?? 3)
        case "InitialBackOffTime": return String(account.initialBackoffTime ?? 16_000)
        case "MaxBackOffTime": return String(account.maximumBackoffTime ?? 86_400_000)
        case "BackCompatRetryDisabled": return account.isBackwardCompatibleRetryDisabled ? "true" : "false"
        case "SSLCLIENTCERTSEARCHCRITERIA": return account.searchCriteria
        default: return nil
        }
    }
}
