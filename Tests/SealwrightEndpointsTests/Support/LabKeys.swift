// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import SealwrightCore
import SealwrightTesting

/// Keys in memory, of which the RSA ones are a few that the whole run shares: making new ones takes minutes.
actor LabKeys: PortableKeyProvider {
    /// Wide enough that a hundred racers of several suites at once are not turned away.
    static let pool = CryptoPool(threads: 2, queueLimit: 8192)

    private var keys: [KeyID: SoftwareKey] = [:]
    private var rsaKeys = 0

    /// The key of a device; the same number gives the same key.
    static func device(_ number: Int = 0) throws -> SoftwareKey { try TestKeys.shared.key(.rsa2048, 300 + number) }

    func open(_ id: KeyID) async throws(CryptoError) -> any PrivateKey { try known(id) }

    func generate(_ type: KeyType, id: KeyID) async throws(CryptoError) -> any PrivateKey {
        guard type == .rsa2048 else {
            keys[id] = try SoftwareKey.generate(type, id: id, pool: Self.pool)
            return try known(id)
        }
        rsaKeys += 1
        guard let model = try? TestKeys.shared.key(type, 200 + rsaKeys) else { throw .keyNotFound(id) }
        return try await adopt(try model.material(), id: id)
    }

    func remove(_ id: KeyID) async throws(CryptoError) { keys[id] = nil }

    func material(of id: KeyID) async throws(CryptoError) -> PrivateKeyMaterial { try known(id).material() }

    func adopt(_ material: PrivateKeyMaterial, id: KeyID) async throws(CryptoError) -> any PrivateKey {
        let key = try SoftwareKey(material, id: id, pool: Self.pool)
        keys[id] = key
        return key
    }

    private func known(_ id: KeyID) throws(CryptoError) -> SoftwareKey {
        guard let key = keys[id] else { throw .keyNotFound(id) }
        return key
    }
}
