// SPDX-License-Identifier: Apache-2.0

import OMADM

/// Reading and writing of ClientCertificateInstall: the results of installations, imports and enrolments.
///
/// Source: Microsoft, ClientCertificateInstall CSP.
struct ClientCertificateInstallNodes: ConfigurationServiceProvider {
    let definitions = ClientCertificateInstall.definitions

    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String? {
        guard place.definition.access == .get else { return engine.keptValue(place, draft) }
        guard let installation = place.installation else { return nil }
        let isThere = engine.parent(of: place).map { engine.exists($0, draft) } ?? false
        switch installation.kind {
        case .pfx: return engine.pfxResult(place.definition.name, installation, isThere: isThere, draft)
        case .scep: return isThere ? engine.scepResult(place.definition.name, installation, draft) : nil
        }
    }

    /// An absent node is created by Replace, as Windows' configuration manager does; PFXCertBlob is the exception.
    func check(
        _ place: Place, _ verb: TreeEngine.Verb, _ engine: TreeEngine, _ draft: AgentDraft
    ) throws(CommandFailure) {
        if case .replace = verb, hasFinish(place), !engine.exists(place, draft) {
            throw CommandFailure(.notFound, "\(place.uri): nothing is installed that could be replaced")
        }
    }

    func hasFinish(_ place: Place) -> Bool { place.definition.format == .bin }

    func finish(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) throws(CommandFailure) {
        // A later Delete of the same Atomic took the nodes away again.
        guard let installation = place.installation, engine.exists(place, draft) else { return }
        try engine.importPFX(installation, near: place, &draft)
    }

    func delete(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) throws(CommandFailure) {
        draft.state.tree.remove(place.scope, place.key)
        guard place.definition.isNameChosen, let installation = place.installation else { return }
        draft.release(.node(installation), in: place.scope)
        draft.state.pfx[installation] = nil
        draft.state.scep[installation] = nil
    }

    /// What is left of a failed import goes with the Delete that a server sends before it tries again.
    func deleteAbsent(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) {
        guard place.definition.isNameChosen, let installation = place.installation else { return }
        draft.state.pfx[installation] = nil
    }

    func exec(
        _ place: Place, _ data: String?, isLast: Bool, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        guard isLast else {
            throw CommandFailure(.commandFailed, "\(place.uri): Enroll is not the last command of its Atomic")
        }
        let install = try engine.requireParent(of: place, draft)
        guard let installation = place.installation else { return }
        try engine.acceptEnrollment(installation, install: install, &draft)
    }
}

extension TreeEngine.Place {
    /// The installation the node belongs to; `nil` above the UniqueIDs and elsewhere.
    var installation: InstallationID? {
        let root = ClientCertificateInstall.root
        guard match.segments.starts(with: root), let uniqueID = match.uniqueID,
            let name = match.segments.dropFirst(root.count).first, let kind = InstallationID.Kind(rawValue: name)
        else { return nil }
        return InstallationID(scope: scope, kind: kind, uniqueID: uniqueID)
    }
}
