// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Told after every committed revocation or release, so that CRLs and caches follow.
package protocol RevocationObserver: Sendable {
    /// - Parameters:
    ///   - authority: whose certificate it was.
    ///   - isUrgent: nobody may wait for company: a key is in wrong hands.
    func revocationChanged(in authority: AuthorityID, isUrgent: Bool)
}

/// The one way to revoke a certificate and to release one from hold.
///
/// Both answer after the commit; from then on OCSP tells the new status, and the CRL follows within seconds.
///
/// Source: RFC 5280, section 5.3.1.
package struct RevocationService: Sendable {
    private let store: any CredentialStore
    private let observers: [any RevocationObserver]
    private let clock: any Clock

    package init(store: any CredentialStore, observers: [any RevocationObserver], clock: any Clock) {
        self.store = store
        self.observers = observers
        self.clock = clock
    }

    /// Revokes a certificate.
    ///
    /// A certificate on hold can be revoked again with another reason. Everything else happens once.
    ///
    /// - Parameters:
    ///   - serial: serials are unique over all authorities here.
    ///   - reason: any but removeFromCRL, which is the release of a hold.
    ///   - invalidityDate: since when the key is known or suspected to be bad; not in the future.
    ///   - actor: who asked, for the audit trail.
    ///   - force: allows the server's own certificates.
    /// - Returns: the credential as it is now.
    /// - Throws: ``RevocationError``; nothing was changed then.
    package func revoke(
        _ serial: SerialNumber, reason: CRLReason = .unspecified, invalidityDate: Timestamp? = nil, actor: String,
        force: Bool = false
    ) async throws(RevocationError) -> Credential {
        let now = clock.now
        guard reason != .removeFromCRL else { throw .reasonNotAllowed(reason) }
        if let invalidityDate, invalidityDate > now { throw .invalidityDateInFuture(invalidityDate) }
        let credential = try await credential(serial)
        guard force || credential.owner != .own else { throw .ownCertificate(profile: credential.profile) }
        let revocation = Revocation(at: now, reason: reason, invalidityDate: invalidityDate)
        var details = facts(of: credential)
        details["reason"] = reason.name
        details["invalidityDate"] = invalidityDate?.iso8601
        let event = AuditEvent(
            action: "certificate.revoked", at: now, actor: actor, object: serial.hex, details: details)
        let outcome = try await storing { () async throws(StoreError) in
            try await store.revoke(serial: serial, revocation, event: event)
        }
        switch outcome {
        case .done(let credential): return announce(credential, isUrgent: reason.isUrgent)
        case .notFound: throw .notFound(serial)
        case .conflict(let credential): throw .alreadyRevoked(credential.revocation ?? revocation)
        }
    }

    /// Releases a certificate from hold.
    ///
    /// - Returns: the credential as it is now.
    /// - Throws: ``RevocationError``; nothing was changed then.
    package func release(_ serial: SerialNumber, actor: String) async throws(RevocationError) -> Credential {
        let now = clock.now
        let credential = try await credential(serial)
        let event = AuditEvent(
            action: "certificate.released", at: now, actor: actor, object: serial.hex, details: facts(of: credential))
        let outcome = try await storing { () async throws(StoreError) in
            try await store.release(serial: serial, at: now, event: event)
        }
        switch outcome {
        case .done(let credential): return announce(credential, isUrgent: false)
        case .notFound: throw .notFound(serial)
        case .conflict: throw .notOnHold
        }
    }

    private func credential(_ serial: SerialNumber) async throws(RevocationError) -> Credential {
        let found = try await storing { () async throws(StoreError) in try await store.credential(serial: serial) }
        guard let found else { throw .notFound(serial) }
        return found
    }

    private func announce(_ credential: Credential, isUrgent: Bool) -> Credential {
        for observer in observers { observer.revocationChanged(in: credential.authority, isUrgent: isUrgent) }
        return credential
    }

    private func facts(of credential: Credential) -> [String: String] {
        var facts = ["authority": credential.authority.rawValue, "subject": credential.subject]
        facts["device"] = credential.device?.rawValue
        return facts
    }

    private func storing<Value: Sendable>(
        _ work: () async throws(StoreError) -> Value
    ) async throws(RevocationError) -> Value {
        do { return try await work() } catch { throw .store(error) }
    }
}

extension CRLReason {
    /// Whether somebody may be using the certificate wrongly at this moment.
    var isUrgent: Bool { self == .keyCompromise || self == .cACompromise || self == .aACompromise }
}
