// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// The private key of a container that was opened: takes out what is sealed to it.
public struct ContainerKey: Sendable {
    /// The keys of a container.
    public struct Contents: Hashable, Sendable {
        /// The keys by the names that their files have in ``UnlockedKeys``.
        public internal(set) var keys: [String: PrivateKeyMaterial] = [:]
        /// Files of the agent that are missing, or sealed to a container that had this name before.
        public internal(set) var unreadable: [String] = []
    }

    private let key: SoftwareKey

    init(_ key: SoftwareKey) { self.key = key }

    /// Takes the keys out of the agent's files.
    ///
    /// - Parameters:
    ///   - container: the container this is the key of.
    ///   - state: the state of the agent.
    ///   - files: its files.
    /// - Returns: the keys.
    /// - Throws: ``AgentError`` when a file cannot be read.
    public func keys(
        of container: ContainerReference, in state: AgentState, _ files: any FileAccess
    ) throws(AgentError) -> Contents {
        var contents = Contents()
        for path in state.keyPaths(in: container) {
            if let file = try files.contents(path), let material = SealedKey(reading: file)?.open(with: key) {
                contents.keys[UnlockedKeys.fileName(ofKeyAt: path)] = material
            } else {
                contents.unreadable.append(path)
            }
        }
        return contents
    }
}
