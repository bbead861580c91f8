// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider

/// Where private keys live: a sealed folder now, a TPM, a PKCS#11 token or a signer process later.
///
/// Only the composition root makes one; everything else names keys by `KeyID` and reaches them through the middle.
package protocol KeyProvider: Sendable {
    /// Opens a key for use.
    ///
    /// - Throws: ``CryptoError/keyNotFound(_:)`` when there is none, another case when it cannot be used.
    func open(_ id: KeyID) async throws(CryptoError) -> any PrivateKey
    /// Makes a new key pair and keeps it before returning it.
    func generate(_ type: KeyType, id: KeyID) async throws(CryptoError) -> any PrivateKey
    /// Destroys a key. It does not come back.
    func remove(_ id: KeyID) async throws(CryptoError)
}

/// A key provider whose keys can leave and enter it as numbers; hardware cannot do that.
package protocol PortableKeyProvider: KeyProvider {
    /// The numbers of a key, for an encrypted export.
    func material(of id: KeyID) async throws(CryptoError) -> PrivateKeyMaterial
    /// Takes in a key that was made elsewhere.
    func adopt(_ material: PrivateKeyMaterial, id: KeyID) async throws(CryptoError) -> any PrivateKey
}

/// Closes secrets that are stored, so that the store alone does not tell them.
package protocol SecretSealer: Sendable {
    /// Closes a secret for a purpose.
    ///
    /// - Throws: ``CryptoError``.
    func seal(_ secret: [UInt8], label: String) throws(CryptoError) -> [UInt8]
    /// Opens what was closed for the same purpose.
    ///
    /// - Throws: ``CryptoError``; for octets that were changed, or closed for another purpose, too.
    func unseal(_ sealed: [UInt8], label: String) throws(CryptoError) -> [UInt8]
}
