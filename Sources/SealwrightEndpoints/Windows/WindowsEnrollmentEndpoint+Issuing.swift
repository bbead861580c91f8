// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightCore

extension WindowsEnrollmentEndpoint {
    /// A first certificate.
    func issue(_ request: IssueRequest, _ peer: Peer) async -> Result<ProvisioningDocument, WindowsRefusal> {
        let signIn: WindowsSignIn
        do {
            signIn = try await use(request.credential, for: request, peer)
        } catch {
            return .failure(error)
        }
        if request.isProvenBySHA1 { await recordLegacyProof(request.deviceID.text, peer) }
        let outcome = await enroll(
            request.certificationRequest, as: DistinguishedName([(type: .commonName, text: request.deviceID.text)]),
            kind: .initial, messageType: "Issue", transactionID: Array(request.deviceID.text.utf8),
            challenge: signIn.challenge, signer: .nobody, peer)
        if case .issued(let credential) = outcome {
            do {
                try await recordEnrollment(
                    of: request, by: signIn.user, in: Self.store(request.context), credential, peer)
            } catch {
                return .failure(error)
            }
        }
        return settle(outcome) { credential throws(OMADMError) in
            try document(for: request, of: signIn.user, credential)
        }
    }

    /// A certificate in place of one that ends, for the same device.
    func renew(_ request: RenewRequest, _ peer: Peer) async -> Result<ProvisioningDocument, WindowsRefusal> {
        let certificate = request.certificate
        if request.isProvenBySHA1 { await recordLegacyProof(certificate.subject.rfc4514, peer) }
        let isOrdered: Bool
        let store: ProvisionedCertificate.Store
        do {
            isOrdered = try await isRenewalOrdered(certificate)
            // A renewal need not say how the device enrolled, and the answer goes where the device looks.
            store = try await enrolledStore(of: certificate) ?? Self.store(request.context)
        } catch {
            return .failure(.store(error))
        }
        let outcome = await enroll(
            request.certificationRequest, as: certificate.subject, kind: .renewal, messageType: "Renew",
            transactionID: certificate.fingerprint(.sha256), challenge: nil,
            signer: services.enrollment.signer(certificate), isOrdered: isOrdered, peer)
        return settle(outcome) { credential throws(OMADMError) in
            .renewal(
                of: ProvisionedCertificate(store, encoded: credential.certificate),
                providerID: WindowsEnrollmentConfiguration.providerID, renew: try renewal(of: credential))
        }
    }

    /// Whether an administrator told the holder of a certificate to renew it.
    ///
    /// An order is spent by the certificate that came of it, which is younger. The certificate is only looked up here;
    /// whether the request is its holder's is judged by the middle.
    private func isRenewalOrdered(_ certificate: CertificateView) async throws(StoreError) -> Bool {
        guard let credential = try await services.store.credential(serial: certificate.serialNumber),
            let device = credential.device
        else { return false }
        let told = try await services.store.commands(of: device, in: [.sent, .succeeded], after: nil, limit: 100)
        return told.items.contains { $0.kind == .renewal && $0.id.isYounger(than: credential.id) }
    }

    /// Asks the middle for a certificate that says who the device is, whatever its PKCS#10 says.
    private func enroll(
        _ request: CertificationRequest, as subject: DistinguishedName, kind: EnrollmentRequest.Kind,
        messageType: String, transactionID: [UInt8], challenge: Secret?, signer: EnrollmentRequest.Signer,
        isOrdered: Bool = false, _ peer: Peer
    ) async -> IssuanceOutcome {
        await services.enrollment.enroll(
            EnrollmentRequest(
                endpoint: WindowsEnrollmentConfiguration.endpoint, via: Self.via, kind: kind, messageType: messageType,
                transactionID: transactionID, certificationRequest: VerifiedRequest(provenByProtocol: request),
                wish: RequestedCertificate(subject: subject, subjectPublicKeyInfo: request.subjectPublicKeyInfo),
                challenge: challenge, signer: signer, isOrdered: isOrdered, peer: peer.address,
                receivedAt: services.clock.now))
    }

    private func settle(
        _ outcome: IssuanceOutcome, _ document: (Credential) throws(OMADMError) -> ProvisioningDocument
    ) -> Result<ProvisioningDocument, WindowsRefusal> {
        switch outcome {
        case .issued(let credential):
            do { return .success(try document(credential)) } catch { return .failure(.unwritable(error)) }
        case .pending: return .failure(.approvalNotPossible)
        case .denied(let reason): return .failure(.denied(reason))
        case .unavailable(let why): return .failure(.unavailable(why))
        }
    }

    /// Where the device keeps its certificate: a device of one user with the user's, a device of everybody with its own.
    private static func store(_ context: AdditionalContext) -> ProvisionedCertificate.Store {
        context.isDeviceEnrollment ? .system : .user
    }

    /// Protocol and endpoint, as credentials and audit name them.
    static let via = "mde:\(WindowsEnrollmentConfiguration.endpoint)"
}

// MARK: - The provisioning document

extension WindowsEnrollmentEndpoint {
    private func document(
        for request: IssueRequest, of user: String, _ credential: Credential
    ) throws(OMADMError) -> ProvisioningDocument {
        let chain = services.registry.chain(of: credential.authority)
        let store = Self.store(request.context)
        var certificates = [ProvisionedCertificate(store, encoded: credential.certificate)]
        if let root = chain.last {
            certificates.append(ProvisionedCertificate(.root, encoded: root.certificate.encoded))
        }
        if chain.count > 1, let issuing = chain.first {
            certificates.append(ProvisionedCertificate(.authority, encoded: issuing.certificate.encoded))
        }
        var client = DMClientSettings(
            providerID: WindowsEnrollmentConfiguration.providerID, entDeviceName: request.context[.deviceName])
        client.entDMID = credential.device?.rawValue
        client.upn = user
        let account = Self.account(of: request.deviceID, enrolledBy: credential)
        return ProvisioningDocument(
            certificates: certificates, renew: try renewal(of: credential),
            account: ManagementAccount(
                providerID: WindowsEnrollmentConfiguration.providerID, name: configuration.name,
                address: try ServiceURL(
                    parsing: configuration.deviceOrigin() + WindowsEnrollmentConfiguration.managementPath),
                searchCriteria: CertificateSearchCriteria(request.deviceID, in: store),
                authentication: ApplicationAuthentication.Level.allCases.map {
                    configuration.secrets.account($0, of: account)
                }),
            dmClient: client)
    }

    private func renewal(of credential: Credential) throws(OMADMError) -> RenewSettings {
        try WindowsEnrollmentConfiguration.renewSettings(
            life: credential.notAfter.seconds(since: credential.notBefore))
    }
}
