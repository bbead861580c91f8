// SPDX-License-Identifier: Apache-2.0

extension AgentState {
    /// The files of the keys that a container has, within the agent's folder: those of certificates, and those that wait
    /// for one.
    public func keyPaths(in container: ContainerReference) -> [String] {
        var paths: [String] = []
        for (location, store) in stores where location.scope == container.scope {
            for (thumbprint, entry) in store.entries where entry.hasKey && entry.container == container.name {
                paths.append(StoreReference(location, thumbprint).keyPath)
            }
        }
        for (installation, record) in scep where installation.scope == container.scope {
            guard let run = record.run, let path = run.keyPath, run.settings.containerName == container.name else {
                continue
            }
            paths.append(path)
        }
        return paths.sorted()
    }
}

extension AgentStore {
    /// Puts a container into the folder of this agent, for some scopes; for runs without a person.
    ///
    /// - Throws: ``ContainerError/folder(_:)``.
    func provision(_ container: KeyContainer, for scopes: [ManagementScope]) throws(ContainerError) {
        let containers = KeyContainers(files: files, in: KeyContainers.folder)
        for scope in scopes { try containers.keep(container, in: scope) }
    }

    /// Removes the certificates whose keys a container has, with those keys.
    ///
    /// An enrolment that waits for a certificate fails when it goes on: its container is not there any more.
    ///
    /// - Returns: how many there were.
    /// - Throws: ``AgentError``.
    @discardableResult
    public func removeCertificates(in container: ContainerReference) throws(AgentError) -> Int {
        try transaction { draft in
            var count = 0
            for (location, store) in draft.state.stores where location.scope == container.scope {
                for (thumbprint, entry) in store.entries where entry.container == container.name {
                    if draft.remove(StoreReference(location, thumbprint)) { count += 1 }
                }
            }
            return count
        }
    }
}

extension AgentDraft {
    /// The container of a name; `nil` when there is none that can be read.
    func container(_ name: String?, in scope: ManagementScope) -> KeyContainer? {
        guard let name, let reference = try? ContainerReference(scope, name) else { return nil }
        return try? KeyContainers(files: files, in: KeyContainers.folder).find(reference)
    }
}
