// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats
package import SealwrightCore

extension InMemoryStore {
    package func credential(
        authority: AuthorityID, serial: SerialNumber
    ) async throws(StoreError) -> Credential? {
        try ready()
        return known(serial).flatMap { $0.authority == authority ? $0 : nil }
    }

    package func credential(_ id: CredentialID) async throws(StoreError) -> Credential? {
        try ready()
        return credentialsByID[id]
    }

    package func credential(serial: SerialNumber) async throws(StoreError) -> Credential? {
        try ready()
        return known(serial)
    }

    private func known(_ serial: SerialNumber) -> Credential? {
        credentialBySerial[serial].flatMap { credentialsByID[$0] }
    }

    package func credential(fingerprint: [UInt8]) async throws(StoreError) -> Credential? {
        try ready()
        return credentialOrder.reversed().compactMap { credentialsByID[$0] }.first { credential in
            credential.fingerprint == fingerprint
                || DigestAlgorithm.sha1.hash(credential.certificate) == fingerprint
        }
    }

    package func credentials(of devices: [DeviceID], issuedVia via: String) async throws(StoreError) -> [Credential] {
        try ready()
        return credentialOrder.reversed().compactMap { credentialsByID[$0] }.filter { credential in
            credential.issuedVia == via && credential.device.map(devices.contains) == true
        }
    }

    package func status(
        authority: AuthorityID, serial: SerialNumber
    ) async throws(StoreError) -> CredentialStatus? {
        try ready()
        guard let credential = known(serial), credential.authority == authority else { return nil }
        return CredentialStatus(
            credential: credential.id, owner: credential.owner, notAfter: credential.notAfter,
            renewedTo: credential.renewedTo, revocation: credential.revocation)
    }

    package func credentials(
        _ filter: CredentialFilter, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<Credential> {
        try ready()
        var found = credentialOrder.reversed().compactMap { credentialsByID[$0] }.filter(filter.matches)
        if filter.expiringWithin != nil { found.sort { ($0.notAfter, $0.id.rawValue) < ($1.notAfter, $1.id.rawValue) } }
        return page(found, after: cursor, limit: limit) { $0.id.rawValue }
    }

    package func revoke(
        serial: SerialNumber, _ revocation: Revocation, event: AuditEvent
    ) async throws(StoreError) -> RevocationOutcome {
        try ready()
        guard var credential = known(serial) else { return .notFound }
        guard let following = revocation.following(credential.revocation) else { return .conflict(credential) }
        if credential.revocation != nil { endedHolds.append((credential.authority, serial, revocation.at)) }
        credential.revocation = following
        if revocation.reason == .keyCompromise { compromisedKeys.insert(credential.keyDigest) }
        return change(credential, event)
    }

    package func release(
        serial: SerialNumber, at: Timestamp, event: AuditEvent
    ) async throws(StoreError) -> RevocationOutcome {
        try ready()
        guard var credential = known(serial) else { return .notFound }
        guard credential.revocation?.reason == .certificateHold else { return .conflict(credential) }
        credential.revocation = nil
        endedHolds.append((credential.authority, serial, at))
        return change(credential, event)
    }

    private func change(_ credential: Credential, _ event: AuditEvent) -> RevocationOutcome {
        credentialsByID[credential.id] = credential
        generation += 1
        write(event)
        return .done(credential)
    }

    package func revokedCertificates(
        authority: AuthorityID, endingAfter: Timestamp
    ) async throws(StoreError) -> [RevokedEntry] {
        try ready()
        return credentialsByID.values
            .filter { $0.authority == authority && $0.notAfter >= endingAfter }
            .compactMap { credential in
                credential.revocation.map { RevokedEntry(serial: credential.serial, revocation: $0) }
            }
            .sorted { $0.serial < $1.serial }
    }

    package func endedHolds(
        authority: AuthorityID, since: Timestamp
    ) async throws(StoreError) -> [SerialNumber] {
        try ready()
        return endedHolds.filter { $0.authority == authority && $0.at >= since }.map(\.serial)
    }

    package func revocationGeneration() async throws(StoreError) -> Int64 {
        try ready()
        return generation
    }

    package func isCompromised(keyDigest: [UInt8]) async throws(StoreError) -> Bool {
        try ready()
        return compromisedKeys.contains(keyDigest)
    }

    package func otherSubject(
        keyDigest: [UInt8], than subject: String, at now: Timestamp
    ) async throws(StoreError) -> String? {
        try ready()
        return credentialsByID.values.first { credential in
            credential.keyDigest == keyDigest && credential.subject != subject && credential.notAfter >= now
                && (credential.revocation?.reason ?? .certificateHold) == .certificateHold
        }?.subject
    }

    package func prepareKeyLookup() async throws(StoreError) { try ready() }

    package func credentialCount() async throws(StoreError) -> Int {
        try ready()
        return credentialsByID.values.count { $0.owner == .device }
    }
}

extension CredentialFilter {
    /// Whether a credential belongs into the list.
    fileprivate func matches(_ credential: Credential) -> Bool {
        if let owner, credential.owner != owner { return false }
        if let status, credential.status(at: now) != status { return false }
        if let device, credential.device != device { return false }
        if let authority, credential.authority != authority { return false }
        if let subject, !credential.subject.lowercased().contains(subject.lowercased()) { return false }
        guard let expiringWithin else { return true }
        return credential.notAfter >= now && credential.notAfter <= now.adding(seconds: expiringWithin)
    }
}
