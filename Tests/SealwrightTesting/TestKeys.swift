// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
import Synchronization

/// Keys for tests, made once a process because RSA primes take time.
package final class TestKeys: Sendable {
    /// The keys every suite shares.
    package static let shared = TestKeys()

    /// The threads the keys work on.
    package let pool = CryptoPool(threads: 2)
    /// Guards the keys made so far.
    private let keys = Mutex<[String: SoftwareKey]>([:])

    /// The `number`-th key of a type; the same number gives the same key.
    package func key(_ type: KeyType, _ number: Int = 0) throws -> SoftwareKey {
        let name = "\(type.rawValue)-\(number)"
        return try keys.withLock { keys in
            if let key = keys[name] { return key }
            let key = try SoftwareKey.generate(type, id: KeyID(rawValue: name), pool: pool)
            keys[name] = key
            return key
        }
    }

    /// A new key that no other test has.
    package func fresh(_ type: KeyType) throws -> SoftwareKey {
        try SoftwareKey.generate(type, id: KeyID(rawValue: "fresh-\(SecureRandom.bytes(8))"), pool: pool)
    }
}
