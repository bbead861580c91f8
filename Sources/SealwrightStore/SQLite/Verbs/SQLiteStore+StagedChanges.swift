// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SealwrightCore

extension SQLiteStore: StagedChangeStore {
    package func stagedChanges() async throws(StoreError) -> [StagedChange] {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.allChanges).all(Self.change)
        }
    }

    package func stagedChange(_ id: StagedChangeID) async throws(StoreError) -> StagedChange? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.oneChange).bind(id).first(Self.change)
        }
    }

    package func save(
        _ change: StagedChange, replacing: StagedChange.Phase?, https: HTTPSMode?, event: AuditEvent
    ) async throws(StoreError) -> Bool {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            if let replacing {
                try session.statement(Self.updateChange)
                    .bind(change.phase).bind(change.updatedAt).bind(change.id).bind(replacing).run()
            } else {
                // The index of open changes turns a second one away.
                try session.statement(Self.insertChange)
                    .bind(change.id).bind(change.subject.text).bind(change.phase).bind(change.threshold)
                    .bind(change.httpsBefore).bind(change.createdAt).bind(change.createdBy).bind(change.updatedAt).run()
            }
            guard session.connection.changes == 1 else { return false }
            if let https { try session.statement(Self.upsertMode).bind(https).run() }
            try session.append(prepared)
            return true
        }
    }

    package func httpsMode() async throws(StoreError) -> HTTPSMode? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.mode).first { row throws(StoreError) in try row.word() }
        }
    }

    package func setHTTPSMode(_ mode: HTTPSMode, event: AuditEvent) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.upsertMode).bind(mode).run()
            try session.append(prepared)
        }
    }

    package func confirm(_ confirmation: ChangeConfirmation, event: AuditEvent) async throws(StoreError) -> Bool {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            try session.statement(Self.insertConfirmation)
                .bind(confirmation.change).bind(confirmation.device).bind(confirmation.evidence)
                .bind(confirmation.role).bind(confirmation.at).run()
            guard session.connection.changes == 1 else { return false }
            try session.statement(Self.touchDevice)
                .bind(confirmation.at).bind(confirmation.device).bind(confirmation.at).run()
            try session.append(prepared)
            return true
        }
    }

    package func hasConfirmed(
        _ change: StagedChangeID, _ device: DeviceID, _ evidence: StagedChange.Evidence
    ) async throws(StoreError) -> Bool {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.findConfirmation).bind(change).bind(device).bind(evidence)
                .first { _ in true } ?? false
        }
    }

    package func deviceCount(seenSince: Timestamp, now: Timestamp) async throws(StoreError) -> Int {
        try await readAtLength { connection throws(StoreError) in
            Int(try connection.statement(Self.countDevices).bind(seenSince).bind(now).first { row in row.int() } ?? 0)
        }
    }

    package func progress(
        of change: StagedChangeID, evidence: StagedChange.Evidence, seenSince: Timestamp, now: Timestamp
    ) async throws(StoreError) -> ChangeProgress {
        try await readAtLength { connection throws(StoreError) in
            let total =
                try connection.statement(Self.countDevices)
                .bind(seenSince).bind(now).first { row in row.int() } ?? 0
            let missing =
                try connection.statement(Self.countLaggards)
                .bind(seenSince).bind(change).bind(evidence).bind(now).first { row in row.int() } ?? 0
            let laggards = try connection.statement(Self.laggards)
                .bind(seenSince).bind(change).bind(evidence).bind(now).bind(ChangeProgress.nameLimit)
                .all { row in DeviceID(rawValue: row.text()) }
            return ChangeProgress(confirmed: Int(total - missing), total: Int(total), laggards: laggards)
        }
    }

    package func confirmationCount(
        of change: StagedChangeID, evidence: StagedChange.Evidence, role: ChangeConfirmation.Role
    ) async throws(StoreError) -> Int {
        try readers.read { connection throws(StoreError) in
            Int(
                try connection.statement(Self.countConfirmations).bind(change).bind(evidence).bind(role)
                    .first { row in row.int() } ?? 0)
        }
    }

    private static func change(_ row: inout SQLRow) throws(StoreError) -> StagedChange {
        let id = StagedChangeID(rawValue: row.text())
        let text = row.text()
        guard let subject = StagedChange.Subject(text: text) else {
            throw .corrupted("the database holds \"\(text)\" as the subject of a change")
        }
        return StagedChange(
            id: id, subject: subject, phase: try row.word(), threshold: Int(row.int()), httpsBefore: try row.word(),
            createdAt: row.moment(), createdBy: row.text(), updatedAt: row.moment())
    }
}

extension SQLiteStore {
    private static let changeColumns: SQL =
        """
        SELECT id, subject, phase, threshold, https_before, created_at, created_by, updated_at FROM staged_change
        """
    private static let allChanges: SQL = changeColumns + "ORDER BY number DESC"
    private static let oneChange: SQL = changeColumns + "WHERE id = ?"
    private static let insertChange: SQL =
        """
        INSERT OR IGNORE INTO staged_change (
            id, subject, phase, threshold, https_before, created_at, created_by, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let updateChange: SQL =
        "UPDATE staged_change SET phase = ?, updated_at = ? WHERE id = ? AND phase = ?"
    private static let mode: SQL = "SELECT mode FROM https_mode"
    private static let upsertMode: SQL =
        "INSERT INTO https_mode (one, mode) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET mode = excluded.mode"
    private static let insertConfirmation: SQL =
        "INSERT OR IGNORE INTO change_confirmation (change, device, evidence, role, at) VALUES (?, ?, ?, ?, ?)"
    private static let findConfirmation: SQL =
        "SELECT 1 FROM change_confirmation WHERE change = ? AND device = ? AND evidence = ?"
    private static let touchDevice: SQL = "UPDATE device SET last_seen_at = ? WHERE id = ? AND last_seen_at < ?"

    /// Seen since a moment, neither blocked nor retired.
    private static let seen: SQL = "WHERE last_seen_at >= ? AND state NOT IN ('blocked', 'retired')"
    /// With a certificate that lets them in.
    private static let admitted: SQL =
        """
        AND EXISTS (
            SELECT 1 FROM credential AS held
            WHERE held.device = device.id AND held.standing <= 1 AND held.not_after >= ?)
        """
    private static let unconfirmed: SQL =
        """
        AND NOT EXISTS (
            SELECT 1 FROM change_confirmation AS c WHERE c.change = ? AND c.device = device.id AND c.evidence = ?)
        """
    // In the order of the table, in which their certificates lie too: by the index each would be a page of its own.
    private static let countDevices: SQL = "SELECT count(*) FROM device NOT INDEXED" + seen + admitted
    private static let countLaggards: SQL = "SELECT count(*) FROM device NOT INDEXED" + seen + unconfirmed + admitted
    private static let laggards: SQL =
        "SELECT id FROM device" + seen + unconfirmed + admitted + "ORDER BY last_seen_at, number LIMIT ?"
    private static let countConfirmations: SQL =
        "SELECT count(*) FROM change_confirmation WHERE change = ? AND evidence = ? AND role = ?"
}
