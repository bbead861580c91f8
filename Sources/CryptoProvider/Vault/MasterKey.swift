// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials

/// The key that everything in a vault is sealed under.
///
/// A sealed secret is
///
/// ```
/// "SWSEAL" ‖ version (1) ‖ fingerprint of the master key (8) ‖ nonce (12) ‖ ciphertext ‖ tag (16)
/// ```
///
/// with AES-256-GCM; the tag also covers everything before the nonce, the purpose and the name.
struct MasterKey: Sendable {
    /// Keeps a sealed key from being passed off as a sealed secret and the other way round.
    enum Purpose: String, Sendable {
        case key
        case secret
    }

    private let key: SymmetricKey
    private let header: [UInt8]

    /// Finds the master key, or makes one.
    init(folder: VaultFolder, createIfMissing: Bool, credentials: String?) throws(CryptoError) {
        if let credentials, let octets = try VaultFolder.readCredential(Self.credentialName, in: credentials) {
            try self.init(octets, path: credentials + "/" + Self.credentialName)
            return
        }
        if createIfMissing, !folder.contains(Self.fileName) { try Self.create(in: folder) }
        guard let octets = try folder.contents(of: Self.fileName) else {
            throw .file(path: folder.path(of: Self.fileName), reason: "the master key of the vault is missing")
        }
        try self.init(octets, path: folder.path(of: Self.fileName))
    }

    /// Takes the octets; the path is told when they are none.
    init(_ octets: [UInt8], path: String) throws(CryptoError) {
        var octets = octets
        defer { SecretBytes.wipe(&octets) }
        guard octets.count == Self.byteCount else {
            throw .file(path: path, reason: "a master key has \(Self.byteCount) octets, this file \(octets.count)")
        }
        key = SymmetricKey(data: octets)
        let fingerprint = DigestAlgorithm.sha256.authenticationCode("sealwright master key".utf8, key: octets)
        header = Array("SWSEAL".utf8) + [1] + fingerprint.prefix(8)
    }

    func seal(_ secret: [UInt8], purpose: Purpose, name: String) throws(CryptoError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(secret, using: key, authenticating: authenticated(purpose, name))
            return header + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw .operationFailed("sealing")
        }
    }

    func unseal(_ sealed: [UInt8], purpose: Purpose, name: String) throws(CryptoError) -> [UInt8] {
        guard sealed.starts(with: header), let box = try? AES.GCM.SealedBox(combined: sealed.dropFirst(header.count)),
            let secret = try? AES.GCM.open(box, using: key, authenticating: authenticated(purpose, name))
        else { throw .sealBroken(name: name) }
        return Array(secret)
    }

    /// Octets that only this key makes.
    ///
    /// Source: RFC 5869.
    func derive(_ label: String, byteCount: Int) -> [UInt8] {
        let info = Array("sealwright derived secret:\(label)".utf8)
        let derived = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: info, outputByteCount: byteCount)
        return derived.withUnsafeBytes { Array($0) }
    }

    private func authenticated(_ purpose: Purpose, _ name: String) -> [UInt8] {
        header + Array("\(purpose.rawValue):\(name)".utf8)
    }

    private static func create(in folder: VaultFolder) throws(CryptoError) {
        guard try !folder.names().contains(where: { $0.hasSuffix(KeyVault.suffix) }) else {
            throw .file(
                path: folder.path(of: fileName),
                reason: "the master key is missing but sealed keys are here; restore it from the backup")
        }
        var octets = SecureRandom.bytes(byteCount)
        defer { SecretBytes.wipe(&octets) }
        do { try folder.create(fileName, octets) } catch {
            // Another process may have been first; its key is the one to use then.
            guard folder.contains(fileName) else { throw error }
        }
    }

    private static let byteCount = 32
    private static let fileName = "master.key"
    private static let credentialName = "sealwright-master-key"
}
