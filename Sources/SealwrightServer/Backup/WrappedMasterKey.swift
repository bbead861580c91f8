// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation

/// The vault's master key under a password: scrypt, then AES-256-GCM.
///
/// Source: RFC 7914, section 2 (scrypt); NIST SP 800-38D (GCM).
struct WrappedMasterKey: Codable, Sendable {
    let derivation: String
    /// scrypt's cost, block size and parallelism; 64 MiB of memory.
    let n: Int
    let r: Int
    let p: Int
    let salt: Data
    let cipher: String
    let iv: Data
    let ciphertext: Data
    let tag: Data

    /// What the tag also covers, so that the text cannot be passed off as another secret.
    private static let purpose = Array("sealwright backup master key".utf8)

    /// Wraps a key.
    init(wrapping key: [UInt8], password: String) throws(CryptoError) {
        let salt = SecureRandom.bytes(16)
        let iv = SecureRandom.bytes(ContentCipher.aes256GCM.ivByteCount)
        let (n, r, p) = (65_536, 8, 1)
        let derived = try KeyDerivation.scrypt(
            password: Array(password.utf8), salt: salt, n: n, r: r, p: p,
            keyLength: ContentCipher.aes256GCM.keyByteCount)
        let sealed = try ContentCipher.aes256GCM.encrypt(key, key: derived, iv: iv, authenticating: Self.purpose)
        derivation = "scrypt"
        (self.n, self.r, self.p) = (n, r, p)
        self.salt = Data(salt)
        cipher = ContentCipher.aes256GCM.rawValue
        self.iv = Data(iv)
        ciphertext = Data(sealed.ciphertext)
        tag = Data(sealed.tag)
    }

    /// The key again.
    ///
    /// Its costs come from a file, so they are bounded where scrypt is calculated.
    ///
    /// - Throws: ``BackupError/wrongPassword``, also for a file that was changed.
    func open(password: String) throws(BackupError) -> [UInt8] {
        guard derivation == "scrypt", cipher == ContentCipher.aes256GCM.rawValue else {
            throw .damaged(member: BackupMember.masterKey, reason: "uses an unknown algorithm")
        }
        do {
            let derived = try KeyDerivation.scrypt(
                password: Array(password.utf8), salt: Array(salt), n: n, r: r, p: p,
                keyLength: ContentCipher.aes256GCM.keyByteCount)
            return try ContentCipher.aes256GCM.decrypt(
                ciphertext, key: derived, iv: Array(iv), tag: Array(tag), authenticating: Self.purpose)
        } catch {
            throw .wrongPassword
        }
    }
}
