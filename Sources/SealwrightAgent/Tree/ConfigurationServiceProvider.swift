// SPDX-License-Identifier: Apache-2.0

import OMADM

/// A part of the tree that one topic owns: its nodes, and what reading and writing them means.
///
/// What is not written here is that of a plain node: values are kept in the ``ManagementTree``. Everything happens on
/// one ``AgentDraft``, so that an Atomic takes it back as a whole.
///
/// Source: Microsoft, "Configuration service provider reference"; OMA Device Management Tree and Description 1.2,
/// section 6.
protocol ConfigurationServiceProvider: Sendable {
    /// A place in the tree.
    typealias Place = TreeEngine.Place

    /// The nodes, parents first.
    var definitions: [NodeDefinition] { get }

    /// The names directly below a node that a server or the device chose.
    func names(below place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> [String]

    /// Whether a node is there.
    func isThere(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> Bool

    /// The value of a leaf; `nil` when it is absent.
    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String?

    /// States that a node may be written or removed now.
    ///
    /// - Throws: ``CommandFailure``.
    func check(_ place: Place, _ verb: TreeEngine.Verb, _ engine: TreeEngine, _ draft: AgentDraft)
        throws(CommandFailure)

    /// Takes a value in canonical form; `nil` for an interior node.
    ///
    /// - Throws: ``CommandFailure``.
    func write(
        _ place: Place, _ value: String?, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure)

    /// Whether something is to be done behind the last command of an Atomic that writes the node.
    func hasFinish(_ place: Place) -> Bool

    /// Does what waits for the end of an Atomic, or for the end of the command outside one.
    ///
    /// - Throws: ``CommandFailure``.
    func finish(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) throws(CommandFailure)

    /// Removes a node that is there, with everything below it.
    ///
    /// - Throws: ``CommandFailure``.
    func delete(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) throws(CommandFailure)

    /// Hears of a Delete of a node that is not there.
    func deleteAbsent(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft)

    /// Carries out an Exec.
    ///
    /// - Throws: ``CommandFailure``.
    func exec(
        _ place: Place, _ data: String?, isLast: Bool, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure)
}

/// What a plain node does.
extension ConfigurationServiceProvider {
    func names(below place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> [String] {
        draft.state.tree.names(place.scope, below: place.key)
    }

    func isThere(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> Bool {
        place.definition.isPermanent || draft.state.tree[place.scope, place.key] != nil
    }

    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String? {
        engine.keptValue(place, draft)
    }

    func check(
        _ place: Place, _ verb: TreeEngine.Verb, _ engine: TreeEngine, _ draft: AgentDraft
    ) throws(CommandFailure) {}

    func write(
        _ place: Place, _ value: String?, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        engine.keep(value, at: place, &draft)
    }

    func hasFinish(_ place: Place) -> Bool { false }

    func finish(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) throws(CommandFailure) {}

    func delete(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) throws(CommandFailure) {
        draft.state.tree.remove(place.scope, place.key)
    }

    func deleteAbsent(_ place: Place, _ engine: TreeEngine, _ draft: inout AgentDraft) {}

    func exec(
        _ place: Place, _ data: String?, isLast: Bool, _ engine: TreeEngine, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        throw CommandFailure(.commandNotAllowed, "\(place.uri): nothing to start")
    }
}
