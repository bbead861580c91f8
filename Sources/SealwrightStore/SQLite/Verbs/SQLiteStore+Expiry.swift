// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import SealwrightCore

extension SQLiteStore: ExpiryStore {
    package func expiryWatches() async throws(StoreError) -> [ExpiryWatch] {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.allWatches).all { row throws(StoreError) in
                var watch = ExpiryWatch(
                    id: ExpiryWatchID(rawValue: row.text()), place: try row.word(), target: row.text(),
                    createdAt: row.moment(), createdBy: row.text())
                let at = row.optionalMoment()
                let (certificate, failure) = (row.optionalOctets(), row.optionalText())
                watch.observation = at.map { .init(at: $0, certificate: certificate, failure: failure) }
                return watch
            }
        }
    }

    package func save(_ watch: ExpiryWatch, event: AuditEvent) async throws(StoreError) -> Bool {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            try session.statement(Self.insertWatch)
                .bind(watch.id).bind(watch.place).bind(watch.target).bind(watch.createdAt).bind(watch.createdBy)
                .bind(watch.observation?.at).bind(watch.observation?.certificate).bind(watch.observation?.failure).run()
            guard session.connection.changes == 1 else { return false }
            try session.append(prepared)
            return true
        }
    }

    package func removeExpiryWatch(_ id: ExpiryWatchID, event: AuditEvent) async throws(StoreError) -> Bool {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            try session.statement(Self.deleteWatch).bind(id).run()
            guard session.connection.changes == 1 else { return false }
            try session.append(prepared)
            return true
        }
    }

    package func record(
        _ observation: ExpiryWatch.Observation, of id: ExpiryWatchID, event: AuditEvent?
    ) async throws(StoreError) {
        let prepared = event.map(PreparedEvent.init)
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.updateWatch)
                .bind(observation.at).bind(observation.certificate).bind(observation.failure).bind(id).run()
            if let prepared, session.connection.changes == 1 { try session.append(prepared) }
        }
    }

    package func recorded(_ notices: [ExpiryNotice]) async throws(StoreError) -> Set<ExpiryNotice> {
        try readers.read { connection throws(StoreError) in
            var found: Set<ExpiryNotice> = []
            for notice in notices {
                let isThere = try connection.statement(Self.oneNotice).bind(notice.fingerprint).bind(notice.stage)
                    .first { row in row.int() }
                if isThere != nil { found.insert(notice) }
            }
            return found
        }
    }

    package func record(_ notices: [ExpiryNotice], event: AuditEvent) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        let at = event.at
        try await commits.perform { session throws(StoreError) in
            for notice in notices {
                try session.statement(Self.insertNotice).bind(notice.fingerprint).bind(notice.stage).bind(at).run()
            }
            try session.append(prepared)
        }
    }

    private static let allWatches: SQL =
        """
        SELECT id, place, target, created_at, created_by, observed_at, certificate, failure
        FROM expiry_watch ORDER BY number
        """
    private static let insertWatch: SQL =
        """
        INSERT OR IGNORE INTO expiry_watch (
            id, place, target, created_at, created_by, observed_at, certificate, failure)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let deleteWatch: SQL = "DELETE FROM expiry_watch WHERE id = ?"
    private static let updateWatch: SQL =
        "UPDATE expiry_watch SET observed_at = ?, certificate = ?, failure = ? WHERE id = ?"
    private static let oneNotice: SQL = "SELECT 1 FROM expiry_notice WHERE fingerprint = ? AND stage = ?"
    private static let insertNotice: SQL =
        "INSERT OR IGNORE INTO expiry_notice (fingerprint, stage, at) VALUES (?, ?, ?)"
}
