// SPDX-License-Identifier: Apache-2.0

import PKIFormats

extension ManagementService {
    /// Notes that a device took the order of a certificate.
    ///
    /// - Throws: ``ManagementError/unknownInstallation(_:)``, ``ManagementError/changedMeanwhile(_:)``,
    ///   ``ManagementError/store(_:)``.
    @discardableResult
    package func noteDelivered(
        _ id: CertificateInstallationID
    ) async throws(ManagementError) -> CertificateInstallation {
        try await advance(id) { installation, _, _ in truth.delivered(installation, at: clock.now) }
    }

    /// Notes that the commands which were to deliver certificates ended without the device doing it.
    ///
    /// What asks for something, the kinds `query` and `poll`, delivers nothing; `removal` takes away.
    ///
    /// - Parameters:
    ///   - commands: the commands as they ended.
    ///   - cause: what the outcome of one says, in a sentence; the middle does not read outcomes.
    /// - Throws: ``ManagementError/changedMeanwhile(_:)``, ``ManagementError/store(_:)``.
    package func noteUndelivered(
        _ commands: [QueuedCommand], because cause: @Sendable (QueuedCommand) -> String? = { _ in nil }
    ) async throws(ManagementError) {
        for command in commands where command.state == .failed || command.state == .cancelled {
            guard let id = command.installation, !Self.kindsWithoutDelivery.contains(command.kind) else { continue }
            let end = command.state == .failed ? "failed" : "was cancelled"
            let told = cause(command).map { ": \($0)" } ?? ""
            let reason = "the command \(command.id) that was to deliver it \(end)\(told)"
            do {
                try await advance(id) { installation, enrollment, credential in
                    // Ordered anew behind the command: that is another generation.
                    if installation.challenge?.isYounger(than: command.id) ?? false { return installation }
                    let current = truth.next(installation, enrollment: enrollment, credential: credential)
                    // The authority's record of the request proves that the order arrived.
                    guard current.requestedAt == nil else { return current }
                    return truth.undelivered(current, because: reason, at: clock.now)
                }
            } catch .unknownInstallation {
                continue
            }
        }
    }

    private static let kindsWithoutDelivery: Set<QueuedCommand.Kind> = [.query, .poll, .removal]

    /// Notes that a device took a certificate away, as it was told to.
    ///
    /// - Returns: the record as it was before, by which the certificates are known that the device held.
    /// - Throws: ``ManagementError/unknownInstallation(_:)``, ``ManagementError/changedMeanwhile(_:)``,
    ///   ``ManagementError/store(_:)``.
    package func noteRemoved(
        _ id: CertificateInstallationID
    ) async throws(ManagementError) -> CertificateInstallation {
        let found = try await ManagementError.storing { () async throws(StoreError) in
            try await store.installation(id)
        }
        guard let before = found else { throw .unknownInstallation(id) }
        try await advance(id) { installation, _, _ in truth.removed(installation, at: clock.now) }
        return before
    }

    /// Looks at the authority's record of an installation, takes the device's report and stores what is true now.
    ///
    /// - Parameters:
    ///   - id: the installation.
    ///   - report: what the device told, if it told anything.
    /// - Returns: the record as it is now.
    /// - Throws: ``ManagementError/unknownInstallation(_:)``, ``ManagementError/changedMeanwhile(_:)``,
    ///   ``ManagementError/store(_:)``.
    @discardableResult
    package func reconcile(
        _ id: CertificateInstallationID, report: InstallationReport? = nil
    ) async throws(ManagementError) -> CertificateInstallation {
        try await advance(id) { installation, enrollment, credential in
            truth.next(installation, enrollment: enrollment, credential: credential, report: report)
        }
    }

    /// Notes that a device has left management and given up the certificates it had from there.
    ///
    /// - Returns: the certificates that it held, which are of no use to anybody now.
    /// - Throws: ``ManagementError/store(_:)``.
    package func noteLeft(_ device: DeviceID) async throws(ManagementError) -> [CredentialID] {
        let held = try await ManagementError.storing { () async throws(StoreError) in
            try await store.installations(of: device, stage: nil, after: nil, limit: 1_000).items
        }
        // One that failed may be waiting for its next try, which would go to whoever enrols the device next.
        for installation in held where installation.failedAt == nil || installation.renewAt != nil {
            try await advance(installation.id) { installation, _, _ in
                truth.withdrawn(installation, because: "the device left management", at: clock.now)
            }
        }
        return held.filter { !$0.isRemoved }.flatMap { [$0.credential, $0.previousCredential].compactMap { $0 } }
    }

    /// Notes that a certificate is not ordered anew by itself.
    ///
    /// - Throws: ``ManagementError/unknownInstallation(_:)``, ``ManagementError/store(_:)``.
    package func dropRenewal(_ id: CertificateInstallationID) async throws(ManagementError) {
        try await advance(id) { installation, _, _ in
            var next = installation
            next.renewAt = nil
            return next
        }
    }

    /// Certificates that are to be ordered anew now, the longest due first.
    ///
    /// - Throws: ``ManagementError/store(_:)``.
    package func renewalsDue(limit: Int) async throws(ManagementError) -> [CertificateInstallation] {
        let now = clock.now
        return try await ManagementError.storing { () async throws(StoreError) in
            try await store.installationsDue(forRenewalAt: now, limit: limit)
        }
    }
}

// MARK: - One step of a record

extension ManagementService {
    /// Takes a step from the record as it is, again when somebody else took one meanwhile.
    @discardableResult
    private func advance(
        _ id: CertificateInstallationID,
        _ step: @Sendable (CertificateInstallation, Enrollment?, Credential?) -> CertificateInstallation
    ) async throws(ManagementError) -> CertificateInstallation {
        for _ in 1...Self.attempts {
            let found = try await ManagementError.storing { () async throws(StoreError) in
                try await store.installation(id)
            }
            guard let before = found else { throw .unknownInstallation(id) }
            let (enrollment, credential) = try await evidence(of: before)
            let after = try await retried(step(before, enrollment, credential))
            guard after != before else { return before }
            let event = before.stage == after.stage ? nil : AuditEvent.reached(after, at: clock.now)
            let isStored = try await ManagementError.storing { () async throws(StoreError) in
                try await store.replace(before, with: after, event: event)
            }
            if isStored { return after }
        }
        throw .changedMeanwhile(id)
    }

    /// Steps of one record meet when a device and an administrator act in the same moment; so often they do not.
    private static let attempts = 5

    /// What the authority knows of an installation: the enrolment that used its challenge, and the certificate.
    private func evidence(
        of installation: CertificateInstallation
    ) async throws(ManagementError) -> (Enrollment?, Credential?) {
        try await ManagementError.storing { () async throws(StoreError) in
            var enrollment: Enrollment?
            if let challenge = installation.challenge {
                enrollment = try await store.enrollment(challenge: challenge)
            }
            guard let id = installation.credential ?? enrollment?.credential else { return (enrollment, nil) }
            return (enrollment, try await store.credential(id))
        }
    }

    /// Plans the next try of a renewal that failed.
    private func retried(
        _ installation: CertificateInstallation
    ) async throws(ManagementError) -> CertificateInstallation {
        guard installation.stage == .failed, installation.renewAt == nil, let held = installation.previousCredential
        else { return installation }
        let certificate = try await ManagementError.storing { () async throws(StoreError) in
            try await store.credential(held)
        }
        return certificate.map { truth.retried(installation, until: $0.notAfter) } ?? installation
    }
}
