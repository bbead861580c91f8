// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider

/// Keys in the data folder, each sealed under the folder's master key.
package struct VaultKeyProvider: PortableKeyProvider {
    private let vault: KeyVault
    private let pool: CryptoPool

    /// Uses a vault's keys on a pool's threads.
    package init(vault: KeyVault, pool: CryptoPool) {
        self.vault = vault
        self.pool = pool
    }

    /// A secret that is never stored: 32 octets that the vault makes for a label, the same whenever asked.
    package func derivedSecret(label: String) -> [UInt8] { vault.derivedSecret(label: label) }

    package func open(_ id: KeyID) async throws(CryptoError) -> any PrivateKey {
        try vault.open(id, pool: pool)
    }

    /// Prime search takes seconds for long RSA keys, so it runs on the pool and several keys are made in parallel.
    package func generate(_ type: KeyType, id: KeyID) async throws(CryptoError) -> any PrivateKey {
        let (vault, pool) = (vault, pool)
        return try await pool.run { () throws(CryptoError) -> SoftwareKey in
            let key = try SoftwareKey.generate(type, id: id, pool: pool)
            try vault.store(key)
            return key
        }
    }

    package func remove(_ id: KeyID) async throws(CryptoError) { try vault.remove(id) }

    package func material(of id: KeyID) async throws(CryptoError) -> PrivateKeyMaterial {
        try vault.open(id, pool: pool).material()
    }

    package func adopt(_ material: PrivateKeyMaterial, id: KeyID) async throws(CryptoError) -> any PrivateKey {
        let key = try SoftwareKey(material, id: id, pool: pool)
        try vault.store(key)
        return key
    }
}

extension VaultKeyProvider: SecretSealer {
    package func seal(_ secret: [UInt8], label: String) throws(CryptoError) -> [UInt8] {
        try vault.seal(secret, label: label)
    }

    package func unseal(_ sealed: [UInt8], label: String) throws(CryptoError) -> [UInt8] {
        try vault.unseal(sealed, label: label)
    }
}
