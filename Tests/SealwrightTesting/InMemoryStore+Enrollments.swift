// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import SealwrightCore

extension InMemoryStore {
    package func recordPlan(
        _ enrollment: Enrollment, consuming challenge: ChallengeID?, replayWindow: Int64, event: AuditEvent
    ) async throws(StoreError) -> PlanOutcome {
        try ready()
        if let refusal = refusal(of: enrollment, consuming: challenge, replayWindow: replayWindow, now: event.at) {
            return refusal
        }
        if let serial = enrollment.plan?.serial {
            guard reservedSerials.insert(serial).inserted else { return .serialTaken }
        }
        keep(enrollment, consuming: challenge, event: event)
        return .recorded
    }

    package func recordPending(
        _ enrollment: Enrollment, consuming challenge: ChallengeID?, limit: Int, event: AuditEvent
    ) async throws(StoreError) -> PlanOutcome {
        try ready()
        let refusal = refusal(
            of: enrollment, consuming: challenge, replayWindow: 86_400,
            isFull: waiting(at: enrollment.key.endpoint) >= limit, now: event.at)
        if let refusal { return refusal }
        keep(enrollment, consuming: challenge, event: event)
        return .recorded
    }

    private func keep(_ enrollment: Enrollment, consuming challenge: ChallengeID?, event: AuditEvent) {
        if let challenge { challengesByID[challenge]?.used += 1 }
        if enrollmentsByID[enrollment.id] == nil {
            enrollmentOrder.append(enrollment.id)
            enrollmentsByTransaction[enrollment.key.transactionID, default: []].append(enrollment.id)
        }
        enrollmentsByID[enrollment.id] = enrollment
        write(event)
    }

    /// The checks before a plan, in the order of the contract; the serial comes after them.
    private func refusal(
        of enrollment: Enrollment, consuming challenge: ChallengeID?, replayWindow: Int64, isFull: Bool = false,
        now: Timestamp
    ) -> PlanOutcome? {
        if let duplicate = duplicate(of: enrollment, within: replayWindow, now: now) { return duplicate }
        let isInUse = enrollments(of: enrollment.key.transactionID, at: enrollment.key.endpoint).contains {
            guard $0.id != enrollment.id else { return false }
            let isWaiting = $0.state == .pending || $0.state == .approved
            guard enrollment.key.isNamedByCaller else { return isWaiting && $0.keyDigest != enrollment.keyDigest }
            let isRecent = $0.state == .issued && now.seconds(since: $0.updatedAt) <= replayWindow
            return $0.key != enrollment.key && (isWaiting || $0.state == .issuing || isRecent)
        }
        if isInUse { return .transactionIDInUse }
        if isFull { return .tooManyWaiting }
        guard let challenge else { return nil }
        guard let known = challengesByID[challenge] else { return .challengeUnknown }
        if let uses = known.uses, known.used >= uses { return .challengeAlreadyUsed }
        return known.expiresAt < now ? .challengeExpired : nil
    }

    private func duplicate(
        of enrollment: Enrollment, within replayWindow: Int64, now: Timestamp
    ) -> PlanOutcome? {
        for known in enrollments(of: enrollment.key.transactionID, at: enrollment.key.endpoint)
        where known.key == enrollment.key {
            let credential = known.credential.flatMap { credentialsByID[$0] }
            switch known.state {
            case .denied, .failed: continue
            case .pending, .approved:
                if known.id == enrollment.id { continue }
            case .issuing: break
            case .issued:
                guard known.id != enrollment.id else { break }
                let isFresh = now.seconds(since: known.updatedAt) <= replayWindow
                guard isFresh, known.key.isNamedByCaller || credential?.status(at: now) == .valid else { continue }
            }
            return .duplicate(known, credential)
        }
        return nil
    }

    package func recordCertificate(
        _ credential: Credential, device: Device?, event: AuditEvent
    ) async throws(StoreError) {
        try ready()
        var credential = credential
        if let device { credential = credential.owned(by: touch(device)) }
        insert(credential)
        if let id = credential.enrollment, var enrollment = enrollmentsByID[id] {
            enrollment.state = .issued
            enrollment.credential = credential.id
            enrollment.updatedAt = credential.issuedAt
            // The certificate holds the same octets.
            enrollment.plan = nil
            enrollmentsByID[id] = enrollment
        }
        if let old = credential.renewedFrom { credentialsByID[old]?.renewedTo = credential.id }
        write(event)
    }

    /// Creates a device, or brings the known one up to date; a device that another enrolment made meanwhile under one
    /// of the same names is that device.
    ///
    /// The state of a known device is left alone.
    private func touch(_ device: Device) -> DeviceID {
        let known = devicesByID[device.id] ?? device.attachments.lazy.compactMap { self.device(knownBy: $0) }.first
        guard var known else {
            devicesByID[device.id] = device
            deviceOrder.append(device.id)
            for attachment in device.attachments { devicesByAttachment[attachment] = device.id }
            return device.id
        }
        known.lastSeenAt = max(known.lastSeenAt, device.lastSeenAt)
        known.attachments += device.attachments.filter { !known.attachments.contains($0) }
        devicesByID[known.id] = known
        for attachment in device.attachments { devicesByAttachment[attachment] = known.id }
        return known.id
    }

    package func recordFailure(_ id: EnrollmentID, reason: String, event: AuditEvent) async throws(StoreError) {
        try ready()
        enrollmentsByID[id]?.state = .failed
        enrollmentsByID[id]?.reason = reason
        enrollmentsByID[id]?.updatedAt = event.at
        write(event)
    }

    package func recordLapse(
        _ id: EnrollmentID, reason: String, event: AuditEvent
    ) async throws(StoreError) -> Bool {
        try ready()
        guard enrollmentsByID[id]?.state == .pending else { return false }
        enrollmentsByID[id]?.state = .failed
        enrollmentsByID[id]?.reason = reason
        enrollmentsByID[id]?.updatedAt = event.at
        write(event)
        return true
    }

    package func decide(
        _ id: EnrollmentID, approve: Bool, by actor: String, reason: String?, event: AuditEvent
    ) async throws(StoreError) -> DecisionOutcome {
        try ready()
        guard var enrollment = enrollmentsByID[id] else { return .notFound }
        guard enrollment.state == .pending else { return .alreadyDecided(enrollment) }
        enrollment.state = approve ? .approved : .denied
        enrollment.decidedBy = actor
        enrollment.reason = reason
        enrollment.updatedAt = event.at
        enrollmentsByID[id] = enrollment
        write(event)
        return .decided(enrollment)
    }

    package func enrollment(_ id: EnrollmentID) async throws(StoreError) -> Enrollment? {
        try ready()
        return enrollmentsByID[id]
    }

    package func enrollment(_ key: IdempotencyKey) async throws(StoreError) -> Enrollment? {
        try ready()
        return enrollments(of: key.transactionID, at: key.endpoint).first { $0.key == key }
    }

    package func enrollment(
        endpoint: EndpointID, transactionID: [UInt8], keyDigest: [UInt8], subject: String, in state: Enrollment.State?
    ) async throws(StoreError) -> Enrollment? {
        try ready()
        return enrollments(of: transactionID, keyDigest, at: endpoint)
            .first { $0.subject == subject && (state == nil || $0.state == state) }
    }

    package func enrollments(
        endpoint: EndpointID, transactionID: [UInt8], keyDigest: [UInt8], limit: Int
    ) async throws(StoreError) -> [Enrollment] {
        try ready()
        return Array(enrollments(of: transactionID, keyDigest, at: endpoint).prefix(max(limit, 0)))
    }

    /// The enrolments of a transaction and a key, newest first.
    private func enrollments(of transactionID: [UInt8], _ keyDigest: [UInt8], at endpoint: EndpointID) -> [Enrollment] {
        enrollments(of: transactionID, at: endpoint)
            .filter { $0.keyDigest == keyDigest || $0.signerKeyDigest == keyDigest }
    }

    package func enrollment(challenge: ChallengeID) async throws(StoreError) -> Enrollment? {
        try ready()
        return enrollmentOrder.reversed().lazy.compactMap { self.enrollmentsByID[$0] }
            .first { $0.challenge == challenge }
    }

    package func isInUse(
        _ transactionID: [UInt8], at endpoint: EndpointID, byOtherThan keyDigest: [UInt8]
    ) async throws(StoreError) -> Bool {
        try ready()
        return enrollments(of: transactionID, at: endpoint).contains {
            ($0.state == .pending || $0.state == .approved) && $0.keyDigest != keyDigest
        }
    }

    package func waitingCount(at endpoint: EndpointID, upTo limit: Int) async throws(StoreError) -> Int {
        try ready()
        return min(waiting(at: endpoint), limit)
    }

    private func waiting(at endpoint: EndpointID) -> Int {
        enrollmentsByID.values.count { $0.state == .pending && $0.key.endpoint == endpoint }
    }

    /// The enrolments of a transaction, newest first.
    private func enrollments(of transactionID: [UInt8], at endpoint: EndpointID) -> [Enrollment] {
        (enrollmentsByTransaction[transactionID] ?? []).reversed()
            .compactMap { enrollmentsByID[$0] }.filter { $0.key.endpoint == endpoint }
    }

    package func enrollments(
        in state: Enrollment.State, after cursor: EnrollmentID?, limit: Int
    ) async throws(StoreError) -> [Enrollment] {
        try ready()
        var order = enrollmentOrder[...]
        if let cursor { order = order.drop { $0 != cursor }.dropFirst() }
        return order.compactMap { enrollmentsByID[$0] }.filter { $0.state == state }.prefix(limit).map { $0 }
    }
}

extension Credential {
    /// The same credential, held by a device.
    fileprivate func owned(by device: DeviceID) -> Credential {
        Credential(
            id: id, organization: organization, authority: authority, serial: serial, certificate: certificate,
            subject: subject, notBefore: notBefore, notAfter: notAfter, keyDigest: keyDigest, fingerprint: fingerprint,
            profile: profile, owner: owner, device: device, issuedVia: issuedVia, enrollment: enrollment,
            challenge: challenge, approver: approver, renewedFrom: renewedFrom, issuedAt: issuedAt,
            renewedTo: renewedTo, revocation: revocation)
    }
}

extension EnrollmentStore {
    /// Stores a certificate of a test, which nobody enrolled for.
    package func save(_ credential: Credential, event: AuditEvent) async throws(StoreError) {
        try await recordCertificate(credential, device: nil, event: event)
    }
}
