// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// A device's word that it is ready for a change.
package struct ChangeConfirmation: Sendable, Hashable, Codable {
    /// What kind of machine spoke.
    package enum Role: String, Sendable, Codable, CaseIterable {
        case agent
        /// A machine that serves others: packages, tasks.
        case siteServer = "site-server"
    }

    package let change: StagedChangeID
    package let device: DeviceID
    package let evidence: StagedChange.Evidence
    package let role: Role
    package let at: Timestamp

    package init(
        change: StagedChangeID, device: DeviceID, evidence: StagedChange.Evidence, role: Role, at: Timestamp
    ) {
        self.change = change
        self.device = device
        self.evidence = evidence
        self.role = role
        self.at = at
    }
}

/// Staged changes, the devices' confirmations, and how HTTPS stands.
///
/// Contract: every verb that writes is one durable transaction that also holds its audit event.
package protocol StagedChangeStore: Sendable {
    /// All of them, newest first.
    func stagedChanges() async throws(StoreError) -> [StagedChange]
    /// One of them.
    func stagedChange(_ id: StagedChangeID) async throws(StoreError) -> StagedChange?
    /// Adds a change, or replaces it when it still is in phase `replacing`; sets the HTTPS mode when one is given.
    ///
    /// - Returns: whether it was stored; `false` when it is not in that phase any more, or another change is open.
    func save(
        _ change: StagedChange, replacing: StagedChange.Phase?, https: HTTPSMode?, event: AuditEvent
    ) async throws(StoreError) -> Bool
    /// How HTTPS stands; `nil` before it was ever set.
    func httpsMode() async throws(StoreError) -> HTTPSMode?
    /// Sets how HTTPS stands outside of any change: at installation.
    func setHTTPSMode(_ mode: HTTPSMode, event: AuditEvent) async throws(StoreError)
    /// Keeps a confirmation and notes that the device was seen.
    ///
    /// - Returns: whether it is new; a repeated one changes nothing and writes no event.
    func confirm(_ confirmation: ChangeConfirmation, event: AuditEvent) async throws(StoreError) -> Bool
    /// Whether a device has confirmed that.
    func hasConfirmed(
        _ change: StagedChangeID, _ device: DeviceID, _ evidence: StagedChange.Evidence
    ) async throws(StoreError) -> Bool
    /// How far a change is: of the devices that count.
    ///
    /// Those count that were seen since a moment, are neither blocked nor retired, and hold a certificate with which
    /// they could come now: neither revoked, nor on hold, nor past its end.
    func progress(
        of change: StagedChangeID, evidence: StagedChange.Evidence, seenSince: Timestamp, now: Timestamp
    ) async throws(StoreError) -> ChangeProgress
    /// How many devices count, as ``progress(of:evidence:seenSince:now:)`` has it.
    func deviceCount(seenSince: Timestamp, now: Timestamp) async throws(StoreError) -> Int
    /// The confirmations of a kind of machine.
    func confirmationCount(
        of change: StagedChangeID, evidence: StagedChange.Evidence, role: ChangeConfirmation.Role
    ) async throws(StoreError) -> Int
}
