// SPDX-License-Identifier: Apache-2.0

import OMADM

/// All nodes the agent knows, found by the names of a LocURI.
struct NodeCatalog: Sendable {
    /// A node that a LocURI names.
    struct Match: Hashable, Sendable {
        /// What is fixed about it.
        let definition: NodeDefinition
        /// The names from the root of the scope, as the definitions write them; a UniqueID as the server wrote it.
        let segments: [String]
        /// The UniqueID on the way; `nil` above it.
        let uniqueID: String?
        /// What its value is kept under.
        var key: String { NodeCatalog.key(segments) }
    }

    /// All nodes, those in between that no definition describes too.
    let definitions: [NodeDefinition]
    private let byPath: [String: NodeDefinition]

    /// Joins the definitions of several configuration service providers.
    ///
    /// Nodes that are missing above a definition are added, to be read only.
    init(_ definitions: [NodeDefinition]) {
        var all: [NodeDefinition] = []
        var byPath: [String: NodeDefinition] = [:]
        for definition in definitions {
            for length in 0..<definition.path.count where byPath[Self.key(definition.path.prefix(length))] == nil {
                let above = NodeDefinition(
                    definition.path.prefix(length).joined(separator: "/"), .node, .get, isPermanent: true)
                byPath[Self.key(above.path)] = above
                all.append(above)
            }
            byPath[Self.key(definition.path)] = definition
            all.append(definition)
        }
        self.definitions = all
        self.byPath = byPath
    }

    /// The nodes of the agent: ClientCertificateInstall and what describes the device.
    ///
    /// - Parameter facts: paths below the root of the device, such as `DevInfo/DevId`, that are read only.
    /// - Returns: the catalog.
    static func agent(facts: some Collection<String>) -> NodeCatalog {
        let described = facts.sorted().map { NodeDefinition($0, .chr, .get, isPermanent: true) }
        return NodeCatalog(ClientCertificateInstall.definitions + described)
    }

    /// The node that names lead to; `nil` when there is none.
    func find(_ segments: [String]) -> Match? {
        var template = ""
        var names: [String] = []
        var uniqueID: String?
        guard var definition = byPath[""] else { return nil }
        for segment in segments {
            let prefix = template.isEmpty ? "" : template + "/"
            if let next = byPath[prefix + Self.key([segment])] {
                definition = next
                names.append(next.name)
                template = prefix + Self.key([segment])
            } else if let next = byPath[prefix + Self.key([NodeDefinition.uniqueID])] {
                definition = next
                names.append(segment)
                uniqueID = segment
                template = prefix + Self.key([NodeDefinition.uniqueID])
            } else {
                return nil
            }
        }
        return Match(definition: definition, segments: names, uniqueID: uniqueID)
    }

    /// The definitions directly below one.
    func children(of definition: NodeDefinition) -> [NodeDefinition] {
        definitions.filter { $0.path.count == definition.path.count + 1 && $0.path.starts(with: definition.path) }
    }

    /// Names as one text in which case does not count.
    static func key(_ segments: some Sequence<String>) -> String {
        segments.map { LocURI.fold(LocURI.encode($0)) }.joined(separator: "/")
    }
}
