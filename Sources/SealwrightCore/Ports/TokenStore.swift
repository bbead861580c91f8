// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// A token of the administration interface, stored hashed.
package struct AccessToken: Sendable, Hashable, Codable {
    package let id: TokenID
    package let name: String
    /// SHA-256 of the token's UTF-8.
    package let digest: [UInt8]
    package let createdAt: Timestamp
    package let expiresAt: Timestamp?

    package init(id: TokenID, name: String, digest: [UInt8], createdAt: Timestamp, expiresAt: Timestamp?) {
        self.id = id
        self.name = name
        self.digest = digest
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// Access tokens.
package protocol TokenStore: Sendable {
    /// The token whose secret has this SHA-256.
    func token(digest: [UInt8]) async throws(StoreError) -> AccessToken?
    /// All tokens, by name.
    func tokens() async throws(StoreError) -> [AccessToken]
    /// Stores a token in place of those of its name, which let nobody in any more.
    func save(_ token: AccessToken, event: AuditEvent) async throws(StoreError)
    /// Stores a token unless there is one of its name.
    ///
    /// - Returns: whether it was stored.
    func add(_ token: AccessToken, event: AuditEvent) async throws(StoreError) -> Bool
    /// Takes a token away, which lets nobody in any more.
    ///
    /// - Returns: whether there was one.
    func removeToken(_ id: TokenID, event: AuditEvent) async throws(StoreError) -> Bool
}
