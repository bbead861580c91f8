// SPDX-License-Identifier: Apache-2.0

/// The nodes that a server set, of all scopes.
///
/// Permanent nodes and nodes that are computed when they are read are not in it.
public struct ManagementTree: Hashable, Sendable, Codable {
    /// What is kept about one node.
    struct Node: Hashable, Sendable, Codable {
        /// Its name as it was written when it was made.
        let name: String
        /// Its value in canonical form; `nil` for an interior node and for a secret that was erased.
        var value: String?
    }

    private var scopes: [ManagementScope: [String: Node]] = [:]

    /// The node under a key.
    subscript(scope: ManagementScope, key: String) -> Node? {
        get { scopes[scope]?[key] }
        set { scopes[scope, default: [:]][key] = newValue }
    }

    /// The names directly below a key, sorted.
    func names(_ scope: ManagementScope, below key: String) -> [String] {
        (scopes[scope] ?? [:]).filter { Self.parent(of: $0.key) == key }.map(\.value.name).sorted()
    }

    /// Removes a node and everything below it.
    mutating func remove(_ scope: ManagementScope, _ key: String) {
        let below = key + "/"
        scopes[scope] = scopes[scope]?.filter { $0.key != key && !$0.key.hasPrefix(below) }
    }

    /// The key of the node above.
    private static func parent(of key: String) -> String? {
        key.lastIndex(of: "/").map { String(key[..<$0]) }
    }
}
