// SPDX-License-Identifier: Apache-2.0

/// Server certificates that the own authority did not issue, and which one is served.
///
/// Contract: every verb is one durable transaction that also holds its audit event. It returns after the commit.
package protocol ServerCertificateStore: Sendable {
    /// All of them, newest first.
    func serverCertificates() async throws(StoreError) -> [ServerCertificate]
    /// One of them.
    func serverCertificate(_ id: ServerCertificateID) async throws(StoreError) -> ServerCertificate?
    /// Adds one, or replaces it when it still is in state `replacing`.
    ///
    /// - Returns: whether it was stored; `false` when it is not in that state any more, or is there already.
    func save(
        _ certificate: ServerCertificate, replacing: ServerCertificate.State?, event: AuditEvent
    ) async throws(StoreError) -> Bool
    /// What is served; ``ServerSelection/initial`` before the first change.
    func serverSelection() async throws(StoreError) -> ServerSelection
    /// Serves something else, provided that the stored selection has the revision just before this one's.
    ///
    /// A certificate that becomes active is marked used in the same transaction.
    ///
    /// - Returns: whether it was stored; `false` when somebody else was first.
    func select(_ selection: ServerSelection, event: AuditEvent) async throws(StoreError) -> Bool
}
