// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
import OMADM
public import PKIFormats

/// Renews the certificate of the device on behalf of its user (ROBO).
///
/// Source: MS-MDE2, section 3.4 (Renew); CertificateStore CSP, My/WSTEP/Renew.
public struct CertificateRenewer: Sendable {
    let store: AgentStore
    let transport: any AgentTransport
    let pool: CryptoPool

    /// Joins the parts.
    public init(store: AgentStore, transport: any AgentTransport, pool: CryptoPool) {
        self.store = store
        self.transport = transport
        self.pool = pool
    }

    /// When the certificate is to be renewed next; `nil` when it never is.
    ///
    /// A server that asked for a renewal gets one at once. Else the window opens RenewPeriod days before the certificate
    /// ends, though not in the first half of its life, and closes with it: a period longer than the life would have every
    /// new certificate renewed at once. An attempt that a server answered with no is repeated after RetryInterval days,
    /// one without an answer after an hour.
    ///
    /// - Throws: ``AgentServiceError/notEnrolled``, ``AgentServiceError/renewalOver(_:)``.
    public static func due(_ state: AgentState, at now: Timestamp) throws(AgentServiceError) -> Timestamp? {
        guard let record = state.enrollment else { throw .notEnrolled }
        guard let settings = state.renewSettings, settings.roboSupport || state.renewal?.isRequested == true else {
            return nil
        }
        guard let reference = state.managementCertificate,
            let certificate = state.store(reference.location).certificate(reference.thumbprint),
            let begin = certificate.notBefore, let end = certificate.notAfter
        else { return nil }
        guard end > now else { throw .renewalOver("it ended on \(end)") }
        let middle = begin.adding(seconds: end.seconds(since: begin) / 2)
        let opens = max(middle, end.adding(seconds: -86_400 * Int64(settings.renewPeriod)))
        if state.renewal?.isRequested == true { return now }
        // A try that lies ahead was made while the clock was wrong.
        guard let last = record.lastRenewal, last.result != "ok", last.at <= now else { return opens }
        let wait = last.isAnswered ? 86_400 * Int64(settings.retryInterval) : 3_600
        return max(opens, last.at.adding(seconds: wait))
    }

    /// Renews now, whether it is due or not.
    ///
    /// - Throws: ``AgentServiceError``; how it went is kept with the enrolment too.
    public func run(at now: Timestamp) async throws(AgentServiceError) {
        do throws(AgentServiceError) {
            try await renew(at: now)
        } catch {
            if case .store = error { throw error }
            // An end of the process says nothing about the renewal; it is due again at the next start.
            if error == .transport(.stopped) { throw error }
            let report = RenewalReport(at: now, result: error.code, detail: error.description)
            try AgentServiceError.storing { () throws(AgentError) in
                try store.transaction { draft in
                    draft.noteRenewal(.failed, error.result, at: now)
                    draft.state.enrollment?.lastRenewal = report
                }
            }
            throw error
        }
    }

    private func renew(at now: Timestamp) async throws(AgentServiceError) {
        let state = store.state
        guard let record = state.enrollment else { throw .notEnrolled }
        let identity = try store.managementIdentity(pool: pool)
        guard let certificate = identity.chain.first, certificate.isValid(at: now) else {
            throw .renewalOver("it is not valid now")
        }
        let (url, deviceID) = try target(record, state)
        let key = try store.pendingKey(Self.keyType(like: identity.key), for: url.text, pool: pool)
        let settings = ClientEnrollmentSettings(
            emailAddress: record.user, deviceID: deviceID, publicKey: key.publicKey,
            signatureAlgorithm: key.defaultSignatureAlgorithm,
            context: AdditionalContext([ContextItem(.enrollmentType, "Device")]))
        var enrollment = ClientEnrollment(
            ClientRenewal(
                enrollmentServiceURL: url, certificate: certificate,
                certificateAlgorithm: identity.key.defaultSignatureAlgorithm, settings: settings))
        let conversation = EnrollmentConversation(
            transport: transport, trust: state.serverTrust(), key: key, current: identity)
        let outcome = try await conversation.run(&enrollment)
        let material = try CryptoError.running { () throws(CryptoError) in try key.material() }
        try AgentServiceError.storing { () throws(AgentError) in
            try store.adopt(renewal: outcome, key: material, at: now)
        }
    }

    private func target(
        _ record: EnrollmentRecord, _ state: AgentState
    ) throws(AgentServiceError) -> (ServiceURL, MDEDeviceID) {
        do {
            let kept = state.node(CertificateStoreNodes.renew + ["ServerURL"]).flatMap { try? ServiceURL(parsing: $0) }
            return (
                try kept ?? ServiceURL(parsing: record.enrollmentServiceURL), try MDEDeviceID(parsing: record.deviceID)
            )
        } catch {
            throw .renewalOver("the address of the server is not kept as one")
        }
    }

    /// A new key is like the old one.
    private static func keyType(like key: SoftwareKey) -> KeyType {
        switch key.publicKey {
        case .rsa(let number): number.bitCount > 3_072 ? .rsa4096 : number.bitCount > 2_048 ? .rsa3072 : .rsa2048
        case .ec(let point):
            switch point.curve {
            case .p256: .ecP256
            case .p384: .ecP384
            case .p521: .ecP521
            }
        case .ed25519: .ed25519
        }
    }
}

extension AgentServiceError {
    /// What the ErrorCode node tells.
    fileprivate var result: HResult {
        switch self {
        case .transport(let failure): failure.result
        case .enrollment(.refused, _): .requestDenied
        case .enrollment(.unexpectedStatus(let status), _): .http(status)
        case .enrollment: .invalidServerResponse
        case .managementCertificateMissing: .notFound
        default: .failed
        }
    }
}

extension RenewalReport {
    /// Whether a server answered at all.
    var isAnswered: Bool { result.hasPrefix("mde.") }
}
