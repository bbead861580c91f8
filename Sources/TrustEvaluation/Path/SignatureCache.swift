// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Synchronization

/// Remembers which signatures verified, so that an issuer's certificate is calculated once and not per connection.
///
/// Only successes are kept, under a SHA-256 over the signed certificate and the key that signed it; whether the
/// certificate is still valid or revoked is judged anew each time. Shared between threads. It holds at most twice
/// ``capacity`` entries: two generations, of which the older is dropped when the newer is full.
public final class SignatureCache: Sendable {
    /// What a signature is remembered under: a SHA-256, which needs no further mixing to be told apart.
    struct Key: Hashable {
        fileprivate let digest: [UInt8]

        func hash(into hasher: inout Hasher) {
            hasher.combine(digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
    }

    private struct Generations {
        var newer: Set<Key> = []
        var older: Set<Key> = []
    }

    /// Signatures of one generation.
    public let capacity: Int
    /// Guards the two generations.
    private let generations = Mutex(Generations())

    /// An empty cache; 4,096 issuers are more than any installation has.
    public init(capacity: Int = 4096) { self.capacity = max(1, capacity) }

    /// How many signatures are remembered.
    public var count: Int { generations.withLock { $0.newer.count + $0.older.count } }

    /// Forgets everything.
    public func removeAll() { generations.withLock { $0 = Generations() } }

    /// What a signature is remembered under.
    static func key(signed: [UInt8], by key: [UInt8]) -> Key {
        var digest = IncrementalDigest(.sha256)
        digest.update(key)
        digest.update(signed)
        return Key(digest: digest.finish())
    }

    func contains(_ key: Key) -> Bool {
        generations.withLock { generations in
            if generations.newer.contains(key) { return true }
            guard generations.older.remove(key) != nil else { return false }
            insert(key, into: &generations)
            return true
        }
    }

    func insert(_ key: Key) { generations.withLock { insert(key, into: &$0) } }

    private func insert(_ key: Key, into generations: inout Generations) {
        if generations.newer.count >= capacity {
            generations.older = generations.newer
            generations.newer = []
        }
        generations.newer.insert(key)
    }
}
