// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import SealwrightCore

extension SQLiteStore: AuditStore {
    package func append(_ event: AuditEvent) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in try session.append(prepared) }
    }

    package func auditRecords(after sequence: Int64, limit: Int) async throws(StoreError) -> [AuditRecord] {
        try await readAtLength { connection throws(StoreError) in
            try connection.statement(Self.recordsAfter).bind(sequence).bind(max(limit, 0)).all(AuditRow.read)
        }
    }

    package func newestAuditRecords(object: String?, limit: Int) async throws(StoreError) -> [AuditRecord] {
        try await readAtLength { connection throws(StoreError) in
            guard let object else {
                return try connection.statement(Self.newestRecords).bind(max(limit, 0)).all(AuditRow.read)
            }
            return try connection.statement(Self.newestOfObject).bind(object).bind(max(limit, 0)).all(AuditRow.read)
        }
    }

    package func newestAuditRecord(of action: String, object: String) async throws(StoreError) -> AuditRecord? {
        let beginning = AuditChain.canonicalBeginning(of: action)
        return try await readAtLength { connection throws(StoreError) in
            try connection.statement(Self.newestOfAction).bind(object).bind(beginning).all(AuditRow.read).first
        }
    }

    package func newestAuditRecords(
        of action: String, objects: Set<String>
    ) async throws(StoreError) -> [String: AuditRecord] {
        let beginning = AuditChain.canonicalBeginning(of: action)
        return try await readAtLength { connection throws(StoreError) in
            var found: [String: AuditRecord] = [:]
            for object in objects {
                found[object] = try connection.statement(Self.newestOfAction).bind(object).bind(beginning)
                    .first(AuditRow.read)
            }
            return found
        }
    }

    private static let recordsAfter: SQL = AuditRow.select + "WHERE sequence > ? ORDER BY sequence LIMIT ?"
    private static let newestRecords: SQL = AuditRow.select + "ORDER BY sequence DESC LIMIT ?"
    private static let newestOfObject: SQL = AuditRow.select + "WHERE object = ? ORDER BY sequence DESC LIMIT ?"
    // The action has no column of its own: it is what the octets of an event begin with.
    private static let newestOfAction: SQL =
        AuditRow.select + "WHERE object = ? AND instr(event, ?) = 1 ORDER BY sequence DESC LIMIT 1"
}
