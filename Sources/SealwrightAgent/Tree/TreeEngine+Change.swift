// SPDX-License-Identifier: Apache-2.0

import OMADM

extension TreeEngine {
    func add(
        _ place: Place, _ data: ItemData?, _ format: MetaFormat?, _ draft: inout AgentDraft, _ atomic: inout AtomicRun?
    ) throws(CommandFailure) {
        guard !exists(place, draft) else { throw CommandFailure(.alreadyExists, "\(place.uri): is there already") }
        try provider(of: place).check(place, .add(data, format), self, draft)
        try write(place, data, format, &draft, &atomic)
        atomic?.added.insert(place)
    }

    /// An absent node is created, as Windows' configuration manager does, unless its provider objects.
    func replace(
        _ place: Place, _ data: ItemData?, _ format: MetaFormat?, _ draft: inout AgentDraft, _ atomic: inout AtomicRun?
    ) throws(CommandFailure) {
        if atomic?.added.contains(place) == true {
            throw CommandFailure(.commandFailed, "\(place.uri): Replace behind Add in one Atomic")
        }
        try provider(of: place).check(place, .replace(data, format), self, draft)
        try write(place, data, format, &draft, &atomic)
    }

    private func write(
        _ place: Place, _ data: ItemData?, _ format: MetaFormat?, _ draft: inout AgentDraft, _ atomic: inout AtomicRun?
    ) throws(CommandFailure) {
        let savepoint = draft
        let provider = provider(of: place)
        var value: String?
        if place.definition.isInterior {
            try checkInterior(place, data, format)
        } else {
            value = try NodeValue.canonical(data, declared: format, for: place.definition)
        }
        do throws(CommandFailure) {
            try provider.write(place, value, self, &draft)
            guard provider.hasFinish(place) else { return }
            if let command = atomic?.command {
                atomic?.finishes.append((place, command))
                return
            }
            try provider.finish(place, self, &draft)
        } catch {
            draft = savepoint
            recordFailure(error, of: place, &draft)
            throw error
        }
    }

    /// Keeps what outlives the roll-back of a failed command, so that the server can ask for it.
    func recordFailure(_ failure: CommandFailure, of place: Place, _ draft: inout AgentDraft) {
        guard let installation = place.installation, installation.kind == .pfx, let result = failure.result else {
            return
        }
        recordFailedImport(installation, result, &draft)
    }

    private func checkInterior(_ place: Place, _ data: ItemData?, _ format: MetaFormat?) throws(CommandFailure) {
        guard format == nil || format == .node, data == nil || data == .text("") else {
            throw CommandFailure(.unsupportedTypeOrFormat, "\(place.uri): an interior node has no value")
        }
    }

    /// Keeps a value in the tree; what is missing above it comes along, which is the implicit Add.
    func keep(_ value: String?, at place: Place, _ draft: inout AgentDraft) {
        for length in place.match.segments.indices.dropFirst() {
            guard let above = self.place(place.match.segments.prefix(length), near: place),
                !exists(above, draft)
            else { continue }
            draft.state.tree[above.scope, above.key] = .init(name: above.match.segments.last ?? "", value: nil)
        }
        draft.state.tree[place.scope, place.key] = .init(name: place.match.segments.last ?? "", value: value)
    }

    func delete(_ place: Place, _ draft: inout AgentDraft) throws(CommandFailure) {
        let provider = provider(of: place)
        guard exists(place, draft) else {
            provider.deleteAbsent(place, self, &draft)
            throw CommandFailure(.notFound, "\(place.uri): is not there")
        }
        try provider.check(place, .delete, self, draft)
        try provider.delete(place, self, &draft)
    }

    /// States that the node above one is there.
    ///
    /// - Throws: ``CommandFailure`` with status 404.
    func requireParent(of place: Place, _ draft: AgentDraft) throws(CommandFailure) -> Place {
        guard let parent = parent(of: place), exists(parent, draft) else {
            throw CommandFailure(.notFound, "\(place.uri): is not there")
        }
        return parent
    }

    func exec(
        _ place: Place, _ data: ItemData?, _ draft: inout AgentDraft, _ atomic: AtomicRun?
    ) throws(CommandFailure) {
        try provider(of: place).exec(place, data?.text, isLast: atomic?.isLast ?? true, self, &draft)
    }
}
