// SPDX-License-Identifier: Apache-2.0

extension StagedChange {
    /// Takes an event.
    ///
    /// - Returns: what to do; when all of it worked, store the change as it is now, else as it was before.
    /// - Throws: ``StagedChangeError``; the change is as it was then.
    package mutating func handle(_ event: Event) throws(StagedChangeError) -> [Action] {
        guard isOpen else { throw .alreadyOver(id, phase) }
        switch event {
        case .judged(let faults): return try judged(faults)
        case .advance(let progress, let consent): return try advance(progress, consent)
        case .stepBack: return try stepBack()
        case .cancel: return cancel()
        case .finalize(let progress, let consent): return try finalize(progress, consent)
        case .confirmed(let evidence): return try confirmed(evidence)
        }
    }

    private mutating func judged(_ faults: [String]) throws(StagedChangeError) -> [Action] {
        guard phase == .planned else { throw .notNow("judge", phase) }
        guard faults.isEmpty else { throw .candidateRefused(faults) }
        phase = .checked
        return []
    }

    private mutating func advance(
        _ progress: ChangeProgress, _ consent: LaggardConsent
    ) throws(StagedChangeError) -> [Action] {
        switch (phase, subject) {
        case (.planned, _): return [.judgeCandidate]
        case (.checked, _):
            phase = .trustStaged
            return []
        case (.trustStaged, .requireHTTPS(let candidate)):
            if candidate != nil { try demand(progress, consent) }
            phase = .dual
            return candidate.map { [.activate($0), .setHTTPS(.offered)] } ?? [.setHTTPS(.offered)]
        case (.dual, .requireHTTPS):
            try demand(progress, consent)
            phase = .enforced
            return [.setHTTPS(.required)]
        default: throw .lastStepLeft(phase)
        }
    }

    private mutating func stepBack() throws(StagedChangeError) -> [Action] {
        switch phase {
        case .planned: throw .notNow("back", phase)
        case .checked:
            phase = .planned
            return []
        case .trustStaged:
            phase = .checked
            return []
        case .dual:
            phase = .trustStaged
            return undoDual
        case .enforced:
            phase = .dual
            return [.setHTTPS(.offered)]
        case .final, .cancelled: throw .alreadyOver(id, phase)
        }
    }

    private mutating func cancel() -> [Action] {
        let undo: [Action] = phase == .dual || phase == .enforced ? undoDual : []
        phase = .cancelled
        return undo
    }

    /// What takes offering HTTPS back.
    private var undoDual: [Action] {
        guard case .requireHTTPS(let candidate) = subject else { return [] }
        return [.setHTTPS(httpsBefore)] + (candidate.map { [.rollBack($0)] } ?? [])
    }

    private mutating func finalize(
        _ progress: ChangeProgress, _ consent: LaggardConsent
    ) throws(StagedChangeError) -> [Action] {
        let actions: [Action]
        switch (phase, subject) {
        case (.enforced, .requireHTTPS): actions = []
        case (.trustStaged, .serverCertificate(let id)): actions = [.activate(id)]
        case (.trustStaged, .authority(let id)): actions = [.rotate(id)]
        default: throw .notNow("finalize", phase)
        }
        try demand(progress, consent)
        phase = .final
        return actions
    }

    private func demand(_ progress: ChangeProgress, _ consent: LaggardConsent) throws(StagedChangeError) {
        guard progress.reaches(threshold) || consent.covers(progress) else {
            throw .thresholdNotReached(progress, threshold: threshold)
        }
    }

    private func confirmed(_ evidence: Evidence) throws(StagedChangeError) -> [Action] {
        switch (wanted, evidence) {
        case (.trust, .trust), (.https, .https), (.https, .trust): return [.record(evidence)]
        // A device that came over HTTPS to a certificate not yet shown proved nothing about the new one.
        default: throw .confirmationNotWanted(evidence, phase)
        }
    }
}
