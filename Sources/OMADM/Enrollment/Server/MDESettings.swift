// SPDX-License-Identifier: Apache-2.0

/// How an enrolment server behaves.
public struct MDESettings: Hashable, Sendable {
    /// How users may show who they are, the preferred way first.
    ///
    /// ``AuthPolicy/certificate`` is never served: only provisioning packages use it, and its signature over a part of
    /// the message invites confusion of parts.
    public var authPolicies: [AuthPolicy]
    /// Where the policy is asked for; on the host of the enrolment service.
    public var policyServiceURL: ServiceURL
    /// Where certificates are asked for.
    public var enrollmentServiceURL: ServiceURL
    /// The sign-in page; without it Federated is not offered.
    public var authenticationServiceURL: ServiceURL?
    /// The newest version that is spoken.
    public var newestVersion = MDEVersion.newest
    /// What certificates are like.
    public var policy: CertificateEnrollmentPolicy

    // Deviations, each a switch.
    /// Whether a PKCS#10 signed with SHA-1 proves the possession of its key, as those of Windows 10 do.
    public var acceptsSHA1ProofOfPossession = true
    /// Whether a renewal is taken from a connection without client certificate.
    ///
    /// For servers behind a proxy that ends TLS: the renewal's own signature then is the only proof.
    public var acceptsRenewalWithoutClientCertificate = false
    /// The HTTP status of a reply that is a fault.
    ///
    /// SOAP's binding says 500. A fault under 200 is what Windows reports as 0x801900C8.
    public var faultStatus = 500

    /// Makes settings.
    public init(
        authPolicies: [AuthPolicy] = [.federated, .onPremise], policyServiceURL: ServiceURL,
        enrollmentServiceURL: ServiceURL, authenticationServiceURL: ServiceURL? = nil,
        policy: CertificateEnrollmentPolicy
    ) {
        self.authPolicies = authPolicies
        self.policyServiceURL = policyServiceURL
        self.enrollmentServiceURL = enrollmentServiceURL
        self.authenticationServiceURL = authenticationServiceURL
        self.policy = policy
    }

    /// The answer to a question of discovery.
    ///
    /// - Throws: ``MDEError/versionTooOld(_:)`` or ``MDEError/noCommonAuthPolicy(offered:)``.
    public func result(for discover: Discover) throws(MDEError) -> DiscoverResult {
        guard discover.requestVersion >= .oldest else { throw .versionTooOld(discover.requestVersion) }
        guard let policy = authPolicies.first(where: { serves($0) && discover.authPolicies.contains($0) }) else {
            throw .noCommonAuthPolicy(offered: discover.authPolicies)
        }
        return DiscoverResult(
            authPolicy: policy, enrollmentVersion: min(discover.requestVersion, newestVersion),
            enrollmentPolicyServiceURL: policyServiceURL, enrollmentServiceURL: enrollmentServiceURL,
            authenticationServiceURL: policy == .federated ? authenticationServiceURL : nil)
    }

    private func serves(_ policy: AuthPolicy) -> Bool {
        switch policy {
        case .onPremise: true
        case .federated: authenticationServiceURL != nil
        default: false
        }
    }
}
