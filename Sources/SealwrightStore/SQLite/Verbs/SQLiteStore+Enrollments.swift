// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import SealwrightCore

extension SQLiteStore: EnrollmentStore {
    package func recordPlan(
        _ enrollment: Enrollment, consuming challenge: ChallengeID?, replayWindow: Int64, event: AuditEvent
    ) async throws(StoreError) -> PlanOutcome {
        try await record(enrollment, challenge, replayWindow, nil, event)
    }

    package func recordPending(
        _ enrollment: Enrollment, consuming challenge: ChallengeID?, limit: Int, event: AuditEvent
    ) async throws(StoreError) -> PlanOutcome {
        // An issued certificate answers the same request for a day.
        try await record(enrollment, challenge, 86_400, limit, event)
    }

    private func record(
        _ enrollment: Enrollment, _ challenge: ChallengeID?, _ replayWindow: Int64, _ waitingLimit: Int?,
        _ event: AuditEvent
    ) async throws(StoreError) -> PlanOutcome {
        let now = event.at
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            var desk = EnrollmentDesk(session: session, now: now)
            let outcome = try desk.take(
                enrollment, consuming: challenge, replayWindow: replayWindow, waitingLimit: waitingLimit)
            if outcome == .recorded { try session.append(prepared) }
            return outcome
        }
    }

    package func recordCertificate(
        _ credential: Credential, device: Device?, event: AuditEvent
    ) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            let holder = try device.map { device throws(StoreError) in try session.touch(device) }
            try CredentialRow.insert(credential, heldBy: holder ?? credential.device, in: session)
            if let enrollment = credential.enrollment {
                try session.finish(enrollment, with: credential)
            }
            try session.append(prepared)
        }
    }

    package func recordFailure(_ id: EnrollmentID, reason: String, event: AuditEvent) async throws(StoreError) {
        let now = event.at
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            try session.statement(Self.fail).bind(reason).bind(now).bind(id).run()
            try session.append(prepared)
        }
    }

    package func recordLapse(
        _ id: EnrollmentID, reason: String, event: AuditEvent
    ) async throws(StoreError) -> Bool {
        let now = event.at
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            try session.statement(Self.lapse).bind(reason).bind(now).bind(id).run()
            guard session.connection.changes == 1 else { return false }
            try session.append(prepared)
            return true
        }
    }

    package func decide(
        _ id: EnrollmentID, approve: Bool, by actor: String, reason: String?, event: AuditEvent
    ) async throws(StoreError) -> DecisionOutcome {
        let now = event.at
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            guard let before = try session.statement(Self.enrollmentByID).bind(id).first(EnrollmentRow.read) else {
                return .notFound
            }
            guard before.state == .pending else { return .alreadyDecided(before) }
            var after = before
            after.state = approve ? .approved : .denied
            after.decidedBy = actor
            after.reason = reason
            after.updatedAt = now
            try session.statement(Self.settle)
                .bind(after.state).bind(actor).bind(reason).bind(now).bind(id).run()
            try session.append(prepared)
            return .decided(after)
        }
    }
}

// MARK: - Reading

extension SQLiteStore {
    package func enrollment(_ id: EnrollmentID) async throws(StoreError) -> Enrollment? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.enrollmentByID).bind(id).first(EnrollmentRow.read)
        }
    }

    package func enrollment(_ key: IdempotencyKey) async throws(StoreError) -> Enrollment? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.newestOfRequest)
                .bind(key.transactionID).bind(key.endpoint).bind(key.requestDigest).bind(key.messageType)
                .bind(key.signerDigest).first(EnrollmentRow.read)
        }
    }

    package func enrollment(
        endpoint: EndpointID, transactionID: [UInt8], keyDigest: [UInt8], subject: String, in state: Enrollment.State?
    ) async throws(StoreError) -> Enrollment? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.newestOfSubject)
                .bind(transactionID).bind(endpoint).bind(keyDigest).bind(keyDigest).bind(subject)
                .bind(state).bind(state).first(EnrollmentRow.read)
        }
    }

    package func enrollments(
        endpoint: EndpointID, transactionID: [UInt8], keyDigest: [UInt8], limit: Int
    ) async throws(StoreError) -> [Enrollment] {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.newestOfKey)
                .bind(transactionID).bind(endpoint).bind(keyDigest).bind(keyDigest).bind(max(limit, 0))
                .all(EnrollmentRow.read)
        }
    }

    package func enrollment(challenge: ChallengeID) async throws(StoreError) -> Enrollment? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.newestOfChallenge).bind(challenge).first(EnrollmentRow.read)
        }
    }

    package func isInUse(
        _ transactionID: [UInt8], at endpoint: EndpointID, byOtherThan keyDigest: [UInt8]
    ) async throws(StoreError) -> Bool {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.waitingOfOthers)
                .bind(transactionID).bind(endpoint).bind(keyDigest).first { _ in true } ?? false
        }
    }

    package func waitingCount(at endpoint: EndpointID, upTo limit: Int) async throws(StoreError) -> Int {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.countOfWaiting).bind(endpoint).bind(max(limit, 0))
                .first { row in Int(row.int()) } ?? 0
        }
    }

    package func enrollments(
        in state: Enrollment.State, after cursor: EnrollmentID?, limit: Int
    ) async throws(StoreError) -> [Enrollment] {
        try await readAtLength { connection throws(StoreError) in
            var number: Int64 = 0
            if let cursor {
                let found = try connection.statement(Self.numberByID).bind(cursor).first { row throws(StoreError) in
                    row.int()
                }
                guard let found else { return [] }
                number = found
            }
            return try connection.statement(Self.selection(of: state)).bind(state).bind(number).bind(max(limit, 0))
                .all(EnrollmentRow.read)
        }
    }

    /// The statement whose index suits a state: the few that wait or failed, the few being signed, the many issued.
    private static func selection(of state: Enrollment.State) -> SQL {
        switch state {
        case .pending, .approved, .denied, .failed: fewInState
        case .issuing: beingSigned
        case .issued: manyInState
        }
    }

    static let enrollmentByID: SQL = EnrollmentRow.select + "WHERE e.id = ?"
    private static let numberByID: SQL = "SELECT number FROM enrollment WHERE id = ?"
    // Of one transaction there are few rows, which its index finds; whatever else is compared, is compared in those.
    private static let newestOfRequest: SQL =
        EnrollmentRow.select + """
            WHERE e.transaction_id = ? AND e.endpoint = ? AND e.request_digest = ? AND e.message_type = ?
                AND e.signer_digest IS ?
            ORDER BY e.number DESC LIMIT 1
            """
    private static let newestOfSubject: SQL =
        EnrollmentRow.select + """
            WHERE e.transaction_id = ? AND e.endpoint = ? AND (e.key_digest = ? OR e.signer_key_digest = ?)
                AND e.subject = ? AND (? IS NULL OR e.state = ?)
            ORDER BY e.number DESC LIMIT 1
            """
    private static let waitingOfOthers: SQL =
        """
        SELECT 1 FROM enrollment WHERE transaction_id = ? AND endpoint = ? AND state IN ('pending', 'approved')
            AND key_digest <> ? LIMIT 1
        """
    private static let newestOfKey: SQL =
        EnrollmentRow.select + """
            WHERE e.transaction_id = ? AND e.endpoint = ? AND (e.key_digest = ? OR e.signer_key_digest = ?)
            ORDER BY e.number DESC LIMIT ?
            """
    private static let newestOfChallenge: SQL =
        EnrollmentRow.select + "WHERE e.challenge = ? ORDER BY e.number DESC LIMIT 1"
    // The list of states is the index's condition, which a statement must repeat to use it.
    static let countOfWaiting: SQL =
        """
        SELECT count(*) FROM (SELECT 1 FROM enrollment WHERE state = 'pending'
            AND state IN ('pending', 'approved', 'denied', 'failed') AND endpoint = ? LIMIT ?)
        """
    private static let fewInState: SQL =
        EnrollmentRow.select + """
            WHERE e.state = ? AND e.state IN ('pending', 'approved', 'denied', 'failed') AND e.number > ?
            ORDER BY e.number LIMIT ?
            """
    private static let beingSigned: SQL =
        EnrollmentRow.select + """
            WHERE e.number IN (SELECT enrollment FROM plan) AND e.state = ? AND e.number > ?
            ORDER BY e.number LIMIT ?
            """
    private static let manyInState: SQL =
        EnrollmentRow.select + "WHERE e.state = ? AND e.number > ? ORDER BY e.number LIMIT ?"

    private static let fail: SQL =
        "UPDATE enrollment SET state = 'failed', reason = ?, updated_at = ? WHERE id = ?"
    private static let lapse: SQL =
        "UPDATE enrollment SET state = 'failed', reason = ?, updated_at = ? WHERE id = ? AND state = 'pending'"
    private static let settle: SQL =
        "UPDATE enrollment SET state = ?, decided_by = ?, reason = ?, updated_at = ? WHERE id = ?"
}
