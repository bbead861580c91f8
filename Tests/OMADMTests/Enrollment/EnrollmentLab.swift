// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightTesting
import Testing

/// An authority, a device with a certificate and a key for the next, and a server's settings.
struct EnrollmentLab {
    static let shared = Result { try EnrollmentLab() }
    static let deviceID = "0123456789ABCDEF0123456789ABCDEF"
    static let traceID = "2493ee37-beeb-4cb9-833c-cadde9067645"

    let now: Timestamp
    let rootKey: SoftwareKey
    let root: CertificateView
    /// The key of the certificate the device has.
    let deviceKey: SoftwareKey
    let device: CertificateView
    /// The key of the certificate the device asks for.
    let nextKey: SoftwareKey
    var settings: MDESettings

    init() throws {
        now = try #require(Timestamp(year: 2026, month: 11, day: 28, hour: 12))
        rootKey = try TestKeys.shared.key(.rsa2048, 0)
        deviceKey = try TestKeys.shared.key(.rsa2048, 1)
        nextKey = try TestKeys.shared.key(.rsa2048, 2)
        let name = DistinguishedName([(.commonName, "Lab root")])
        root = try Self.certificate(
            name, of: rootKey.publicKey, issuer: name, by: rootKey, at: now,
            extensions: [BasicConstraints.authority(pathLength: nil).certificateExtension])
        device = try Self.certificate(
            DistinguishedName([(.commonName, Self.deviceID)]), of: deviceKey.publicKey, issuer: name, by: rootKey,
            at: now)
        settings = MDESettings(
            authPolicies: [.onPremise, .federated],
            policyServiceURL: try ServiceURL(parsing: "https://mdm.example.com/EnrollmentServer/Policy.svc"),
            enrollmentServiceURL: try ServiceURL(parsing: "https://mdm.example.com/EnrollmentServer/Enrollment.svc"),
            authenticationServiceURL: try ServiceURL(parsing: "https://login.example.com/EnrollmentServer/Auth"),
            policy: CertificateEnrollmentPolicy(
                commonName: "Windows <device>", validity: 31_536_000, renewal: 5_184_000))
    }

    private static func certificate(
        _ subject: DistinguishedName, of key: PublicKey, issuer: DistinguishedName, by signer: SoftwareKey,
        at now: Timestamp, extensions: [CertificateExtension] = []
    ) throws -> CertificateView {
        let algorithm = signer.defaultSignatureAlgorithm
        let tbs = TBSCertificate(
            serialNumber: .random(), signature: algorithm, issuer: issuer, notBefore: now.adding(seconds: -600),
            notAfter: now.adding(seconds: 31_536_000), subject: subject,
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key), extensions: extensions)
        let signature = try signer.signSynchronously(tbs.derBytes, algorithm: algorithm)
        return try CertificateView(
            parsing: TBSCertificate.certificate(tbs: tbs.derBytes, signature: signature, algorithm: algorithm))
    }

    /// A certificate for a key, under the device's name.
    func issue(_ key: PublicKey) throws -> CertificateView {
        try Self.certificate(
            DistinguishedName([(.commonName, Self.deviceID)]), of: key, issuer: root.subject, by: rootKey, at: now)
    }

    /// A PKCS#10 signed with its own key.
    func request(_ key: SoftwareKey, subject: String = deviceID, algorithm: SignatureAlgorithm? = nil) throws
        -> [UInt8]
    {
        let info = CertificationRequest.prepare(
            subject: DistinguishedName([(.commonName, subject)]),
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey))
        let algorithm = algorithm ?? key.defaultSignatureAlgorithm
        return info.finish(
            signature: try key.signSynchronously(info.derBytes, algorithm: algorithm), algorithm: algorithm)
    }

    /// A renewal of the device's certificate, as the agent writes it.
    func renewal(
        _ request: [UInt8], certificate: CertificateView? = nil, key: SoftwareKey? = nil,
        algorithm: SignatureAlgorithm = .rsaPKCS1(.sha256)
    ) throws -> [UInt8] {
        let prepared = try RenewalRequest.prepare(
            request, certificate: certificate ?? device, algorithm: algorithm)
        let signatures = try prepared.bytesToSign.map {
            try (key ?? deviceKey).signSynchronously($0, algorithm: algorithm)
        }
        return try prepared.finish(signatures: signatures)
    }

    func transaction(_ service: MDEService) -> MDETransaction {
        MDETransaction(service, settings: settings, traceID: Self.traceID)
    }

    /// The document for a certificate of the user.
    func document(_ certificate: CertificateView) throws -> ProvisioningDocument {
        let account = ManagementAccount(
            providerID: "Sealwright", name: "Example & Co",
            address: try ServiceURL(parsing: "https://mdm.example.com:8444/ManagementServer/MDM.svc"),
            searchCriteria: CertificateSearchCriteria(try MDEDeviceID(parsing: Self.deviceID), in: .user),
            authentication: [
                ApplicationAuthentication(.client, secret: "server-secret", nonce: [1, 2, 3]),
                ApplicationAuthentication(
                    .applicationServer, name: "device-1", secret: "device-secret", nonce: [4, 5, 6]),
            ])
        var dmClient = DMClientSettings(providerID: "Sealwright", entDeviceName: "desk \"7\"")
        dmClient.entDMID = "1f3a"
        dmClient.upn = "alice@example.com"
        dmClient.requireMessageSigning = true
        return ProvisioningDocument(
            certificates: [
                ProvisionedCertificate(.root, encoded: root.encoded),
                ProvisionedCertificate(.authority, encoded: device.encoded),
                ProvisionedCertificate(.user, encoded: certificate.encoded),
            ], renew: try RenewSettings(renewPeriod: 60, retryInterval: 4), account: account, dmClient: dmClient)
    }

    /// A message of a device, complete.
    func message(
        _ service: MDEService, _ body: MarkupElement, _ security: SecurityHeader? = nil,
        _ change: (inout SOAPEnvelope) -> Void = { _ in }
    ) throws -> [UInt8] {
        var envelope = SOAPEnvelope(action: service.requestAction, body: body)
        envelope.messageID = service.messageIDOfWindows
        envelope.replyTo = SOAPNamespace.anonymous
        envelope.security = security?.markup
        change(&envelope)
        return try envelope.serialize(bodyPrefixes: [(SOAPNamespace.schemaInstance, "xsi")])
    }

    /// A RequestSecurityToken Issue around a PKCS#10.
    func issueMessage(
        _ request: [UInt8], deviceID: String? = deviceID, valueType: BinarySecurityToken.ValueType = .pkcs10,
        further: [ContextItem] = []
    ) throws -> [UInt8] {
        let items = (deviceID.map { [ContextItem(.deviceID, $0)] } ?? []) + further
        let body = RequestSecurityToken(
            .issue, token: BinarySecurityToken(valueType, octets: request), context: AdditionalContext(items))
        return try message(.enrollment, body.markup, Self.alice.securityHeader)
    }

    /// A RequestSecurityToken Renew around a PKCS#7.
    func renewMessage(
        _ renewal: [UInt8], valueType: BinarySecurityToken.ValueType = .pkcs7
    ) throws -> [UInt8] {
        let body = RequestSecurityToken(
            .renew, token: BinarySecurityToken(valueType, octets: renewal), context: AdditionalContext())
        let empty = MDECredential.usernameToken(UsernameToken(username: "alice", password: ""))
        return try message(.enrollment, body.markup, empty.securityHeader)
    }

    static let alice = MDECredential.usernameToken(
        UsernameToken(username: "alice@example.com", password: "p&ssw<rd "))
}

extension MDETransaction.Action {
    /// The reply, when the request was refused.
    var reply: MDEReply? { if case .reply(let reply) = self { reply } else { nil } }

    var discover: (Discover, DiscoverResult)? {
        if case .discover(let question, let proposal) = self { (question, proposal) } else { nil }
    }

    var issue: IssueRequest? { if case .issue(let request) = self { request } else { nil } }

    var renew: RenewRequest? { if case .renew(let request) = self { request } else { nil } }

    var credential: MDECredential? { if case .authenticate(let credential) = self { credential } else { nil } }
}
