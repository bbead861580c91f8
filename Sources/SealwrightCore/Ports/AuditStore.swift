// SPDX-License-Identifier: Apache-2.0

/// The audit trail.
package protocol AuditStore: Sendable {
    /// Writes an event that changes nothing else, such as a refusal.
    func append(_ event: AuditEvent) async throws(StoreError)
    /// Records after a sequence number, oldest first.
    func auditRecords(
        _ filter: AuditFilter, after sequence: Int64, limit: Int
    ) async throws(StoreError) -> [AuditRecord]
    /// The newest records, newest first.
    func newestAuditRecords(_ filter: AuditFilter, limit: Int) async throws(StoreError) -> [AuditRecord]
    /// The newest record of what was done to an object, whatever else the trail holds under that name.
    ///
    /// Peers choose some names, a transactionID for one, and can fill the trail with others' under them.
    func newestAuditRecord(of action: String, object: String) async throws(StoreError) -> AuditRecord?
    /// The same of several objects, by object.
    func newestAuditRecords(of action: String, objects: Set<String>) async throws(StoreError) -> [String: AuditRecord]
}

extension AuditStore {
    /// All records after a sequence number, oldest first.
    ///
    /// - Throws: ``StoreError``.
    package func auditRecords(after sequence: Int64, limit: Int) async throws(StoreError) -> [AuditRecord] {
        try await auditRecords(AuditFilter(), after: sequence, limit: limit)
    }

    /// The newest records, newest first, optionally of one object.
    ///
    /// - Throws: ``StoreError``.
    package func newestAuditRecords(object: String?, limit: Int) async throws(StoreError) -> [AuditRecord] {
        try await newestAuditRecords(AuditFilter(object: object), limit: limit)
    }
}
