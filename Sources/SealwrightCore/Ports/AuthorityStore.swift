// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Authorities and the server's own identities.
///
/// Contract: every verb is one durable transaction that also holds its audit event. It returns after the commit.
package protocol AuthorityStore: Sendable {
    /// All authorities, oldest first.
    func authorities() async throws(StoreError) -> [Authority]
    /// Adds or replaces an authority, with the credential of its certificate when we issued it.
    func save(_ authority: Authority, credential: Credential?, event: AuditEvent) async throws(StoreError)
    /// All service identities, newest first within purpose and authority.
    func serviceIdentities() async throws(StoreError) -> [ServiceIdentity]
    /// Adds a service identity; the older ones of the same purpose stay, so that old messages can be decrypted.
    func save(_ identity: ServiceIdentity, credential: Credential, event: AuditEvent) async throws(StoreError)
    /// Forgets service identities whose certificates ended before `moment`.
    func removeServiceIdentities(endedBefore moment: Timestamp, event: AuditEvent) async throws(StoreError)
    /// Requests for authorities' certificates that wait for their answer, oldest first.
    func authorityRequests() async throws(StoreError) -> [AuthorityRequest]
    /// Keeps a request.
    func save(_ request: AuthorityRequest, event: AuditEvent) async throws(StoreError)
    /// Forgets a request; false when there is none of this name.
    func removeAuthorityRequest(_ id: AuthorityID, event: AuditEvent) async throws(StoreError) -> Bool
}
