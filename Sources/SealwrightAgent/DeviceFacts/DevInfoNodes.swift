// SPDX-License-Identifier: Apache-2.0

import OMADM

/// What every management server is told first: who the device is.
///
/// Values are the facts of the policy under the same path; one that is not known is absent.
///
/// Source: OMA Device Management Standardized Objects 1.2, section 5.2; Microsoft, DevInfo CSP.
struct DevInfoNodes: ConfigurationServiceProvider {
    let definitions: [NodeDefinition] =
        [NodeDefinition("DevInfo", .node, .get, isPermanent: true, scopes: .device)]
        + ["DevId", "Man", "Mod", "DmV", "Lang"].map {
            NodeDefinition("DevInfo/\($0)", .chr, .get, isPermanent: true, scopes: .device)
        } + [
            NodeDefinition("DevInfo/Ext", .node, .get, isPermanent: true, scopes: .device),
            NodeDefinition("DevInfo/Ext/ICCID", .chr, .get, .zeroOrOne, isPermanent: true, scopes: .device),
        ]

    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String? {
        engine.context.policy.fact(place)
    }
}

/// Facts of the policy at paths that no provider defines.
struct OtherFacts: ConfigurationServiceProvider {
    let definitions: [NodeDefinition]

    init(paths: [String]) {
        definitions = paths.map { NodeDefinition($0, .chr, .get, isPermanent: true, scopes: .device) }
    }

    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String? {
        engine.context.policy.fact(place)
    }
}

extension AgentPolicy {
    /// The fact at the path of a node.
    func fact(_ place: TreeEngine.Place) -> String? { facts[place.match.segments.joined(separator: "/")] }
}
