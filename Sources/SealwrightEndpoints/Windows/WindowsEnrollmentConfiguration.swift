// SPDX-License-Identifier: Apache-2.0

import OMADM
package import SealwrightCore

/// How Windows devices are taken under management.
package struct WindowsEnrollmentConfiguration: Sendable {
    /// The endpoint that challenges are made for: the password of an enrolment is one of these.
    package static let endpoint = EndpointID(rawValue: "windows-mdm")
    /// The path a device asks first.
    package static let discoveryPath = MDEService.discovery.path
    /// Days before its end in which a device renews its certificate by itself.
    static let renewPeriod = 42

    /// The name of this management server to the device; never changes, because the device files everything under it.
    static let providerID = "Sealwright"
    /// Where a device reports.
    package static let managementPath = "/ManagementServer/MDM.svc"

    /// What people read in Settings.
    let name: String
    /// Where the listener for devices is: renewals come from a connection with the client's certificate.
    let deviceOrigin: @Sendable () -> String
    /// Makes the secrets of accounts.
    let secrets: WindowsAccountSecrets
    /// Seconds that certificates live, told to devices beforehand.
    let certificateLife: Int64

    package init(
        name: String, secrets: WindowsAccountSecrets, certificateLife: Int64,
        deviceOrigin: @escaping @Sendable () -> String
    ) {
        self.name = name
        self.secrets = secrets
        self.certificateLife = certificateLife
        self.deviceOrigin = deviceOrigin
    }

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
        func url(_ service: MDEService) throws(OMADMError) -> ServiceURL {
            try ServiceURL(parsing: origin + service.path)
        }
        return MDESettings(
            authPolicies: [.onPremise], policyServiceURL: try url(.policy),
            enrollmentServiceURL: try url(.enrollment),
            policy: CertificateEnrollmentPolicy(
                commonName: name, validity: certificateLife, renewal: Int64(Self.renewPeriod) * 86_400))
    }
}
