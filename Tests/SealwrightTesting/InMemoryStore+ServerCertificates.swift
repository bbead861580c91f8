// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SealwrightCore

// MARK: - Server certificates

extension InMemoryStore {
    package func serverCertificates() async throws(StoreError) -> [ServerCertificate] {
        try ready()
        return serverCertificateList.reversed()
    }

    package func serverCertificate(_ id: ServerCertificateID) async throws(StoreError) -> ServerCertificate? {
        try ready()
        return serverCertificateList.first { $0.id == id }
    }

    package func save(
        _ certificate: ServerCertificate, replacing: ServerCertificate.State?, event: AuditEvent
    ) async throws(StoreError) -> Bool {
        try ready()
        let index = serverCertificateList.firstIndex { $0.id == certificate.id }
        switch (replacing, index) {
        case (nil, nil): serverCertificateList.append(certificate)
        case (let state?, let index?) where serverCertificateList[index].state == state:
            serverCertificateList[index] = certificate
        default: return false
        }
        write(event)
        return true
    }

    package func serverSelection() async throws(StoreError) -> ServerSelection {
        try ready()
        return currentSelection
    }

    package func select(_ selection: ServerSelection, event: AuditEvent) async throws(StoreError) -> Bool {
        try ready()
        guard selection.revision == currentSelection.revision + 1 else { return false }
        currentSelection = selection
        for index in serverCertificateList.indices
        where selection.active == .certificate(serverCertificateList[index].id)
            && serverCertificateList[index].state == .candidate
        {
            serverCertificateList[index].state = .used
        }
        write(event)
        return true
    }
}

// MARK: - Staged changes

extension InMemoryStore {
    package func stagedChanges() async throws(StoreError) -> [StagedChange] {
        try ready()
        return changeList.reversed()
    }

    package func stagedChange(_ id: StagedChangeID) async throws(StoreError) -> StagedChange? {
        try ready()
        return changeList.first { $0.id == id }
    }

    package func save(
        _ change: StagedChange, replacing: StagedChange.Phase?, https: HTTPSMode?, event: AuditEvent
    ) async throws(StoreError) -> Bool {
        try ready()
        let index = changeList.firstIndex { $0.id == change.id }
        switch (replacing, index) {
        case (nil, nil):
            guard !changeList.contains(where: \.isOpen) else { return false }
            changeList.append(change)
        case (let phase?, let index?) where changeList[index].phase == phase: changeList[index] = change
        default: return false
        }
        if let https { mode = https }
        write(event)
        return true
    }

    package func httpsMode() async throws(StoreError) -> HTTPSMode? {
        try ready()
        return mode
    }

    package func setHTTPSMode(_ mode: HTTPSMode, event: AuditEvent) async throws(StoreError) {
        try ready()
        self.mode = mode
        write(event)
    }

    package func confirm(_ confirmation: ChangeConfirmation, event: AuditEvent) async throws(StoreError) -> Bool {
        try ready()
        guard !isKnown(confirmation.change, confirmation.device, confirmation.evidence) else { return false }
        confirmations.append(confirmation)
        if let seen = devicesByID[confirmation.device]?.lastSeenAt {
            devicesByID[confirmation.device]?.lastSeenAt = max(seen, confirmation.at)
        }
        write(event)
        return true
    }

    package func hasConfirmed(
        _ change: StagedChangeID, _ device: DeviceID, _ evidence: StagedChange.Evidence
    ) async throws(StoreError) -> Bool {
        try ready()
        return isKnown(change, device, evidence)
    }

    private func isKnown(_ change: StagedChangeID, _ device: DeviceID, _ evidence: StagedChange.Evidence) -> Bool {
        confirmations.contains { $0.change == change && $0.device == device && $0.evidence == evidence }
    }

    package func deviceCount(seenSince: Timestamp, now: Timestamp) async throws(StoreError) -> Int {
        try ready()
        return counting(since: seenSince, now: now).count
    }

    package func progress(
        of change: StagedChangeID, evidence: StagedChange.Evidence, seenSince: Timestamp, now: Timestamp
    ) async throws(StoreError) -> ChangeProgress {
        try ready()
        let counting = counting(since: seenSince, now: now)
        let ready = Set(confirmations.filter { $0.change == change && $0.evidence == evidence }.map(\.device))
        let laggards = counting.filter { !ready.contains($0.id) }
        return ChangeProgress(
            confirmed: counting.count - laggards.count, total: counting.count,
            laggards: laggards.prefix(ChangeProgress.nameLimit).map(\.id))
    }

    package func confirmationCount(
        of change: StagedChangeID, evidence: StagedChange.Evidence, role: ChangeConfirmation.Role
    ) async throws(StoreError) -> Int {
        try ready()
        return confirmations.count { $0.change == change && $0.evidence == evidence && $0.role == role }
    }

    /// Devices that count, the longest silent first.
    private func counting(since moment: Timestamp, now: Timestamp) -> [Device] {
        let holders = Set(
            credentialsByID.values.filter { $0.revocation == nil && $0.notAfter >= now }.compactMap(\.device))
        return deviceOrder.compactMap { devicesByID[$0] }.enumerated()
            .filter { $1.lastSeenAt >= moment && $1.state != .blocked && $1.state != .retired }
            .filter { holders.contains($1.id) }
            .sorted { ($0.element.lastSeenAt, $0.offset) < ($1.element.lastSeenAt, $1.offset) }
            .map(\.element)
    }
}

// MARK: - Expiry

extension InMemoryStore {
    package func expiryWatches() async throws(StoreError) -> [ExpiryWatch] {
        try ready()
        return watchList
    }

    package func save(_ watch: ExpiryWatch, event: AuditEvent) async throws(StoreError) -> Bool {
        try ready()
        guard !watchList.contains(where: { $0.place == watch.place && $0.target == watch.target }) else { return false }
        watchList.append(watch)
        write(event)
        return true
    }

    package func removeExpiryWatch(_ id: ExpiryWatchID, event: AuditEvent) async throws(StoreError) -> Bool {
        try ready()
        guard let index = watchList.firstIndex(where: { $0.id == id }) else { return false }
        watchList.remove(at: index)
        write(event)
        return true
    }

    package func record(
        _ observation: ExpiryWatch.Observation, of id: ExpiryWatchID, event: AuditEvent?
    ) async throws(StoreError) {
        try ready()
        guard let index = watchList.firstIndex(where: { $0.id == id }) else { return }
        watchList[index].observation = observation
        if let event { write(event) }
    }

    package func recorded(_ notices: [ExpiryNotice]) async throws(StoreError) -> Set<ExpiryNotice> {
        try ready()
        return told.intersection(notices)
    }

    package func record(_ notices: [ExpiryNotice], event: AuditEvent) async throws(StoreError) {
        try ready()
        told.formUnion(notices)
        write(event)
    }
}
