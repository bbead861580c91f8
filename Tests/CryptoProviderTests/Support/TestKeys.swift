// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Testing

/// Real keys, generated once for all tests, since RSA generation takes long.
enum TestKeys {
    static let pool = CryptoPool(threads: 2)
    private static let keys: [KeyType: Result<SoftwareKey, CryptoError>] = Dictionary(
        uniqueKeysWithValues: KeyType.allCases.map { type in
            (
                type,
                Result { () throws(CryptoError) in
                    try SoftwareKey.generate(type, id: KeyID(rawValue: "test-\(type.rawValue)"), pool: pool)
                }
            )
        })

    static func key(_ type: KeyType) throws -> SoftwareKey { try #require(keys[type]).get() }

    static func rsa() throws -> (key: SoftwareKey, publicKey: RSAPublicKey) {
        let key = try key(.rsa2048)
        guard case .rsa(let publicKey) = key.publicKey else { throw CryptoError.unsupported("not RSA") }
        return (key, publicKey)
    }

    /// The algorithms a key can sign with, the old ones too.
    static func algorithms(_ type: KeyType) -> [SignatureAlgorithm] {
        switch type {
        case .rsa2048, .rsa3072, .rsa4096:
            DigestAlgorithm.allCases.map { .rsaPKCS1($0) } + [
                .rsaPSS(digest: .sha1, mgfDigest: .sha1, saltLength: 20),
                .rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32),
                .rsaPSS(digest: .sha384, mgfDigest: .sha256, saltLength: 0),
                .rsaPSS(digest: .sha512, mgfDigest: .sha512, saltLength: 64),
            ]
        case .ecP256, .ecP384, .ecP521: [.sha1, .sha224, .sha256, .sha384, .sha512].map { .ecdsa($0) }
        case .ed25519: [.ed25519]
        }
    }
}
