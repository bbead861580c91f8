// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import SealwrightCore
import SealwrightTesting

/// A vault whose RSA keys of 2048 bits are a few the whole run shares, because making one for every test takes minutes.
struct SuiteKeys: PortableKeyProvider {
    let inner: VaultKeyProvider
    /// The beginning of names that cannot be made, as on a full disk.
    var failing: String?

    func open(_ id: KeyID) async throws(CryptoError) -> any PrivateKey { try await inner.open(id) }

    func generate(_ type: KeyType, id: KeyID) async throws(CryptoError) -> any PrivateKey {
        if let failing, id.rawValue.hasPrefix(failing) { throw .file(path: id.rawValue, reason: "no space left") }
        guard type == .rsa2048 else { return try await inner.generate(type, id: id) }
        let material: PrivateKeyMaterial
        do {
            material = try TestKeys.shared.key(type, 100 + id.rawValue.utf8.count % 3).material()
        } catch {
            throw .operationFailed("\(error)")
        }
        return try await inner.adopt(material, id: id)
    }

    func remove(_ id: KeyID) async throws(CryptoError) { try await inner.remove(id) }

    func material(of id: KeyID) async throws(CryptoError) -> PrivateKeyMaterial { try await inner.material(of: id) }

    func adopt(_ material: PrivateKeyMaterial, id: KeyID) async throws(CryptoError) -> any PrivateKey {
        try await inner.adopt(material, id: id)
    }
}
