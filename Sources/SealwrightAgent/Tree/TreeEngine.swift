// SPDX-License-Identifier: Apache-2.0

import OMADM

/// Carries out one command on one node.
///
/// Every command either changes the draft as it should or throws and leaves it as it was, except for the record of a
/// failed import, which is kept until a Delete.
///
/// Source: OMA Device Management Protocol 1.2, section 8; Microsoft, "OMA DM protocol support"; MS-MDM, section 3.2.5.
struct TreeEngine {
    /// What one command is to do.
    enum Verb {
        case add(ItemData?, MetaFormat?)
        case replace(ItemData?, MetaFormat?)
        case delete
        case exec(ItemData?)

        var access: NodeDefinition.Access {
            switch self {
            case .add: .add
            case .replace: .replace
            case .delete: .delete
            case .exec: .exec
            }
        }
    }

    /// A node with the scope it is in.
    struct Place: Hashable {
        let scope: ManagementScope
        let match: NodeCatalog.Match

        var definition: NodeDefinition { match.definition }
        var key: String { match.key }
        var uri: LocURI { LocURI(in: scope.tree, segments: match.segments) }
    }

    let context: ManagementContext

    /// Finds the node a LocURI names and checks that the command may be used on it.
    ///
    /// - Throws: ``CommandFailure`` with status 400, 404, 405, 414 or 425.
    func place(_ uri: LocURI, for access: NodeDefinition.Access) throws(CommandFailure) -> Place {
        guard let match = context.catalog.find(uri.segments, in: uri.scope) else {
            throw CommandFailure(.notFound, "\(uri): no such node")
        }
        guard match.definition.access.contains(access) else {
            throw CommandFailure(.commandNotAllowed, "\(uri): does not take \(access.names.joined())")
        }
        if let owner = context.policy.managingServer, access != .get, owner != context.server {
            throw CommandFailure(.permissionDenied, "\(uri): another server manages this device")
        }
        guard uri.scope == .user else { return Place(scope: .device, match: match) }
        guard let user = context.user else {
            throw CommandFailure(.commandNotAllowed, "\(uri): nobody is logged in")
        }
        let scope = ManagementScope.user(user)
        guard scope.canHaveFolder else {
            throw CommandFailure(.commandNotAllowed, "\(uri): the name of the user is too long for a folder")
        }
        return Place(scope: scope, match: match)
    }

    /// Carries out a command that changes something or starts something.
    ///
    /// - Throws: ``CommandFailure``.
    func change(
        _ uri: LocURI, _ verb: Verb, _ draft: inout AgentDraft, _ atomic: inout AtomicRun?
    ) throws(CommandFailure) {
        guard uri.query == nil else {
            throw CommandFailure(.optionalFeatureNotSupported, "\(uri): properties cannot be changed")
        }
        let place = try place(uri, for: verb.access)
        if atomic == nil, place.match.isAtomicRequired {
            draft.note(AgentEvent(.notAtomic, "\(uri)"))
        }
        switch verb {
        case .add(let data, let format): try add(place, data, format, &draft, &atomic)
        case .replace(let data, let format): try replace(place, data, format, &draft, &atomic)
        case .delete: try delete(place, &draft)
        case .exec(let data): try exec(place, data, &draft, atomic)
        }
    }

    /// What reading and writing a node means.
    func provider(of place: Place) -> any ConfigurationServiceProvider { context.catalog.provider(of: place.match) }

    /// Whether a node is there.
    func exists(_ place: Place, _ draft: AgentDraft) -> Bool { provider(of: place).isThere(place, self, draft) }

    /// A node near another one, by the names from the root of the scope.
    func place(_ segments: some Sequence<String>, near place: Place) -> Place? {
        context.catalog.find(Array(segments), in: place.scope.tree).map {
            Place(scope: place.scope, match: $0)
        }
    }

    /// The node above another one.
    func parent(of place: Place) -> Place? { self.place(place.match.segments.dropLast(), near: place) }

    /// The node of a name below another one.
    func child(_ name: String, of place: Place) -> Place? { self.place(place.match.segments + [name], near: place) }
}

/// What an Atomic collects while its commands are carried out.
struct AtomicRun {
    /// Nodes that an Add made, since a Replace of them is not supported.
    var added: Set<TreeEngine.Place> = []
    /// Nodes with something to do behind the last command, with the number of their command.
    var finishes: [(place: TreeEngine.Place, command: Int)] = []
    /// The number of the command at work.
    var command = 0
    /// Whether it is the last one.
    var isLast = false
}
