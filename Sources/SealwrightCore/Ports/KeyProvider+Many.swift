// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

extension KeyProvider {
    /// Makes several keys at the same time, since the search for RSA primes takes its time.
    ///
    /// - Returns: the keys in the order asked for.
    /// - Throws: the first failure; keys made beside it stay behind unused.
    func generate(_ wanted: [(type: KeyType, id: KeyID)]) async throws(CryptoError) -> [any PrivateKey] {
        let made = await withTaskGroup(of: (KeyID, Result<any PrivateKey, CryptoError>).self) { group in
            for (type, id) in wanted {
                group.addTask {
                    do throws(CryptoError) {
                        return (id, .success(try await generate(type, id: id)))
                    } catch {
                        return (id, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [KeyID: Result<any PrivateKey, CryptoError>]()) { $0[$1.0] = $1.1 }
        }
        var keys: [any PrivateKey] = []
        for (_, id) in wanted {
            guard let result = made[id] else { throw .keyNotFound(id) }
            keys.append(try result.get())
        }
        return keys
    }
}
