// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// How the agent stands, for people and scripts.
public struct StatusReport: Hashable, Sendable, Codable {
    /// A certificate in short.
    public struct Certificate: Hashable, Sendable, Codable {
        /// The distinguished name as RFC 4514 writes it.
        public let subject: String
        /// The same of the issuer.
        public let issuer: String
        /// SHA-1, 40 upper-case hexadecimal digits.
        public let thumbprint: String
        /// ISO 8601; `nil` when the certificate has no readable date.
        public let notBefore: String?
        /// ISO 8601.
        public let notAfter: String?
    }

    /// One UniqueID under PFXCertInstall or SCEP.
    public struct Installation: Hashable, Sendable, Codable {
        /// `device`, or `user:` and the name.
        public let scope: String
        /// `PFXCertInstall` or `SCEP`.
        public let kind: String
        /// The UniqueID, ASCII letters in lower case.
        public let uniqueID: String
        /// `installed`, `removed` when somebody took the certificate out of the store, `pending`, `failed` or `none`.
        public let status: String
        /// The installed certificate; `nil` for none.
        public let thumbprint: String?
        /// The last result as Windows writes it; `nil` before the first.
        public let errorCode: String?
        /// What that result says, in words; `nil` when nothing is wrong.
        public let reason: String?
        /// The SCEP server that answered.
        public let respondentServerURL: String?
        /// When a pending enrolment is asked about again, ISO 8601.
        public let nextPoll: String?
    }

    /// Whether the device has a management server.
    public let isEnrolled: Bool
    /// The name of the device; `nil` before the first enrolment.
    public let deviceID: String?
    /// Where sessions go.
    public let server: String?
    /// The server's name below DMClient/Provider.
    public let providerID: String?
    /// The name the user enrolled with.
    public let user: String?
    /// When, ISO 8601.
    public let enrolledAt: String?
    /// The certificate sessions are opened with.
    public let managementCertificate: Certificate?
    /// From when on that certificate is renewed, ISO 8601.
    public let renewsAt: String?
    /// How the last session went.
    public let lastSession: SessionReport?
    /// How the last renewal went.
    public let lastRenewal: RenewalReport?
    /// When the device polls next, ISO 8601; `nil` when the schedule is over.
    public let nextPoll: String?
    /// The installations that servers asked for.
    public let installations: [Installation]
    /// Files and folders that others may read or change and should not; ``AgentSnapshot/looseFiles(_:)``.
    public let looseFiles: [String]

    /// Tells a state.
    ///
    /// - Parameters:
    ///   - state: the state.
    ///   - now: the time.
    ///   - looseFiles: files and folders whose mode somebody has loosened.
    public init(_ state: AgentState, at now: Timestamp, looseFiles: [String] = []) {
        self.looseFiles = looseFiles
        let record = state.enrollment
        isEnrolled = record != nil
        deviceID = record?.deviceID ?? state.deviceID
        server = record.map { state.managementServiceAddress ?? $0.managementURL }
        providerID = record?.providerID
        user = record?.user
        enrolledAt = record?.enrolledAt.iso8601
        managementCertificate = state.managementCertificate.flatMap { reference in
            state.store(reference.location).certificate(reference.thumbprint).map { Certificate($0) }
        }
        renewsAt = ((try? CertificateRenewer.due(state, at: now)) ?? nil)?.iso8601
        lastSession = record?.lastSession
        lastRenewal = record?.lastRenewal
        nextPoll = state.nextPoll?.iso8601
        installations = Self.installations(state)
    }

    private static func installations(_ state: AgentState) -> [Installation] {
        let pfx = state.pfx.map { Installation($0.key, $0.value, in: state) }
        let scep = state.scep.map { Installation($0.key, $0.value, in: state) }
        return (pfx + scep).sorted { ($0.scope, $0.kind, $0.uniqueID) < ($1.scope, $1.kind, $1.uniqueID) }
    }
}

extension StatusReport.Certificate {
    /// Tells a certificate.
    public init(_ certificate: CertificateView) {
        subject = certificate.subject.rfc4514
        issuer = certificate.issuer.rfc4514
        thumbprint = Thumbprint(of: certificate.encoded).text
        notBefore = certificate.notBefore?.iso8601
        notAfter = certificate.notAfter?.iso8601
    }
}

extension StatusReport.Installation {
    /// How some SCEP enrolments stand; one that is gone by now is left out.
    public static func of(_ enrollments: Set<InstallationID>, _ state: AgentState) -> [Self] {
        let found = enrollments.compactMap { id in state.scep[id].map { Self(id, $0, in: state) } }
        return found.sorted { ($0.scope, $0.uniqueID) < ($1.scope, $1.uniqueID) }
    }

    fileprivate init(_ id: InstallationID, _ record: PFXInstallation, in state: AgentState) {
        let installed = state.present(record.installed)
        let status =
            switch record.status {
            case _ where installed != nil: "installed"
            case .ok: record.installed == nil ? "none" : "removed"
            default: "failed"
            }
        self.init(
            scope: id.scope.label, kind: id.kind.rawValue, uniqueID: id.uniqueID, status: status,
            thumbprint: installed?.thumbprint.text, errorCode: record.status.description,
            reason: record.status.meaning, respondentServerURL: nil, nextPoll: nil)
    }

    fileprivate init(_ id: InstallationID, _ record: SCEPInstallation, in state: AgentState) {
        let installed = state.present(record.installed)
        let status =
            switch record.status {
            case .finished: installed == nil ? "removed" : "installed"
            case .pending: "pending"
            case .failed: "failed"
            case .unknown: record.run == nil ? "none" : "pending"
            }
        self.init(
            scope: id.scope.label, kind: id.kind.rawValue, uniqueID: id.uniqueID, status: status,
            thumbprint: installed?.thumbprint.text, errorCode: record.errorCode?.description,
            reason: record.failure,
            respondentServerURL: record.respondentServerURL.isEmpty ? nil : record.respondentServerURL,
            nextPoll: record.run?.nextPoll?.iso8601)
    }
}

extension AgentState {
    /// What was installed, if it still is in its store.
    fileprivate func present(_ reference: StoreReference?) -> StoreReference? {
        reference.flatMap { store($0.location).certificate($0.thumbprint) == nil ? nil : $0 }
    }
}

extension ManagementScope {
    /// `device`, or `user:` and the name.
    public var label: String {
        switch self {
        case .device: "device"
        case .user(let name): "user:" + name
        }
    }
}
