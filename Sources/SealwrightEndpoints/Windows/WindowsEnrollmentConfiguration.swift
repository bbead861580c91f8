// SPDX-License-Identifier: Apache-2.0

package import OMADM
package import SealwrightCore

/// How Windows devices are taken under management.
package struct WindowsEnrollmentConfiguration: Sendable {
    /// The endpoint that challenges are made for: the password of an enrolment is one of these.
    package static let endpoint = EndpointID(rawValue: "windows-mdm")
    /// The path a device asks first.
    package static let discoveryPath = MDEService.discovery.path
    /// When a device renews its certificate by itself: six weeks before the end, or in the last third of a shorter life.
    ///
    /// The rules of the endpoint let a renewal in from half of the life on. A day is the least that a device can be told.
    ///
    /// - Parameter life: seconds that the certificate lives.
    /// - Returns: the settings, with an attempt every four days.
    /// - Throws: `OMADMError`, never for these values.
    static func renewSettings(life: Int64) throws(OMADMError) -> RenewSettings {
        let period = max(1, min(42, Int(clamping: life / 86_400 / 3)))
        return try RenewSettings(renewPeriod: period, retryInterval: min(4, period))
    }

    /// The name of this management server to the device; never changes, because the device files everything under it.
    static let providerID = "Sealwright"
    /// Where a device reports.
    package static let managementPath = "/ManagementServer/MDM.svc"

    /// The page at which users sign in.
    package static let signInPath = "/EnrollmentServer/Auth"
    /// The page that shows the terms of use.
    package static let termsPath = "/EnrollmentServer/TermsOfUse"

    /// What people read in Settings.
    let name: String
    /// How users may show who they are, the preferred way first.
    let authPolicies: [AuthPolicy]
    /// The terms of use.
    let terms: WindowsTerms
    /// Makes what forms and the terms page hand out.
    let codes: ExpiringCode
    /// Where the listener for devices is: renewals come from a connection with the client's certificate.
    let deviceOrigin: @Sendable () -> String
    /// Where people find pages: on a listener that asks for a client certificate the browser would ask them for one.
    let pageOrigin: @Sendable () -> String
    /// Makes the secrets of accounts.
    let secrets: WindowsAccountSecrets
    /// Seconds that certificates live, told to devices beforehand.
    let certificateLife: Int64

    package init(
        name: String, authPolicies: [AuthPolicy] = WindowsEnrollmentConfiguration.standardAuthPolicies,
        terms: WindowsTerms? = nil,
        secrets: WindowsAccountSecrets, codes: ExpiringCode, certificateLife: Int64,
        deviceOrigin: @escaping @Sendable () -> String, pageOrigin: @escaping @Sendable () -> String
    ) {
        self.name = name
        self.authPolicies = authPolicies
        self.terms = terms ?? WindowsTerms(organisation: name)
        self.secrets = secrets
        self.codes = codes
        self.certificateLife = certificateLife
        self.deviceOrigin = deviceOrigin
        self.pageOrigin = pageOrigin
    }

    /// User name and password in Windows before a page: what every device offers that a person enrols by hand.
    package static let standardAuthPolicies: [AuthPolicy] = [.onPremise, .federated]

    /// The rules of the endpoint.
    ///
    /// Nothing signs a first request but its PKCS#10; a renewal is let in from half of the certificate's life, which is
    /// before every `RenewPeriod`.
    package static var policy: EnrollmentPolicy {
        EnrollmentPolicy(
            endpoint: endpoint, authentication: EnrollmentPolicy.Authentication(challenge: true, renewal: true),
            renewalWindow: .half, signerKeyMustMatch: false)
    }

    /// What discovery and policy tell.
    ///
    /// - Throws: `OMADMError` when the host's name makes no URL.
    func settings() throws(OMADMError) -> MDESettings {
        let origin = deviceOrigin()
        let renewal = try Self.renewSettings(life: certificateLife)
        func url(_ service: MDEService) throws(OMADMError) -> ServiceURL {
            try ServiceURL(parsing: origin + service.path)
        }
        return MDESettings(
            authPolicies: authPolicies, policyServiceURL: try url(.policy),
            enrollmentServiceURL: try url(.enrollment),
            authenticationServiceURL: try ServiceURL(parsing: pageOrigin() + Self.signInPath),
            policy: CertificateEnrollmentPolicy(
                commonName: name, validity: certificateLife,
                renewal: Int64(renewal.renewPeriod) * 86_400))
    }
}
