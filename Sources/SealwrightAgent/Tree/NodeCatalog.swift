// SPDX-License-Identifier: Apache-2.0

import OMADM

/// All nodes the agent knows, found by the names of a LocURI.
struct NodeCatalog: Sendable {
    /// A node that a LocURI names.
    struct Match: Hashable, Sendable {
        /// What is fixed about it.
        let definition: NodeDefinition
        /// The names from the root of the scope, as the definitions write them; chosen names as the server wrote them.
        let segments: [String]
        /// The names on the way that were chosen, not defined: UniqueIDs, hashes, identifiers of servers.
        let chosenNames: [String]
        /// Whether Windows expects it to be written inside an Atomic.
        let isAtomicRequired: Bool
        /// The place of its provider in the catalog.
        fileprivate let provider: Int

        /// The last chosen name; `nil` above it.
        var uniqueID: String? { chosenNames.last }
        /// What its value is kept under.
        var key: String { NodeCatalog.key(segments) }
    }

    private struct Entry {
        let definition: NodeDefinition
        let provider: Int
    }

    /// The nodes of one kind of scope.
    private struct Branch {
        var entries: [String: Entry] = [:]
        /// The definitions directly below one, in order.
        var children: [String: [NodeDefinition]] = [:]
        /// The definition below one whose name is chosen.
        var chosen: [String: String] = [:]
    }

    private let providers: [any ConfigurationServiceProvider]
    private var device = Branch()
    private var user = Branch()

    /// Joins configuration service providers.
    ///
    /// Nodes that are missing above a definition are added, to be read only.
    init(_ providers: [any ConfigurationServiceProvider]) {
        self.providers = providers
        for (number, provider) in providers.enumerated() {
            for definition in provider.definitions {
                for scope in TreeScope.allCases where definition.scopes.contains(scope) {
                    for length in 0..<definition.path.count {
                        let above = NodeDefinition(
                            definition.path.prefix(length).joined(separator: "/"), .node, .get, isPermanent: true,
                            scopes: NodeDefinition.Scopes(scope))
                        insert(above, Self.inBetween, scope)
                    }
                    insert(definition, number, scope)
                }
            }
        }
    }

    /// The number of the provider of nodes that no provider defines.
    private static let inBetween = -1

    private static func branch(_ scope: TreeScope) -> WritableKeyPath<NodeCatalog, Branch> {
        scope == .device ? \.device : \.user
    }

    /// Adds a node; one that is there already stays.
    private mutating func insert(_ definition: NodeDefinition, _ provider: Int, _ scope: TreeScope) {
        let branch = Self.branch(scope)
        let key = Self.key(definition.path)
        guard self[keyPath: branch].entries[key] == nil else { return }
        self[keyPath: branch].entries[key] = Entry(definition: definition, provider: provider)
        guard !definition.path.isEmpty else { return }
        let above = Self.key(definition.path.dropLast())
        self[keyPath: branch].children[above, default: []].append(definition)
        if definition.isNameChosen { self[keyPath: branch].chosen[above] = key }
    }

    /// The providers of the agent, in the order their nodes are listed.
    static let agentProviders: [any ConfigurationServiceProvider] = [
        ClientCertificateInstallNodes(), CertificateStoreNodes(), LegacySCEPNodes(), RootCATrustedCertificatesNodes(),
        DMClientNodes(), DMAccNodes(), DevInfoNodes(), DevDetailNodes(),
    ]

    private static let standard = NodeCatalog(agentProviders)

    /// The nodes of the agent.
    ///
    /// - Parameter facts: paths below the root of the device that are read only; those that no provider defines are
    ///   added.
    /// - Returns: the catalog.
    static func agent(facts: some Collection<String>) -> NodeCatalog {
        let others = facts.sorted().filter {
            standard.device.entries[key($0.split(separator: "/").map(String.init))] == nil
        }
        guard !others.isEmpty else { return standard }
        return NodeCatalog(agentProviders + [OtherFacts(paths: others)])
    }

    /// The node that names lead to; `nil` when there is none.
    func find(_ segments: [String], in scope: TreeScope) -> Match? {
        let branch = self[keyPath: Self.branch(scope)]
        guard var entry = branch.entries[""] else { return nil }
        var template = ""
        var names: [String] = []
        var chosen: [String] = []
        var isAtomicRequired = false
        for segment in segments {
            let fixed = (template.isEmpty ? "" : template + "/") + Self.key([segment])
            if let next = branch.entries[fixed], !next.definition.isNameChosen {
                entry = next
                names.append(next.definition.name)
                template = fixed
            } else if let key = branch.chosen[template], let next = branch.entries[key] {
                entry = next
                names.append(segment)
                chosen.append(segment)
                template = key
            } else {
                return nil
            }
            isAtomicRequired = isAtomicRequired || entry.definition.isAtomicRequired
        }
        return Match(
            definition: entry.definition, segments: names, chosenNames: chosen, isAtomicRequired: isAtomicRequired,
            provider: entry.provider)
    }

    /// What reading and writing a node means.
    func provider(of match: Match) -> any ConfigurationServiceProvider {
        providers.indices.contains(match.provider) ? providers[match.provider] : NodesInBetween()
    }

    /// The definitions directly below one.
    func children(of definition: NodeDefinition, in scope: TreeScope) -> [NodeDefinition] {
        self[keyPath: Self.branch(scope)].children[Self.key(definition.path)] ?? []
    }

    /// The topmost nodes that providers define, in the order of the tree.
    func roots(in scope: TreeScope) -> [NodeDefinition] {
        let branch = self[keyPath: Self.branch(scope)]
        var roots: [NodeDefinition] = []
        var waiting = branch.children[""] ?? []
        while let next = waiting.popLast() {
            let key = Self.key(next.path)
            if branch.entries[key].map({ providers.indices.contains($0.provider) }) ?? false {
                roots.append(next)
            } else {
                waiting += branch.children[key] ?? []
            }
        }
        return roots.sorted { Self.key($0.path) < Self.key($1.path) }
    }

    /// Names as one text in which case does not count.
    static func key(_ segments: some Sequence<String>) -> String {
        segments.map { LocURIText.fold(LocURIText.segment($0)) }.joined(separator: "/")
    }
}

/// The nodes above those of the providers, which are always there.
struct NodesInBetween: ConfigurationServiceProvider {
    let definitions: [NodeDefinition] = []
}
