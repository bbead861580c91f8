// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// The checks and changes of one enrolment inside its transaction.
///
/// There is one writer, so what is read here stays true until the commit: of a hundred racers on one challenge the
/// first one spends it and the others read that it is spent.
struct EnrollmentDesk {
    let session: WriteSession
    let now: Timestamp

    /// The row of this very enrolment, when it waited for approval.
    private var known: Int64?

    init(session: WriteSession, now: Timestamp) {
        self.session = session
        self.now = now
    }

    /// Makes the checks in the order of the contract, then spends the challenge and stores the enrolment.
    ///
    /// - Parameters:
    ///   - enrollment: the enrolment.
    ///   - challenge: the challenge it spends.
    ///   - replayWindow: seconds in which an issued enrolment answers the same request.
    ///   - waitingLimit: how many of its endpoint may wait, when it is to wait itself.
    /// - Returns: `recorded`, or why nothing was changed.
    /// - Throws: ``StoreError``.
    mutating func take(
        _ enrollment: Enrollment, consuming challenge: ChallengeID?, replayWindow: Int64, waitingLimit: Int? = nil
    ) throws(StoreError) -> PlanOutcome {
        if let outcome = try repetition(of: enrollment, within: replayWindow) { return outcome }
        if let waitingLimit, try isFull(enrollment.key.endpoint, limit: waitingLimit) { return .tooManyWaiting }
        let isTaken = try isTaken(enrollment.plan?.serial)
        if let challenge {
            let isSpent = isTaken ? false : try spend(challenge)
            if !isSpent, let refusal = try refusal(of: challenge) { return refusal }
        }
        if isTaken { return .serialTaken }
        if let known {
            try EnrollmentRow.update(known, to: enrollment, in: session)
        } else {
            try EnrollmentRow.insert(enrollment, in: session)
        }
        return .recorded
    }

    /// Whether a certificate or a plan has the serial.
    private func isTaken(_ serial: SerialNumber?) throws(StoreError) -> Bool {
        guard let serial else { return false }
        return try session.statement(Self.serialHolders).bind(serial).bind(serial).first { _ in true } ?? false
    }

    private func isFull(_ endpoint: EndpointID, limit: Int) throws(StoreError) -> Bool {
        let waiting = try session.statement(SQLiteStore.countOfWaiting).bind(endpoint).bind(limit)
            .first { row in row.int() }
        return waiting ?? 0 >= limit
    }

    private func spend(_ challenge: ChallengeID) throws(StoreError) -> Bool {
        try session.statement(Self.spend).bind(challenge).bind(now).run()
        return session.connection.changes == 1
    }

    /// Why a challenge cannot be spent; `nil` when it can.
    private func refusal(of challenge: ChallengeID) throws(StoreError) -> PlanOutcome? {
        let now = now
        let found = try session.statement(Self.challengeState).bind(challenge).first { row -> PlanOutcome? in
            let uses = row.optionalInt()
            let used = row.int()
            if let uses, used >= uses { return .challengeAlreadyUsed }
            return row.moment() < now ? .challengeExpired : nil
        }
        return found ?? .challengeUnknown
    }

    private static let serialHolders: SQL =
        "SELECT 1 FROM credential WHERE serial = ? UNION ALL SELECT 1 FROM plan WHERE serial = ? LIMIT 1"
    private static let spend: SQL =
        """
        UPDATE challenge SET used = used + 1 WHERE id = ? AND (uses IS NULL OR used < uses) AND expires_at >= ?
        """
    private static let challengeState: SQL = "SELECT uses, used, expires_at FROM challenge WHERE id = ?"
}

// MARK: - The same request again

extension EnrollmentDesk {
    /// What an earlier enrolment has to say to this one.
    ///
    /// - Returns: `duplicate`, `transactionIDInUse`, or `nil` when this is a new request.
    private mutating func repetition(
        of enrollment: Enrollment, within replayWindow: Int64
    ) throws(StoreError) -> PlanOutcome? {
        var isInUse = false
        for earlier in try sameTransaction(as: enrollment, within: replayWindow) {
            let isNamed = enrollment.key.isNamedByCaller
            if try isRepeated(earlier, within: replayWindow, whateverCame: isNamed) { return try duplicate(earlier) }
            if earlier.isSelf { known = earlier.number }
            guard !isInUse, !earlier.isSelf else { continue }
            isInUse =
                isNamed
                ? !earlier.isSameRequest && isAnswering(earlier, within: replayWindow)
                : earlier.isWaiting && earlier.keyDigest != enrollment.keyDigest
        }
        return isInUse ? .transactionIDInUse : nil
    }

    /// The part of an earlier enrolment that tells whether it is the same request.
    private struct Earlier {
        let number: Int64
        let id: EnrollmentID
        let state: Enrollment.State
        let keyDigest: [UInt8]
        let updatedAt: Timestamp
        let credential: CredentialID?
        let isSameRequest: Bool
        let isSelf: Bool

        var isWaiting: Bool { state == .pending || state == .approved }
    }

    /// Enrolments of the endpoint with this transactionID that can matter, newest first: this one, the same request's,
    /// and of others what waits or is being signed, for a caller's own name what was issued within the window too.
    ///
    /// A client that gives every request one transactionID may have any number of others.
    private func sameTransaction(
        as enrollment: Enrollment, within replayWindow: Int64
    ) throws(StoreError) -> [Earlier] {
        let key = enrollment.key
        let oldest = key.isNamedByCaller ? now.adding(seconds: -replayWindow) : nil
        return try session.statement(Self.ofTransaction).bind(key.transactionID).bind(key.endpoint)
            .bind(enrollment.id).bind(oldest).bind(key.requestDigest).bind(key.messageType).bind(key.signerDigest)
            .all { row throws(StoreError) in
                let number = row.int()
                let id = EnrollmentID(rawValue: row.text())
                let state: Enrollment.State = try row.word()
                let keyDigest = row.octets()
                let updatedAt = row.moment()
                let credential: CredentialID? = row.optionalName()
                let isSameRequest =
                    row.text() == key.messageType && row.octets() == key.requestDigest
                    && row.optionalOctets() == key.signerDigest
                return Earlier(
                    number: number, id: id, state: state, keyDigest: keyDigest, updatedAt: updatedAt,
                    credential: credential,
                    isSameRequest: isSameRequest, isSelf: id == enrollment.id)
            }
    }

    /// Whether an earlier enrolment answers this request too.
    ///
    /// What waits or is being signed does. An issued one does for the replay window, counted from its issuance, while
    /// its certificate is in force. What was denied or failed does not: the device may try again.
    private func isRepeated(
        _ earlier: Earlier, within replayWindow: Int64, whateverCame: Bool
    ) throws(StoreError) -> Bool {
        guard earlier.isSameRequest || earlier.isSelf else { return false }
        switch earlier.state {
        case .denied, .failed: return false
        case .pending, .approved: return !earlier.isSelf
        case .issuing: return true
        case .issued:
            if earlier.isSelf { return true }
            guard isAnswering(earlier, within: replayWindow), let credential = earlier.credential else { return false }
            if whateverCame { return true }
            return try session.statement(Self.inForce).bind(credential).bind(now).first { _ in true } ?? false
        }
    }

    /// Whether an earlier enrolment is under way, or was carried out within the replay window.
    private func isAnswering(_ earlier: Earlier, within replayWindow: Int64) -> Bool {
        switch earlier.state {
        case .denied, .failed: false
        case .pending, .approved, .issuing: true
        case .issued: now.seconds(since: earlier.updatedAt) <= replayWindow
        }
    }

    private func duplicate(_ earlier: Earlier) throws(StoreError) -> PlanOutcome {
        let enrollment = try session.statement(SQLiteStore.enrollmentByID).bind(earlier.id).first(EnrollmentRow.read)
        guard let enrollment else { throw .corrupted("enrolment \(earlier.id) vanished") }
        let credential = try earlier.credential.flatMap { id throws(StoreError) in
            try session.statement(SQLiteStore.credentialByID).bind(id).first(CredentialRow.read)
        }
        return .duplicate(enrollment, credential)
    }

    private static let ofTransaction: SQL =
        """
        SELECT number, id, state, key_digest, updated_at, credential, message_type, request_digest, signer_digest
        FROM enrollment WHERE transaction_id = ? AND endpoint = ?
            AND (state IN ('pending', 'approved', 'issuing') OR id = ? OR (state = 'issued' AND updated_at >= ?)
                OR (request_digest = ? AND message_type = ? AND signer_digest IS ?))
        ORDER BY number DESC
        """
    private static let inForce: SQL = "SELECT 1 FROM credential WHERE id = ? AND standing = 0 AND not_after >= ?"
}

// MARK: - The end of an issuance

extension WriteSession {
    /// Creates a device or brings the known one up to date.
    ///
    /// A device that another enrolment made meanwhile under one of the same names is that device.
    ///
    /// - Returns: the device it is.
    func touch(_ device: Device) throws(StoreError) -> DeviceID {
        if let known = try known(device) {
            try DeviceRow.touch(known, with: device, in: self)
            return known.device.id
        }
        try DeviceRow.insert(device, in: self)
        return device.id
    }

    private func known(_ device: Device) throws(StoreError) -> DeviceRow.Numbered? {
        if let known = try statement(SQLiteStore.deviceByID).bind(device.id).first(DeviceRow.readNumbered) {
            return known
        }
        for attachment in device.attachments {
            let holder = try statement(SQLiteStore.deviceByAttachment).bind(attachment.value).bind(attachment.kind)
                .first(DeviceRow.readNumbered)
            if let holder { return holder }
        }
        return nil
    }

    /// Marks an enrolment issued.
    ///
    /// Its plan goes: the certificate holds the same bytes.
    func finish(_ enrollment: EnrollmentID, with credential: Credential) throws(StoreError) {
        try statement(Self.issue).bind(credential.id).bind(credential.issuedAt).bind(enrollment).run()
        try statement(Self.removePlan).bind(credential.serial).run()
    }

    private static let issue: SQL =
        "UPDATE enrollment SET state = 'issued', credential = ?, updated_at = ? WHERE id = ?"
    private static let removePlan: SQL = "DELETE FROM plan WHERE serial = ?"
}
