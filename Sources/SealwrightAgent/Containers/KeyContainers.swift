// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
import FoundationEssentials
public import PKIFormats

/// The containers of a machine, a file each.
///
/// They are apart from the agent's state so that a person can open one while the service runs: the service only reads them.
/// Each change is one file under a new name, so a crash leaves the container as before or as after. Commands lock the
/// folder, so two PINs are never tried at once.
public struct KeyContainers: Sendable {
    /// The folder of containers within the agent's.
    public static let folder = "containers"

    private let files: any FileAccess
    private let prefix: String

    /// Looks at containers in a folder.
    ///
    /// - Parameters:
    ///   - files: the files.
    ///   - folder: the folder of containers among them; empty when they are its files.
    public init(files: any FileAccess, in folder: String = "") {
        self.files = files
        prefix = folder.isEmpty ? "" : folder + "/"
    }

    /// The container of a name.
    ///
    /// - Throws: ``ContainerError/notFound(_:)``, ``ContainerError/folder(_:)``.
    public func find(_ reference: ContainerReference) throws(ContainerError) -> KeyContainer {
        guard let container = try read(path(reference)) else { throw .notFound(reference) }
        return container
    }

    /// All containers, in the order of their scopes and names.
    ///
    /// - Throws: ``ContainerError/folder(_:)``.
    public func list() throws(ContainerError) -> [(reference: ContainerReference, container: KeyContainer)] {
        var found: [(reference: ContainerReference, container: KeyContainer)] = []
        for scope in try scopes() {
            let folder = prefix + scope.folder
            for name in try names(in: folder).sorted() where name.hasSuffix(Self.ending) && !name.hasPrefix(".") {
                guard let container = try read(folder + "/" + name) else { continue }
                found.append((try ContainerReference(scope, container.name), container))
            }
        }
        return found
    }

    /// Makes a container.
    ///
    /// - Throws: ``ContainerError/exists(_:)``, ``ContainerError/crypto(_:)``, ``ContainerError/folder(_:)``.
    @discardableResult
    public func create(
        _ reference: ContainerReference, pin: ContainerPIN, pool: CryptoPool, at now: Timestamp
    ) throws(ContainerError) -> KeyContainer {
        guard !files.exists(path(reference)) else { throw .exists(reference) }
        let container = try KeyContainer(named: reference.name, pin: pin, pool: pool, at: now)
        try keep(container, in: reference.scope)
        return container
    }

    /// Writes a container, in place of one of its name.
    ///
    /// - Throws: ``ContainerError/nameRefused``, ``ContainerError/folder(_:)``.
    public func keep(_ container: KeyContainer, in scope: ManagementScope) throws(ContainerError) {
        let path = path(try ContainerReference(scope, container.name))
        guard let json = try? JSONEncoder().encode(container) else {
            throw .folder(.corrupt(path: path, reason: "cannot be written"))
        }
        try ContainerError.storing { () throws(AgentError) in
            try files.makeFolders(above: path)
            try files.replace(path, with: Array(json))
        }
    }

    /// Removes a container; what is sealed to it is lost.
    ///
    /// - Throws: ``ContainerError/notFound(_:)``, ``ContainerError/folder(_:)``.
    public func remove(_ reference: ContainerReference) throws(ContainerError) {
        let path = path(reference)
        guard files.exists(path) else { throw .notFound(reference) }
        try ContainerError.storing { () throws(AgentError) in
            try files.remove(path)
            try files.flush(FileTransaction.folder(of: path))
        }
    }
}

// MARK: - PIN

extension KeyContainers {
    /// Opens a container.
    ///
    /// The try is on disk before the PIN is looked at.
    ///
    /// - Parameters:
    ///   - reference: the container.
    ///   - pin: as typed.
    ///   - pool: where keys calculate.
    ///   - now: the moment.
    /// - Returns: the container's private key.
    /// - Throws: ``ContainerError/pinWrong(retryAt:)``, ``ContainerError/lockedOut(until:)``,
    ///   ``ContainerError/notFound(_:)``, ``ContainerError/folder(_:)``.
    public func open(
        _ reference: ContainerReference, pin: String, pool: CryptoPool, at now: Timestamp
    ) throws(ContainerError) -> ContainerKey {
        let (_, key) = try opened(reference, pin, pool, now)
        return ContainerKey(key)
    }

    /// Gives a container another PIN; its keys stay.
    ///
    /// - Throws: as ``open(_:pin:pool:at:)``.
    public func changePIN(
        of reference: ContainerReference, from pin: String, to newPIN: ContainerPIN, pool: CryptoPool, at now: Timestamp
    ) throws(ContainerError) {
        let (found, key) = try opened(reference, pin, pool, now)
        var container = found
        try container.setPIN(newPIN, key: key)
        try keep(container, in: reference.scope)
    }

    private func opened(
        _ reference: ContainerReference, _ pin: String, _ pool: CryptoPool, _ now: Timestamp
    ) throws(ContainerError) -> (KeyContainer, SoftwareKey) {
        var container = try find(reference)
        try container.tries.begin(at: now)
        try keep(container, in: reference.scope)
        let key = try container.privateKey(pin: Array(pin.utf8), pool: pool)
        container.tries.succeed()
        try keep(container, in: reference.scope)
        return (container, key)
    }
}

// MARK: - Files

extension KeyContainers {
    private static let ending = ".json"

    private func path(_ reference: ContainerReference) -> String { prefix + reference.path + Self.ending }

    private func names(in folder: String) throws(ContainerError) -> [String] {
        try ContainerError.storing { () throws(AgentError) in try files.names(in: folder) }
    }

    private func scopes() throws(ContainerError) -> [ManagementScope] {
        let users = try names(in: prefix + "users").compactMap { ManagementScope.userName(ofFolder: $0) }
        return [ManagementScope.device] + users.sorted().map { ManagementScope.user($0) }
    }

    private func read(_ path: String) throws(ContainerError) -> KeyContainer? {
        let contents = try ContainerError.storing { () throws(AgentError) in try files.contents(path) }
        guard let contents else { return nil }
        guard let container = try? JSONDecoder().decode(KeyContainer.self, from: Data(contents)) else {
            throw .folder(.corrupt(path: path, reason: "not a container of this version"))
        }
        return container
    }
}
