// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Challenges.
package protocol ChallengeStore: Sendable {
    /// Stores a new challenge.
    func save(_ challenge: Challenge, event: AuditEvent) async throws(StoreError)
    /// The challenge of an endpoint whose secret has this SHA-256.
    func challenge(endpoint: EndpointID, digest: [UInt8]) async throws(StoreError) -> Challenge?
    /// A page of the challenges that can still be used, newest first.
    func challenges(
        usableAt now: Timestamp, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<Challenge>
    /// Takes a challenge away before its time.
    func removeChallenge(_ id: ChallengeID, event: AuditEvent) async throws(StoreError) -> Bool
}
