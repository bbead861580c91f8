// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightCore

extension WindowsEnrollmentEndpoint {
    /// Whether the credential lets somebody in; nothing is spent.
    ///
    /// The policy service asks with the same credential first, so that spending it there would leave nothing for the
    /// certificate.
    func judge(_ credential: MDECredential) async -> WindowsRefusal? {
        guard let challenge = Self.challenge(credential) else { return .credentialKind }
        do {
            let found = try await services.store.challenge(
                endpoint: WindowsEnrollmentConfiguration.endpoint, digest: challenge.digest)
            guard let found else { return .denied(.challengeUnknown) }
            // A device that asks again after the answer was lost has spent its challenge: the middle decides.
            return services.clock.now <= found.expiresAt ? nil : .denied(.challengeExpired(at: found.expiresAt))
        } catch {
            return .store(error)
        }
    }

    /// A first certificate.
    func issue(_ request: IssueRequest, _ peer: Peer) async -> Result<ProvisioningDocument, WindowsRefusal> {
        let subject = DistinguishedName([(type: .commonName, text: request.deviceID.text)])
        let outcome = await services.enrollment.enroll(
            EnrollmentRequest(
                endpoint: WindowsEnrollmentConfiguration.endpoint, via: Self.via, kind: .initial, messageType: "Issue",
                transactionID: Array(request.deviceID.text.utf8),
                certificationRequest: VerifiedRequest(provenByProtocol: request.certificationRequest),
                wish: RequestedCertificate(
                    subject: subject, subjectPublicKeyInfo: request.certificationRequest.subjectPublicKeyInfo),
                challenge: Self.challenge(request.credential), signer: .nobody, peer: peer.address,
                receivedAt: services.clock.now))
        return settle(outcome) { credential throws(OMADMError) in
            try document(for: request, credential)
        }
    }

    /// A certificate in place of one that ends, for the same device.
    func renew(_ request: RenewRequest, _ peer: Peer) async -> Result<ProvisioningDocument, WindowsRefusal> {
        let outcome = await services.enrollment.enroll(
            EnrollmentRequest(
                endpoint: WindowsEnrollmentConfiguration.endpoint, via: Self.via, kind: .renewal, messageType: "Renew",
                transactionID: Array(request.certificate.fingerprint(.sha256).prefix(16)),
                certificationRequest: VerifiedRequest(provenByProtocol: request.certificationRequest),
                wish: RequestedCertificate(
                    subject: request.certificate.subject,
                    subjectPublicKeyInfo: request.certificationRequest.subjectPublicKeyInfo),
                challenge: nil, signer: services.enrollment.signer(request.certificate), peer: peer.address,
                receivedAt: services.clock.now))
        return settle(outcome) { credential throws(OMADMError) in
            .renewal(
                of: ProvisionedCertificate(.user, encoded: credential.certificate),
                providerID: configuration.providerID, renew: try renewal(of: credential))
        }
    }

    private func settle(
        _ outcome: IssuanceOutcome, _ document: (Credential) throws(OMADMError) -> ProvisioningDocument
    ) -> Result<ProvisioningDocument, WindowsRefusal> {
        switch outcome {
        case .issued(let credential):
            do { return .success(try document(credential)) } catch { return .failure(.unwritable(error)) }
        case .pending:
            return .failure(.denied(.notPermitted("waiting for an approval, which the protocol has no word for")))
        case .denied(let reason): return .failure(.denied(reason))
        case .unavailable(let why): return .failure(.unavailable(why))
        }
    }

    private static func challenge(_ credential: MDECredential) -> Secret? {
        guard case .usernameToken(let token) = credential else { return nil }
        return Secret(token.password)
    }

    private static let via = "mde2:windows-mdm"
}

// MARK: - The provisioning document

extension WindowsEnrollmentEndpoint {
    private func document(
        for request: IssueRequest, _ credential: Credential
    ) throws(OMADMError) -> ProvisioningDocument {
        let chain = services.registry.chain(of: credential.authority)
        let isDevice = request.context[.enrollmentType] == "Device"
        let store: ProvisionedCertificate.Store = isDevice ? .system : .user
        var certificates = [ProvisionedCertificate(store, encoded: credential.certificate)]
        if let root = chain.last {
            certificates.append(ProvisionedCertificate(.root, encoded: root.certificate.encoded))
        }
        if chain.count > 1, let issuing = chain.first {
            certificates.append(ProvisionedCertificate(.authority, encoded: issuing.certificate.encoded))
        }
        let device = request.deviceID.text
        var client = DMClientSettings(
            providerID: configuration.providerID, entDeviceName: request.context[.deviceName])
        client.entDMID = credential.device?.rawValue
        if case .usernameToken(let token) = request.credential { client.upn = token.username }
        return ProvisioningDocument(
            certificates: certificates, renew: try renewal(of: credential),
            account: ManagementAccount(
                providerID: configuration.providerID, name: configuration.name,
                address: try ServiceURL(
                    parsing: configuration.deviceOrigin() + WindowsEnrollmentConfiguration.managementPath),
                searchCriteria: CertificateSearchCriteria(request.deviceID, in: store),
                authentication: [account(.client, device), account(.applicationServer, device)]),
            dmClient: client)
    }

    private func account(_ level: ApplicationAuthentication.Level, _ device: String) -> ApplicationAuthentication {
        let secrets = configuration.secrets
        return ApplicationAuthentication(
            level, name: level == .applicationServer ? device : nil, secret: secrets.secret(of: device, level.rawValue),
            nonce: secrets.nonce(of: device, level.rawValue))
    }

    /// Six weeks before the end, or in the last third of a shorter life.
    private func renewal(of credential: Credential) throws(OMADMError) -> RenewSettings {
        let days = Int(credential.notAfter.seconds(since: credential.notBefore) / 86_400)
        let period = max(1, min(WindowsEnrollmentConfiguration.renewPeriod, days / 3))
        return try RenewSettings(renewPeriod: period, retryInterval: min(4, period))
    }
}
