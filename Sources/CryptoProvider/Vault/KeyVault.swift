// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials

/// A folder of private keys, sealed at rest.
///
/// Each key is a file `<name>.sealed`, encrypted with AES-256-GCM under a master key and bound to its name: a file
/// that was changed or renamed does not open. The master key is 32 random octets in `master.key` in the same folder,
/// or, when systemd hands one over, in the credential `sealwright-master-key` (`LoadCredentialEncrypted=`).
///
/// Files have the mode 0600 and the folder 0700; anything that other users may read is refused. Nothing is ever
/// written over: a key that exists stays until it is removed.
public struct KeyVault: Sendable {
    /// The folder of service credentials that systemd tells, if it does (`$CREDENTIALS_DIRECTORY`).
    public static var systemCredentialsDirectory: String? {
        ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
    }

    private let folder: VaultFolder
    private let master: MasterKey

    /// Opens a vault.
    ///
    /// - Parameters:
    ///   - directory: the folder.
    ///   - createIfMissing: whether to make the folder and a master key when there are none. A master key is never
    ///     made beside keys that were sealed under another one.
    ///   - credentialsDirectory: where a service credential would be.
    /// - Throws: ``CryptoError/unsafePermissions(path:hint:)`` when other users may read the folder or the master
    ///   key, ``CryptoError/file(path:reason:)`` when either is missing or no vault.
    public init(
        directory: String, createIfMissing: Bool,
        credentialsDirectory: String? = KeyVault.systemCredentialsDirectory
    ) throws(CryptoError) {
        folder = try VaultFolder(path: directory, createIfMissing: createIfMissing)
        master = try MasterKey(folder: folder, createIfMissing: createIfMissing, credentials: credentialsDirectory)
    }

    /// Opens a vault whose master key is not in the folder, and puts none there.
    ///
    /// - Parameters:
    ///   - directory: the folder, which must exist.
    ///   - masterKey: its 32 octets, held elsewhere.
    /// - Throws: ``CryptoError/unsafePermissions(path:hint:)`` when other users may read the folder,
    ///   ``CryptoError/file(path:reason:)`` when it is missing or the master key has another length.
    public init(directory: String, masterKey: [UInt8]) throws(CryptoError) {
        folder = try VaultFolder(path: directory, createIfMissing: false)
        master = try MasterKey(masterKey, path: directory)
    }

    /// Seals a key into the vault.
    ///
    /// - Throws: ``CryptoError/keyExists(_:)`` when there is a key of this name,
    ///   ``CryptoError/invalidParameter(_:)`` when the name is no file name, ``CryptoError/file(path:reason:)``.
    public func store(_ key: SoftwareKey) throws(CryptoError) {
        let name = try Self.fileName(of: key.keyID)
        guard !folder.contains(name) else { throw .keyExists(key.keyID) }
        var encoded = try key.material().vaultEncoding
        defer { SecretBytes.wipe(&encoded) }
        try folder.create(name, try master.seal(encoded, purpose: .key, name: key.keyID.rawValue))
    }

    /// Opens a key.
    ///
    /// - Throws: ``CryptoError/keyNotFound(_:)``, ``CryptoError/sealBroken(name:)``,
    ///   ``CryptoError/unsafePermissions(path:hint:)``, or ``CryptoError/file(path:reason:)``.
    public func open(_ id: KeyID, pool: CryptoPool) throws(CryptoError) -> SoftwareKey {
        let name = try Self.fileName(of: id)
        guard let sealed = try folder.contents(of: name) else { throw .keyNotFound(id) }
        var encoded: [UInt8]
        do { encoded = try master.unseal(sealed, purpose: .key, name: id.rawValue) } catch {
            throw .sealBroken(name: folder.path(of: name))
        }
        defer { SecretBytes.wipe(&encoded) }
        return try SoftwareKey(try PrivateKeyMaterial(vaultEncoding: encoded), id: id, pool: pool)
    }

    /// Whether there is a key of this name.
    public func contains(_ id: KeyID) -> Bool {
        guard let name = try? Self.fileName(of: id) else { return false }
        return folder.contains(name)
    }

    /// Deletes a key; what the disk keeps of deleted files is not overwritten.
    ///
    /// - Throws: ``CryptoError/keyNotFound(_:)`` or ``CryptoError/file(path:reason:)``.
    public func remove(_ id: KeyID) throws(CryptoError) {
        guard try folder.remove(try Self.fileName(of: id)) else { throw .keyNotFound(id) }
    }

    /// The names of all keys, sorted.
    ///
    /// - Throws: ``CryptoError/file(path:reason:)`` when the folder cannot be read.
    public func list() throws(CryptoError) -> [KeyID] {
        try folder.names().filter { $0.hasSuffix(Self.suffix) }
            .map { KeyID(rawValue: String($0.dropLast(Self.suffix.count))) }
            .filter { $0.isFileName }
            .sorted { $0.rawValue < $1.rawValue }
    }

    /// Seals a secret that is no key, such as a static challenge, to be kept elsewhere.
    ///
    /// - Parameters:
    ///   - secret: what to seal.
    ///   - label: the name the secret is bound to; the same is needed to open it.
    /// - Returns: the sealed secret.
    /// - Throws: ``CryptoError/operationFailed(_:)`` only.
    public func seal(_ secret: [UInt8], label: String) throws(CryptoError) -> [UInt8] {
        try master.seal(secret, purpose: .secret, name: label)
    }

    /// Opens what ``seal(_:label:)`` made.
    ///
    /// - Throws: ``CryptoError/sealBroken(name:)``.
    public func unseal(_ sealed: [UInt8], label: String) throws(CryptoError) -> [UInt8] {
        try master.unseal(sealed, purpose: .secret, name: label)
    }

    /// A secret that is never stored: 32 octets that the master key makes for a label, the same whenever asked.
    public func derivedSecret(label: String) -> [UInt8] { master.derive(label, byteCount: 32) }

    private static func fileName(of id: KeyID) throws(CryptoError) -> String {
        guard id.isFileName else {
            throw .invalidParameter(
                "a key name has 1 to 100 letters, digits, dots, hyphens or underscores and starts with no dot")
        }
        return id.rawValue + suffix
    }

    /// Files of sealed keys end so.
    static let suffix = ".sealed"
}

extension KeyID {
    /// Whether the name can be a file's: no path leads out of the vault.
    fileprivate var isFileName: Bool {
        (1...100).contains(rawValue.utf8.count) && rawValue.utf8.first != UInt8(ascii: ".")
            && rawValue.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
