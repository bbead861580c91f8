// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
import FoundationEssentials
public import PKIFormats

/// The keys of containers that are open, as files for OpenSSL, curl and nginx.
///
/// The folder is to be in memory, such as `/run`: a restart then closes every container. A folder for each container holds
/// `<thumbprint>.key` in PKCS#8, mode 0600, and `session.json`, which says until when. Folders may be looked into by
/// everybody and changed by the owner of the whole only, so that no user can put a link in the way.
///
/// Source: RFC 5958, section 2, for the files.
public struct UnlockedKeys: Sendable {
    /// An open container.
    public struct Session: Hashable, Sendable, Codable {
        /// The container.
        public let container: ContainerReference
        /// When it is to be closed.
        public let expires: Timestamp

        /// Says until when a container is open.
        public init(container: ContainerReference, expires: Timestamp) {
            self.container = container
            self.expires = expires
        }
    }

    private let files: any FileAccess

    /// Looks at a folder.
    public init(files: any FileAccess) { self.files = files }

    /// Puts the keys of a container into its folder, in place of what was there.
    ///
    /// - Parameters:
    ///   - session: the container, and until when it is open.
    ///   - keys: the keys by the names of their files.
    ///   - handOver: gives a file, named by its path, to the user it is for, before it has its name.
    /// - Returns: the paths of the files within the folder.
    /// - Throws: ``AgentError``.
    @discardableResult
    public func open(
        _ session: Session, keys: [String: PrivateKeyMaterial],
        handOver: (String) throws(AgentError) -> Void = { _ in }
    ) throws(AgentError) -> [String] {
        let folder = session.container.path
        // First of all the word on when it ends, so that nothing stays open after a crash.
        guard let json = try? JSONEncoder().encode(session) else {
            throw .corrupt(path: folder, reason: "cannot be written")
        }
        try files.makeFolders(above: folder + "/" + Self.sessionFile)
        try files.replace(folder + "/" + Self.sessionFile, with: Array(json))
        for name in try files.names(in: folder) where name != Self.sessionFile && keys[name] == nil {
            try files.remove(folder + "/" + name)
        }
        var paths: [String] = []
        for (name, material) in keys.sorted(by: { $0.key < $1.key }) {
            let path = folder + "/" + name
            try files.replace(path, with: AgentKey.software(material).contents, prepare: handOver)
            paths.append(path)
        }
        return paths
    }

    /// Closes a container: removes its keys.
    ///
    /// - Returns: whether it was open.
    /// - Throws: ``AgentError``.
    @discardableResult
    public func close(_ container: ContainerReference) throws(AgentError) -> Bool {
        let folder = container.path
        let names = try files.names(in: folder)
        // Last of all the word on when it ends, so that a crash leaves nothing that is never closed.
        for name in names where name != Self.sessionFile { try files.remove(folder + "/" + name) }
        guard names.contains(Self.sessionFile) else { return !names.isEmpty }
        try files.remove(folder + "/" + Self.sessionFile)
        try files.flush(folder)
        return true
    }

    /// Until when a container is open; `nil` when it is not.
    public func session(of container: ContainerReference) -> Session? {
        session(in: container.path)
    }

    /// The files of keys of a container that is open.
    public func keyPaths(of container: ContainerReference) -> [String] {
        let names = (try? files.names(in: container.path)) ?? []
        return names.filter { $0.hasSuffix(".key") && !$0.hasPrefix(".") }.sorted().map { container.path + "/" + $0 }
    }

    /// Closes what has been open long enough, and removes keys whose certificates are gone.
    ///
    /// - Parameters:
    ///   - now: the moment.
    ///   - state: the state of the agent.
    /// - Throws: ``AgentError``.
    public func tidy(at now: Timestamp, _ state: AgentState) throws(AgentError) {
        for folder in try folders() {
            guard let session = session(in: folder), session.expires > now, session.container.path == folder else {
                // Without the word on when it ends it has ended.
                for name in try files.names(in: folder) { try files.remove(folder + "/" + name) }
                continue
            }
            let known = Set(state.keyPaths(in: session.container).map(Self.fileName(ofKeyAt:)))
            for name in try files.names(in: folder) where name.hasSuffix(".key") && !known.contains(name) {
                try files.remove(folder + "/" + name)
            }
        }
    }

    /// The key of an open container that belongs to a file of the agent; `nil` when there is none.
    func key(of container: ContainerReference, at path: String) -> PrivateKeyMaterial? {
        let name = Self.fileName(ofKeyAt: path)
        guard let contents = (try? files.contents(container.path + "/" + name)) ?? nil else { return nil }
        return AgentKey(reading: contents)?.material
    }

    /// The name of the open key of a file of the agent: keys that wait for a certificate say so.
    public static func fileName(ofKeyAt path: String) -> String {
        let names = path.split(separator: "/")
        let name = String(names.last ?? "")
        return names.dropLast().last.map(String.init) == AgentFolder.pendingFolder ? "pending-" + name : name
    }

    private static let sessionFile = "session.json"

    private func session(in folder: String) -> Session? {
        guard let contents = (try? files.contents(folder + "/" + Self.sessionFile)) ?? nil else { return nil }
        return try? JSONDecoder().decode(Session.self, from: Data(contents))
    }

    private func folders() throws(AgentError) -> [String] {
        var scopes = ["device"]
        for user in try files.names(in: "users") { scopes.append("users/" + user) }
        var folders: [String] = []
        for scope in scopes { folders += try files.names(in: scope).map { scope + "/" + $0 } }
        return folders
    }
}
