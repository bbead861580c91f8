// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats

/// Keys and certificates of the enrolment in the stores.
extension AgentStore {
    /// The certificate that sessions are opened with, its issuers and its key.
    ///
    /// - Throws: ``AgentServiceError/managementCertificateMissing``.
    func managementIdentity(pool: CryptoPool) throws(AgentServiceError) -> ClientIdentity {
        let state = state
        guard let reference = state.managementCertificate,
            let certificate = state.store(reference.location).certificate(reference.thumbprint),
            let material = lookingDraft().key(at: reference.keyPath),
            let key = try? SoftwareKey(material, id: KeyID(rawValue: reference.thumbprint.text), pool: pool)
        else { throw .managementCertificateMissing }
        let authorities = state.store(StoreLocation(.device, .ca)).certificates
        var chain = [certificate]
        while chain.count < Self.chainLimit, let last = chain.last, !last.isSelfIssued,
            let issuer = authorities.first(where: { $0.subject.matches(last.issuer) && !chain.contains($0) })
        {
            chain.append(issuer)
        }
        return ClientIdentity(chain: chain, key: key)
    }

    /// Certificates sent along; the longest chains in use have five.
    private static let chainLimit = 8

    /// The key of an enrolment or renewal at an address: the one an earlier attempt left, or a new one that is kept.
    ///
    /// - Throws: ``AgentServiceError/crypto(_:)``, ``AgentServiceError/store(_:)``.
    func pendingKey(_ type: KeyType, for url: String, pool: CryptoPool) throws(AgentServiceError) -> SoftwareKey {
        if let pending = state.pendingEnrollment, pending.url == url, pending.keyType == type.rawValue,
            let material = lookingDraft().key(at: pending.keyPath),
            let key = try? SoftwareKey(material, id: KeyID(rawValue: pending.keyPath), pool: pool)
        {
            return key
        }
        let key = try CryptoError.running { () throws(CryptoError) in
            try SoftwareKey.generate(type, id: KeyID(rawValue: "enrollment"), pool: pool)
        }
        let material = try CryptoError.running { () throws(CryptoError) in try key.material() }
        try AgentServiceError.storing { () throws(AgentError) in
            try transaction { draft in
                let number = draft.state.nextNumber()
                let path = "\(ManagementScope.device.folder)/\(AgentFolder.pendingFolder)/\(number).key"
                draft.keepKey(material, at: path)
                draft.state.pendingEnrollment = PendingEnrollment(url: url, keyType: type.rawValue, keyPath: path)
            }
        }
        return key
    }

    /// Puts what a first enrolment brought into stores and tree, all or nothing.
    func adopt(
        _ outcome: ClientEnrollmentOutcome, key: PrivateKeyMaterial, as record: EnrollmentRecord, isFederated: Bool
    ) throws(AgentError) {
        try transaction { draft in
            draft.install(outcome, key: key)
            draft.provision(outcome.document, enrollmentType: .device, isFederated: isFederated)
            draft.state.enrollment = record
        }
    }

    /// Puts the certificate of a renewal in the place of the old one, all or nothing.
    func adopt(renewal outcome: ClientEnrollmentOutcome, key: PrivateKeyMaterial, at now: Timestamp) throws(AgentError)
    {
        try transaction { draft in
            draft.install(outcome, key: key)
            draft.provision(outcome.document, enrollmentType: .device, isFederated: false)
            draft.noteRenewal(.succeeded, .ok, at: now)
            draft.state.enrollment?.lastRenewal = RenewalReport(at: now, result: "ok", detail: nil)
        }
    }
}

extension AgentDraft {
    /// Keeps how an attempt to renew ended, for the nodes below MY/WSTEP/Renew.
    mutating func noteRenewal(_ status: CertificateRenewal.Status, _ errorCode: HResult, at now: Timestamp) {
        var renewal = state.renewal ?? CertificateRenewal()
        renewal.status = status
        renewal.errorCode = errorCode
        renewal.lastAttempt = now
        renewal.isRequested = false
        state.renewal = renewal
    }

    /// Installs the certificates of a provisioning document: the own one with its key, roots and authorities.
    ///
    /// The own one replaces that of an earlier document; authorities of an earlier one stay, since a renewal does not
    /// repeat them. Of what stands in Root only what is self-signed is trusted by itself.
    ///
    /// Source: Microsoft, CertificateStore CSP, ROOT ("holds only root (self-signed) certificates").
    fileprivate mutating func install(_ outcome: ClientEnrollmentOutcome, key: PrivateKeyMaterial) {
        let own = install(
            outcome.certificate.encoded, in: StoreLocation(.device, .my), owner: .management,
            key: .software(key))
        var kept: Set<StoreReference> = [own]
        for certificate in outcome.document.certificates where !certificate.store.isOwn {
            let isSelfIssued = (try? CertificateView(parsing: certificate.encoded))?.isSelfIssued ?? false
            let name: StoreName = certificate.store == .root && isSelfIssued ? .root : .ca
            install(certificate.encoded, in: StoreLocation(.device, name), owner: .management)
        }
        for name in [StoreName.root, .ca] {
            let location = StoreLocation(.device, name)
            for thumbprint in state.store(location).entries.keys { kept.insert(StoreReference(location, thumbprint)) }
        }
        release(.management, in: .device, keeping: kept)
        state.managementCertificate = own
        state.pendingEnrollment = nil
    }
}
