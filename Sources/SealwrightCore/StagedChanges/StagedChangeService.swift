// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Synchronization

/// Makes staged changes: feeds events to the ``StagedChange``, carries out what it answers, stores the result.
package struct StagedChangeService: Sendable {
    let store: any StagedChangeStore & AuditStore & DeviceStore
    let certificates: ServerCertificateService
    let ceremony: AuthorityCeremony
    let clock: any Clock
    /// How plain HTTP answers now.
    package let policy: HTTPSPolicy
    private let gate = SerialGate()

    package init(
        store: any StagedChangeStore & AuditStore & DeviceStore, certificates: ServerCertificateService,
        ceremony: AuthorityCeremony, clock: any Clock, policy: HTTPSPolicy
    ) {
        self.store = store
        self.certificates = certificates
        self.ceremony = ceremony
        self.clock = clock
        self.policy = policy
    }

    /// All changes, newest first.
    package func list() async throws(StagedChangeError) -> [StagedChange] {
        try await storing { () async throws(StoreError) in try await store.stagedChanges() }
    }

    /// One of them.
    package func find(_ id: StagedChangeID) async throws(StagedChangeError) -> StagedChange {
        guard let found = try await storing({ () async throws(StoreError) in try await store.stagedChange(id) }) else {
            throw .unknown(id)
        }
        return found
    }

    /// The change that goes on, if one does.
    package func open() async throws(StagedChangeError) -> StagedChange? { try await list().first(where: \.isOpen) }

    /// Plans a change.
    ///
    /// - Throws: ``StagedChangeError/anotherIsOpen(_:)``, ``StagedChangeError/nothingToChange``.
    package func plan(
        _ subject: StagedChange.Subject, threshold: Int = 99, by actor: String
    ) async throws(StagedChangeError) -> StagedChange {
        try await exclusively { () async throws(StagedChangeError) in
            if let open = try await open() { throw .anotherIsOpen(open.id) }
            if case .requireHTTPS = subject, policy.mode == .required { throw .nothingToChange }
            try await demandExistence(of: subject)
            let change = StagedChange(
                id: .new(milliseconds: clock.milliseconds), subject: subject, threshold: threshold,
                httpsBefore: policy.mode, createdAt: clock.now, createdBy: actor)
            try await save(change, replacing: nil, https: nil, "change.planned", by: actor)
            return change
        }
    }

    /// Goes to the next phase but the last; from planned the candidate is judged first.
    ///
    /// Like every step it is taken only `from` the phase that the caller saw, when that is given: two who step at the
    /// same time take one step.
    package func advance(
        _ id: StagedChangeID, from phase: StagedChange.Phase? = nil, without consent: LaggardConsent = .none,
        by actor: String
    ) async throws(StagedChangeError) -> StagedChange {
        try await step(id, from: phase, "change.advanced", by: actor, consent) {
            (change) async throws(StagedChangeError) in
            .advance(progress: try await gateProgress(of: change), without: consent)
        }
    }

    /// Takes the last step back.
    package func stepBack(
        _ id: StagedChangeID, from phase: StagedChange.Phase? = nil, by actor: String
    ) async throws(StagedChangeError) -> StagedChange {
        try await step(id, from: phase, "change.stepped-back", by: actor) { _ in .stepBack }
    }

    /// Gives the change up; everything is as before.
    package func cancel(
        _ id: StagedChangeID, from phase: StagedChange.Phase? = nil, by actor: String
    ) async throws(StagedChangeError) -> StagedChange {
        try await step(id, from: phase, "change.cancelled", by: actor) { _ in .cancel }
    }

    /// Takes the last step.
    package func finalize(
        _ id: StagedChangeID, from phase: StagedChange.Phase? = nil, without consent: LaggardConsent = .none,
        by actor: String
    ) async throws(StagedChangeError) -> StagedChange {
        try await step(id, from: phase, "change.finalized", by: actor, consent) {
            (change) async throws(StagedChangeError) in
            .finalize(progress: try await gateProgress(of: change), without: consent)
        }
    }

    /// Takes a device's word that it is ready.
    ///
    /// - Returns: whether it is new.
    package func confirm(
        _ id: StagedChangeID, _ evidence: StagedChange.Evidence, fingerprint: [UInt8], by device: DeviceID,
        role: ChangeConfirmation.Role
    ) async throws(StagedChangeError) -> Bool {
        var change = try await find(id)
        _ = try change.handle(.confirmed(evidence))
        guard try await fingerprints(of: change).contains(fingerprint) else { throw .otherCertificate }
        let confirmation = ChangeConfirmation(
            change: id, device: device, evidence: evidence, role: role, at: clock.now)
        let event = AuditEvent(
            action: "change.confirmed", at: clock.now, actor: "device:\(device)", object: id.rawValue,
            details: ["evidence": evidence.rawValue, "role": role.rawValue])
        return try await storing { () async throws(StoreError) in
            try await store.confirm(confirmation, event: event)
        }
    }

    /// The change that asks a device for a proof it has not given yet, and which; `nil` when none does.
    package func unconfirmed(
        by device: DeviceID
    ) async throws(StagedChangeError) -> (change: StagedChange, wanted: StagedChange.Evidence)? {
        guard let change = try await open(), let wanted = change.wanted else { return nil }
        let isDone = try await storing { () async throws(StoreError) in
            try await store.hasConfirmed(change.id, device, wanted)
        }
        return isDone ? nil : (change, wanted)
    }

    /// How far a change is by one kind of proof.
    package func progress(
        of id: StagedChangeID, _ evidence: StagedChange.Evidence
    ) async throws(StagedChangeError) -> ChangeProgress {
        let now = clock.now
        return try await storing { () async throws(StoreError) in
            try await store.progress(
                of: id, evidence: evidence, seenSince: now.adding(seconds: -ChangeProgress.window), now: now)
        }
    }

    /// Confirmations of one kind of machine.
    package func count(
        of id: StagedChangeID, _ evidence: StagedChange.Evidence, _ role: ChangeConfirmation.Role
    ) async throws(StagedChangeError) -> Int {
        try await storing { () async throws(StoreError) in
            try await store.confirmationCount(of: id, evidence: evidence, role: role)
        }
    }
}

// MARK: - Steps

extension StagedChangeService {
    /// Feeds an event, carries out the actions, stores the change; when an action fails those before are undone.
    private func step(
        _ id: StagedChangeID, from phase: StagedChange.Phase?, _ action: String, by actor: String,
        _ consent: LaggardConsent = .none,
        _ event: (StagedChange) async throws(StagedChangeError) -> StagedChange.Event
    ) async throws(StagedChangeError) -> StagedChange {
        try await exclusively { () async throws(StagedChangeError) in
            let before = try await find(id)
            if let phase, before.phase != phase { throw .changedMeanwhile(id) }
            var after = before
            var actions = try after.handle(try await event(before))
            if actions == [.judgeCandidate] {
                actions = try after.handle(.judged(faults: try await faults(of: before)))
            }
            after.updatedAt = clock.now
            let mode = actions.compactMap { if case .setHTTPS(let mode) = $0 { mode } else { nil } }.last
            try await carryOut(actions, of: id, by: actor)
            var details = ["from": before.phase.rawValue, "to": after.phase.rawValue]
            switch consent {
            case .none: break
            case .naming(let devices): details["without"] = devices.map(\.rawValue).sorted().joined(separator: " ")
            case .atMost(let limit): details["withoutAtMost"] = String(limit)
            }
            try await save(after, replacing: before.phase, https: mode, action, by: actor, details)
            if let mode { policy.set(mode) }
            return after
        }
    }

    /// Certificates and authorities first: the HTTPS mode is stored with the phase, in one transaction.
    private func carryOut(
        _ actions: [StagedChange.Action], of id: StagedChangeID, by actor: String
    ) async throws(StagedChangeError) {
        for action in actions {
            switch action {
            case .activate(let certificate):
                try await serving { () async throws(ServerCertificateError) in
                    _ = try await certificates.activate(
                        .certificate(certificate), strandingIsAccepted: true, isStep: true, by: actor)
                }
            case .rollBack(let certificate):
                try await serving { () async throws(ServerCertificateError) in
                    try await certificates.rollBack(from: certificate, by: actor)
                }
            case .rotate(let authority): try await rotate(to: authority, by: actor)
            case .setHTTPS, .record, .judgeCandidate: continue
            }
        }
    }

    private func rotate(to authority: AuthorityID, by actor: String) async throws(StagedChangeError) {
        if certificates.registry.issuing()?.id == authority { return }
        guard certificates.registry.staged()?.id == authority else { throw .authority(.noSuccessorStaged) }
        do {
            _ = try await ceremony.rotate(by: actor)
        } catch {
            throw .authority(error)
        }
    }

    /// The progress that decides the next step; nothing is counted for a step that strands nobody.
    private func gateProgress(of change: StagedChange) async throws(StagedChangeError) -> ChangeProgress {
        guard let evidence = change.gate else { return ChangeProgress(confirmed: 0, total: 0, laggards: []) }
        return try await progress(of: change.id, evidence)
    }

    private func exclusively<Value: Sendable>(
        _ work: () async throws(StagedChangeError) -> Value
    ) async throws(StagedChangeError) -> Value {
        await gate.enter()
        defer { gate.leave() }
        return try await work()
    }

    private func save(
        _ change: StagedChange, replacing: StagedChange.Phase?, https: HTTPSMode?, _ action: String, by actor: String,
        _ details: [String: String] = [:]
    ) async throws(StagedChangeError) {
        var details = details
        details["subject"] = change.subject.text
        if let https { details["https"] = https.rawValue }
        let event = AuditEvent(
            action: action, at: clock.now, actor: actor, object: change.id.rawValue, details: details)
        let stored = try await storing { () async throws(StoreError) in
            try await store.save(change, replacing: replacing, https: https, event: event)
        }
        guard stored else { throw .changedMeanwhile(change.id) }
    }

    private func storing<Value: Sendable>(
        _ work: @Sendable () async throws(StoreError) -> Value
    ) async throws(StagedChangeError) -> Value {
        do { return try await work() } catch { throw .store(error) }
    }

    private func serving<Value: Sendable>(
        _ work: () async throws(ServerCertificateError) -> Value
    ) async throws(StagedChangeError) -> Value {
        do { return try await work() } catch { throw .server(error) }
    }
}
