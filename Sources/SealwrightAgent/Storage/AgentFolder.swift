// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What the state of the agent looks like as files.
enum AgentFolder {
    /// The changes that lead from the files of one state to those of another.
    ///
    /// What comes is in place before what leads to it, and that before what goes: keys, certificates, links, then the
    /// way back, keys last. A program that reads at any moment finds the key of each certificate that it finds.
    ///
    /// - Parameters:
    ///   - old: the state the files are of.
    ///   - new: the state they are to be of.
    ///   - keys: private keys by path; `nil` leaves keys as they are.
    ///   - files: the files.
    /// - Returns: the change without the state file itself, and with the way back.
    /// - Throws: ``AgentError/notFound(_:)`` when a new key is not among `keys`; ``AgentError/file(path:reason:)`` when
    ///   one that is to go cannot be read.
    static func changes(
        from old: AgentState, to new: AgentState, keys: [String: [UInt8]]?, in files: any FileAccess
    ) throws(AgentError) -> FileTransaction {
        var transaction = FileTransaction(undo: [])
        let (before, after) = (keyPaths(of: old), keyPaths(of: new))
        for path in after.union(before).sorted() where keys != nil {
            if !after.contains(path) {
                transaction.undo?.append(try key(path, in: files))
                transaction.changes.append(.removed(path))
            } else if let contents = keys?[path] {
                transaction.undo?.append(try key(path, in: files))
                transaction.changes.append(.file(path, EncodedBytes(contents), isPrivate: true))
            } else if !before.contains(path) {
                throw .notFound("the private key \(path)")
            }
        }
        let locations = changedLocations(old, new)
        for location in locations {
            transaction.addChanges(from: storeFiles(old, location), to: storeFiles(new, location))
        }
        for scope in Set(locations.map(\.scope)).sorted(by: { $0.folder < $1.folder }) {
            transaction.addChanges(from: trustLinks(old, scope), to: trustLinks(new, scope))
        }
        func changes(_ isMeant: (FileTransaction.Change) -> Bool) -> [FileTransaction.Change] {
            transaction.changes.filter(isMeant)
        }
        transaction.changes =
            folders(for: transaction, in: files) + changes { !$0.isRemoval && !$0.isLink } + changes(\.isLink)
            + changes { $0.isRemoval && !before.contains($0.path) }
            + changes { $0.isRemoval && before.contains($0.path) }
        return transaction
    }

    /// What leads back to the private key that is in a file now, or to none.
    private static func key(_ path: String, in files: any FileAccess) throws(AgentError) -> FileTransaction.Change {
        guard let contents = try files.contents(path) else { return .removed(path) }
        return .file(path, EncodedBytes(contents), isPrivate: true)
    }

    /// Paths of private keys in the folder that the state does not know.
    static func leftovers(of state: AgentState, in files: any FileAccess) throws(AgentError) -> [String] {
        let known = keyPaths(of: state)
        var leftovers: [String] = []
        var scopes = ["device"]
        for user in try files.names(in: "users") { scopes.append("users/" + user) }
        for scope in scopes {
            for folder in [scope + "/" + pendingFolder] + StoreName.allCases.map({ scope + "/" + $0.rawValue }) {
                let paths = try files.names(in: folder).map { folder + "/" + $0 }
                leftovers += paths.filter { $0.hasSuffix(".key") || $0.hasSuffix(".key.tmp") }
                    .filter { !known.contains($0) }
            }
        }
        return leftovers
    }

    /// The paths of all private keys.
    static func keyPaths(of state: AgentState) -> Set<String> {
        var paths = state.pendingKeyPaths
        for (location, store) in state.stores {
            for (thumbprint, entry) in store.entries where entry.hasKey {
                paths.insert(StoreReference(location, thumbprint).keyPath)
            }
        }
        return paths
    }

    /// Where keys wait for their certificate, within the folder of the scope.
    static let pendingFolder = "pending"

    private static func changedLocations(_ old: AgentState, _ new: AgentState) -> [StoreLocation] {
        let all = Set(old.stores.keys).union(new.stores.keys)
        func hasChanged(_ location: StoreLocation) -> Bool { old.store(location) != new.store(location) }
        // Chains in `my` are completed from `ca` of the scope and of the device; what is not trusted is not offered.
        return all.filter { location in
            let sources: [StoreName] = location.name == .my ? [.ca] : [.untrusted]
            return hasChanged(location)
                || sources.contains {
                    hasChanged(StoreLocation(location.scope, $0)) || hasChanged(StoreLocation(.device, $0))
                }
        }.sorted { $0.folder < $1.folder }
    }

    private static func storeFiles(_ state: AgentState, _ location: StoreLocation) -> [String: StoreFiles.File] {
        guard let store = state.stores[location], !store.entries.isEmpty || location.name != .my else { return [:] }
        var authorities: [CertificateView] = []
        if location.name == .my {
            authorities = state.store(StoreLocation(location.scope, .ca)).certificates
            if location.scope != .device { authorities += state.store(StoreLocation(.device, .ca)).certificates }
        }
        return StoreFiles.files(
            of: store, at: location, authorities: authorities, untrusted: state.untrusted(for: location.scope)
        ).filter { $0.value != .key }
    }

    private static func trustLinks(_ state: AgentState, _ scope: ManagementScope) -> [String: StoreFiles.File] {
        StoreFiles.trustLinks(scope, untrusted: state.untrusted(for: scope)) { state.store(StoreLocation(scope, $0)) }
    }

    /// The folders that files of a change need and that are not there, parents first.
    private static func folders(
        for transaction: FileTransaction, in files: any FileAccess
    ) -> [FileTransaction.Change] {
        var needed: Set<String> = []
        for change in transaction.changes {
            if case .removed = change { continue }
            var folder = FileTransaction.folder(of: change.path)
            while !folder.isEmpty, !files.exists(folder) {
                needed.insert(folder)
                folder = FileTransaction.folder(of: folder)
            }
        }
        return needed.sorted().map { .folder($0, isPrivate: $0.hasSuffix("/" + pendingFolder)) }
    }
}

extension FileTransaction {
    /// Adds what leads from some files to others, and back.
    fileprivate mutating func addChanges(from old: [String: StoreFiles.File], to new: [String: StoreFiles.File]) {
        for path in Set(old.keys).union(new.keys).sorted() where old[path] != new[path] {
            if let change = Change(path, new[path]) { changes.append(change) }
            if let change = Change(path, old[path]) { undo?.append(change) }
        }
    }
}

extension FileTransaction.Change {
    fileprivate var isLink: Bool {
        if case .link = self { true } else { false }
    }

    fileprivate var isRemoval: Bool {
        if case .removed = self { true } else { false }
    }

    /// What leads to a file or link, or to none; `nil` for a key, whose contents are not told.
    fileprivate init?(_ path: String, _ file: StoreFiles.File?) {
        switch file {
        case .contents(let octets): self = .file(path, EncodedBytes(octets), isPrivate: false)
        case .link(let target): self = .link(path, target: target)
        case .key: return nil
        case nil: self = .removed(path)
        }
    }
}
