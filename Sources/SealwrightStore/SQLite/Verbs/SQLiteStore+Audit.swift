// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import SealwrightCore

extension SQLiteStore: AuditStore {
    package func append(_ event: AuditEvent) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in try session.append(prepared) }
    }

    package func auditRecords(
        _ filter: AuditFilter, after sequence: Int64, limit: Int
    ) async throws(StoreError) -> [AuditRecord] {
        try await readAtLength { connection throws(StoreError) in
            let statement = try connection.statement(Self.recordsAfter).bind(sequence).bind(filter.object)
            return try Self.matching(filter, limit: limit, in: statement)
        }
    }

    package func newestAuditRecords(_ filter: AuditFilter, limit: Int) async throws(StoreError) -> [AuditRecord] {
        try await readAtLength { connection throws(StoreError) in
            let statement =
                if let object = filter.object {
                    try connection.statement(Self.newestOfObject).bind(object)
                } else {
                    try connection.statement(Self.newestRecords)
                }
            return try Self.matching(filter, limit: limit, in: statement)
        }
    }

    /// The first rows that a filter lets through; those it does not are passed by without being decoded.
    private static func matching(
        _ filter: AuditFilter, limit: Int, in statement: SQLStatement
    ) throws(StoreError) -> [AuditRecord] {
        var found: [AuditRecord] = []
        guard limit > 0 else { return found }
        let looksInto = filter.looksIntoEvents
        try statement.forEach { row in
            if looksInto {
                var peeked = row
                peeked.skip(2)
                guard peeked.withOctets({ AuditBeginning($0)?.canMatch(filter) ?? true }) else { return true }
            }
            let record = AuditRow.read(&row)
            if filter.matches(record.event) { found.append(record) }
            return found.count < limit
        }
        return found
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

    // Without a limit: rows are counted when a filter has let them through, and the reading ends there.
    private static let recordsAfter: SQL =
        AuditRow.select + "WHERE sequence > ?1 AND (?2 IS NULL OR object = ?2) ORDER BY sequence"
    private static let newestRecords: SQL = AuditRow.select + "ORDER BY sequence DESC"
    private static let newestOfObject: SQL = AuditRow.select + "WHERE object = ? ORDER BY sequence DESC"
    // The action has no column of its own: it is what the octets of an event begin with.
    private static let newestOfAction: SQL =
        AuditRow.select + "WHERE object = ? AND instr(event, ?) = 1 ORDER BY sequence DESC LIMIT 1"
}
