// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
import SealwrightCore

/// Keys that live as long as the test.
package actor InMemoryKeys: PortableKeyProvider {
    private var keys: [KeyID: any PrivateKey] = [:]

    package init() {}

    /// Puts a key under its own name, or takes the one of a name away.
    package func set(_ key: (any PrivateKey)?, for id: KeyID) { keys[id] = key }

    package func open(_ id: KeyID) async throws(CryptoError) -> any PrivateKey {
        guard let key = keys[id] else { throw .keyNotFound(id) }
        return key
    }

    package func generate(_ type: KeyType, id: KeyID) async throws(CryptoError) -> any PrivateKey {
        let key = try SoftwareKey.generate(type, id: id, pool: TestKeys.shared.pool)
        keys[id] = key
        return key
    }

    package func remove(_ id: KeyID) async throws(CryptoError) { keys[id] = nil }

    /// How many keys there are.
    package var count: Int { keys.count }

    package func material(of id: KeyID) async throws(CryptoError) -> PrivateKeyMaterial {
        guard let key = keys[id] as? SoftwareKey else { throw .keyNotFound(id) }
        return try key.material()
    }

    package func adopt(_ material: PrivateKeyMaterial, id: KeyID) async throws(CryptoError) -> any PrivateKey {
        let key = try SoftwareKey(material, id: id, pool: TestKeys.shared.pool)
        keys[id] = key
        return key
    }
}
