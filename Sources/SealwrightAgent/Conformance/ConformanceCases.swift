// SPDX-License-Identifier: Apache-2.0

import OMADM

/// The cases of the conformance suite for ClientCertificateInstall and its neighbours, generated from the definitions of its nodes.
///
/// ```swift
/// for test in ConformanceCases(material).all {
///     let answers = test.messages(sessionID: "1", device: id, server: url).map(send)
///     print(test.name, test.objections(to: answers))
/// }
/// ```
///
/// The device has to tell secrets in Get and to have a user logged in.
public struct ConformanceCases: Sendable {
    let material: ConformanceMaterial

    /// Takes what the cases send.
    public init(_ material: ConformanceMaterial) { self.material = material }

    /// All cases.
    public var all: [ConformanceCase] {
        let parts = [
            base, formats, values, atomicFailures, atomicOrders, contradictions, containers, lifeCycles, neighbours,
        ]
        return parts.flatMap { part in TreeScope.allCases.flatMap(part) }
    }

    /// One case, put together by a closure.
    func testCase(
        _ group: ConformanceCase.Group, _ name: String, _ scope: TreeScope, _ body: (inout CaseBuilder) -> Void
    ) -> ConformanceCase {
        var builder = CaseBuilder(group, name, in: scope)
        body(&builder)
        return builder.finished
    }

    /// The node of the PFX that the cases install.
    static let pfx = "PFXCertInstall/{UniqueID}"

    /// The nodes with their path below the root of the tree.
    static let nodes: [(definition: NodeDefinition, path: String)] = ClientCertificateInstall.definitions.map {
        ($0, $0.path.dropFirst(ClientCertificateInstall.root.count).joined(separator: "/"))
    }

    /// The leaves that can be set.
    static let leaves = nodes.filter { !$0.definition.isInterior && $0.definition.access.contains(.add) }
}
