// SPDX-License-Identifier: Apache-2.0

/// What the agent does where the published descriptions leave a choice.
public struct AgentPolicy: Hashable, Sendable {
    /// What a Get of a secret node brings.
    public enum SecretReading: String, Hashable, Sendable {
        /// Empty data; a challenge and the file of a PFX are erased once they were used.
        case redacted
        /// The value, for conformance runs.
        case readable
    }

    /// When a PFX key may be exportable.
    public enum ExportableRule: String, Hashable, Sendable {
        /// An explicit `true` needs KeyLocation 3, as the description says.
        case documented
        /// It needs a key that ends in software, wherever it was asked for.
        case effective
    }

    /// What a Get of an optional node that is not set brings.
    public enum UnsetReading: String, Hashable, Sendable {
        /// Status 404.
        case notFound
        /// The default value, when there is one.
        case defaultValue
    }

    /// What a Get of a secret node brings.
    public var secrets = SecretReading.redacted
    /// When a PFX key may be exportable.
    public var exportable = ExportableRule.documented
    /// What a Get of an optional node that is not set brings.
    public var unset = UnsetReading.notFound
    /// Whether Challenge is Base64 that is decoded before use; the description says so, real servers send plain text.
    public var decodesChallenge = false
    /// Whether SHA-1 and triple DES are used when a server offers nothing better, or HashAlgorithm names SHA-1 alone.
    ///
    /// It also lets answers signed with MD5 pass; those with SHA-1 or triple DES do in any case. Off; the length of the
    /// device's own key is no part of it.
    public var allowsLegacy = false
    /// Identifiers of directory keys on the device, for AADKeyIdentifierList.
    public var directoryKeyIdentifiers: [String] = []
    /// The server that may write; `nil` for any that is let into a session.
    public var managingServer: String?
    /// Octets that the state may have after a message of a server; what the agent itself keeps is not held back.
    ///
    /// A state of ten thousand certificates fits. Without an end a server could fill the disk, and in the end the state
    /// could not be read any more.
    public var stateLimit = 32 << 20
    /// What describes the device, by path: `DevInfo/DevId`, `DevInfo/Man`, `DevDetail/SwV`.
    public var facts: [String: String] = [:]

    /// Makes the policy for production.
    public init() {}

    /// The policy for conformance runs: secrets can be read.
    public static var conformance: AgentPolicy {
        var policy = AgentPolicy()
        policy.secrets = .readable
        policy.facts = ["DevInfo/DevId": "conformance", "DevInfo/DmV": "1.3"]
        return policy
    }
}
