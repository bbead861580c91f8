// SPDX-License-Identifier: Apache-2.0

import OMADM

/// A provider whose nodes are certificates in stores, and what else it has.
protocol CertificateNodes: ConfigurationServiceProvider {
    /// The stores that are shown.
    var containers: [CertificateContainer] { get }
}

extension CertificateNodes {
    /// The container a place is in.
    func container(of place: Place) -> CertificateContainer? {
        containers.first { place.match.segments.starts(with: $0.path) }
    }

    /// The node of a certificate that a place is or is below of: its container and its name.
    private func certificate(_ place: Place) -> (container: CertificateContainer, name: String)? {
        guard let container = container(of: place),
            let name = place.match.segments.dropFirst(container.path.count).first
        else { return nil }
        return (container, name)
    }

    func names(below place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> [String] {
        guard let container = container(of: place), place.match.segments == container.path else {
            return draft.state.tree.names(place.scope, below: place.key)
        }
        return container.names(place.scope, draft)
    }

    func isThere(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> Bool {
        guard let (container, name) = certificate(place) else {
            return place.definition.isPermanent || draft.state.tree[place.scope, place.key] != nil
        }
        return container.entry(name, place.scope, draft) != nil
    }

    /// The value of a leaf of a certificate.
    func certificateValue(_ place: Place, _ draft: AgentDraft) -> String? {
        guard let (container, name) = certificate(place), let entry = container.entry(name, place.scope, draft) else {
            return nil
        }
        return container.value(of: place.definition.name, entry)
    }

    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String? {
        certificateValue(place, draft)
    }

    /// Replace needs a certificate that is there.
    ///
    /// - Throws: ``CommandFailure`` with status 404.
    func checkReplace(_ place: Place, _ verb: TreeEngine.Verb, _ draft: AgentDraft) throws(CommandFailure) {
        guard case .replace = verb, let (container, name) = certificate(place) else { return }
        guard container.entry(name, place.scope, draft) != nil else {
            throw CommandFailure(.notFound, "\(place.uri): nothing is installed that could be replaced")
        }
    }

    func check(
        _ place: Place, _ verb: TreeEngine.Verb, _ engine: TreeEngine, _ draft: AgentDraft
    ) throws(CommandFailure) {
        try checkReplace(place, verb, draft)
    }

    func write(
        _ place: Place, _ value: String?, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        guard let (container, name) = certificate(place) else { return engine.keep(value, at: place, &draft) }
        try container.install(value ?? "", as: name, place.scope, &draft)
    }

    func delete(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) throws(CommandFailure) {
        guard let (container, name) = certificate(place) else {
            return draft.state.tree.remove(place.scope, place.key)
        }
        try container.remove(name, place.scope, &draft)
    }
}
