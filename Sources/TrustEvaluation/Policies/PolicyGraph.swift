// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The policies that hold from the trust anchor down to one certificate of the path.
///
/// RFC 5280 describes a tree, which can grow exponentially with the depth of the path (CVE-2023-0464). Here it is the
/// graph of RFC 9618: one node a policy and depth, with all its parents. The outcome is the same.
///
/// Source: RFC 9618, section 5.
struct PolicyGraph {
    struct Node {
        var expected: Set<OID>
        /// Policies of the level above that lead here.
        var parents: Set<OID>
    }

    /// The levels from the trust anchor down, each a node for every valid policy.
    private var levels = Self.top
    private var nodeCount = 1
    /// Made once, since most paths name no policies and never look below it.
    private static let top: [[OID: Node]] = [[.anyPolicy: Node(expected: [.anyPolicy], parents: [])]]

    /// Whether no policy is left: the standard's NULL.
    private(set) var isNull = false

    /// Nodes held so far.
    var count: Int { nodeCount }

    mutating func makeNull() {
        isNull = true
        levels = []
    }

    /// Takes the policies of the next certificate.
    ///
    /// - Parameters:
    ///   - policies: those its extension names.
    ///   - takesAny: whether `anyPolicy` counts in it.
    mutating func descend(_ policies: [OID], takesAny: Bool) {
        guard let above = levels.last, !isNull else { return }
        var parents: [OID: Set<OID>] = [:]
        for (parent, node) in above {
            for policy in node.expected { parents[policy, default: []].insert(parent) }
        }
        var level: [OID: Node] = [:]
        for policy in policies where policy != .anyPolicy {
            if let parents = parents[policy] {
                level[policy] = Node(expected: [policy], parents: parents)
            } else if above[.anyPolicy] != nil {
                level[policy] = Node(expected: [policy], parents: [.anyPolicy])
            }
        }
        if takesAny, policies.contains(.anyPolicy) {
            for (policy, parents) in parents where level[policy] == nil {
                level[policy] = Node(expected: [policy], parents: parents)
            }
        }
        levels.append(level)
        nodeCount += level.count
        prune()
    }

    /// Applies the mappings of an authority to its level.
    ///
    /// - Parameters:
    ///   - mappings: for each of the issuer's policies those of the subject.
    ///   - isInhibited: whether mapping is no longer allowed, so that mapped policies end here.
    mutating func map(_ mappings: [OID: Set<OID>], isInhibited: Bool) {
        guard !isNull, var level = levels.popLast() else { return }
        for (policy, subjects) in mappings {
            if isInhibited {
                level[policy] = nil
            } else if level[policy] != nil {
                level[policy]?.expected = subjects
            } else if level[.anyPolicy] != nil {
                level[policy] = Node(expected: subjects, parents: [.anyPolicy])
                nodeCount += 1
            }
        }
        levels.append(level)
        prune()
    }

    /// Drops what has no way down to the lowest level; the graph is null when nothing is left.
    private mutating func prune() {
        guard var below = levels.last else { return }
        var index = levels.count - 1
        while index > 0 {
            let used = below.values.reduce(into: Set<OID>()) { $0.formUnion($1.parents) }
            index -= 1
            levels[index] = levels[index].filter { used.contains($0.key) }
            below = levels[index]
        }
        if levels.contains(where: \.isEmpty) { makeNull() }
    }

    /// The policies acceptable here that hold for the whole path, in the trust anchor's names.
    ///
    /// Source: RFC 5280, section 6.1.5 (g).
    func constrained(to acceptable: Set<OID>) -> Set<OID> {
        guard !isNull, let lowest = levels.last else { return [] }
        var valid: Set<OID> = []
        for level in levels.dropFirst() {
            for (policy, node) in level where policy != .anyPolicy && node.parents.contains(.anyPolicy) {
                valid.insert(policy)
            }
        }
        if acceptable.contains(.anyPolicy) { return lowest[.anyPolicy] == nil ? valid : valid.union([.anyPolicy]) }
        return lowest[.anyPolicy] == nil ? valid.intersection(acceptable) : acceptable
    }
}
