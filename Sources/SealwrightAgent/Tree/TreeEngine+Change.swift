// SPDX-License-Identifier: Apache-2.0

import OMADM

extension TreeEngine {
    func add(
        _ place: Place, _ data: ItemData?, _ format: MetaFormat?, _ draft: inout AgentDraft, _ atomic: inout AtomicRun?
    ) throws(CommandFailure) {
        guard !exists(place, draft) else { throw CommandFailure(.alreadyExists, "\(place.uri): is there already") }
        try write(place, data, format, &draft, &atomic)
        atomic?.added.insert(place)
    }

    /// An absent node is created, as Windows' configuration manager does; PFXCertBlob is the exception.
    func replace(
        _ place: Place, _ data: ItemData?, _ format: MetaFormat?, _ draft: inout AgentDraft, _ atomic: inout AtomicRun?
    ) throws(CommandFailure) {
        if atomic?.added.contains(place) == true {
            throw CommandFailure(.commandFailed, "\(place.uri): Replace behind Add in one Atomic")
        }
        if place.definition.format == .bin, !exists(place, draft) {
            throw CommandFailure(.notFound, "\(place.uri): nothing is installed that could be replaced")
        }
        try write(place, data, format, &draft, &atomic)
    }

    private func write(
        _ place: Place, _ data: ItemData?, _ format: MetaFormat?, _ draft: inout AgentDraft, _ atomic: inout AtomicRun?
    ) throws(CommandFailure) {
        let savepoint = draft
        var value: String?
        if place.definition.isInterior {
            try checkInterior(place, data, format)
        } else {
            value = try NodeValue.canonical(data, declared: format, for: place.definition)
        }
        createAncestors(of: place, &draft)
        draft.state.tree[place.scope, place.key] = .init(name: place.match.segments.last ?? "", value: value)
        guard place.definition.format == .bin, let installation = place.installation else { return }
        if let command = atomic?.command {
            atomic?.imports.append((installation, place, command))
            return
        }
        do throws(CommandFailure) {
            try importPFX(installation, near: place, &draft)
        } catch {
            draft = savepoint
            recordFailedImport(installation, error.result ?? .failed, &draft)
            throw error
        }
    }

    private func checkInterior(_ place: Place, _ data: ItemData?, _ format: MetaFormat?) throws(CommandFailure) {
        guard format == nil || format == .node, data == nil || data == .text("") else {
            throw CommandFailure(.unsupportedTypeOrFormat, "\(place.uri): an interior node has no value")
        }
    }

    /// Implicit Add: a leaf brings the UniqueID and Install nodes above it.
    private func createAncestors(of place: Place, _ draft: inout AgentDraft) {
        for length in place.match.segments.indices.dropFirst() {
            guard let above = self.place(place.match.segments.prefix(length), near: place),
                !exists(above, draft)
            else { continue }
            draft.state.tree[above.scope, above.key] = .init(name: above.match.segments.last ?? "", value: nil)
        }
    }

    func delete(_ place: Place, _ draft: inout AgentDraft) throws(CommandFailure) {
        let installation = place.definition.name == NodeDefinition.uniqueID ? place.installation : nil
        guard exists(place, draft) else {
            // What is left of a failed import goes with the Delete that a server sends before it tries again.
            if let installation { draft.state.pfx[installation] = nil }
            throw CommandFailure(.notFound, "\(place.uri): is not there")
        }
        draft.state.tree.remove(place.scope, place.key)
        guard let installation else { return }
        draft.release(.node(installation), in: place.scope)
        draft.state.pfx[installation] = nil
        draft.state.scep[installation] = nil
    }

    func exec(_ place: Place, _ draft: inout AgentDraft, _ atomic: inout AtomicRun?) throws(CommandFailure) {
        if let atomic, !atomic.isLast {
            throw CommandFailure(.commandFailed, "\(place.uri): Enroll is not the last command of its Atomic")
        }
        guard let installation = place.installation,
            let install = parent(of: place), exists(install, draft)
        else { throw CommandFailure(.notFound, "\(place.uri): is not there") }
        try acceptEnrollment(installation, install: install, &draft)
    }
}
