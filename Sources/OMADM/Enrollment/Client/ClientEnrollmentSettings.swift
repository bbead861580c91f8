// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// What a device brings to an enrolment.
public struct ClientEnrollmentSettings: Hashable, Sendable {
    /// The mail address or name of the user.
    public var emailAddress: String
    /// The user name and password, for servers that ask for OnPremise.
    public var usernameToken: UsernameToken?
    /// How the user can show who they are.
    public var authPolicies: [AuthPolicy]
    /// The newest version the device speaks.
    public var requestVersion = MDEVersion(4)
    /// The kind of device, as discovery tells it.
    public var deviceType = "CIMClient_Windows"
    /// The version of the operating system.
    public var applicationVersion: String?
    /// The product edition.
    public var osEdition: UInt32?
    /// What the device tells about itself; the DeviceID must be there.
    public var context: AdditionalContext
    /// The application that sign-in pages return to.
    public var appru = "ms-app://windows.immersivecontrolpanel"
    /// The subject of the PKCS#10; servers replace it.
    public var subject: DistinguishedName
    /// The key to certify.
    public var publicKey: PublicKey
    /// How it signs.
    public var signatureAlgorithm: SignatureAlgorithm
    /// Attributes of the PKCS#10.
    public var attributes: [Attribute] = []

    /// Makes settings for a device that adds its name to the context.
    ///
    /// - Parameters:
    ///   - emailAddress: the mail address or name of the user.
    ///   - deviceID: the device's name.
    ///   - publicKey: the key to certify.
    ///   - signatureAlgorithm: how it signs.
    ///   - usernameToken: the credential for OnPremise; without it only Federated is offered.
    ///   - context: what the device tells about itself.
    public init(
        emailAddress: String, deviceID: MDEDeviceID, publicKey: PublicKey, signatureAlgorithm: SignatureAlgorithm,
        usernameToken: UsernameToken? = nil, context: AdditionalContext = AdditionalContext()
    ) {
        self.emailAddress = emailAddress
        self.usernameToken = usernameToken
        authPolicies = usernameToken == nil ? [.federated] : [.onPremise, .federated]
        self.context = context
        if self.context[.deviceID] == nil { self.context.items.append(ContextItem(.deviceID, deviceID.text)) }
        subject = DistinguishedName([(.commonName, deviceID.text)])
        self.publicKey = publicKey
        self.signatureAlgorithm = signatureAlgorithm
    }
}

/// What a device brings to a renewal.
public struct ClientRenewal: Hashable, Sendable {
    /// Where certificates are asked for, over a connection that shows ``certificate``.
    public var enrollmentServiceURL: ServiceURL
    /// The certificate that is replaced.
    public var certificate: CertificateView
    /// How its key signs.
    public var certificateAlgorithm: SignatureAlgorithm
    /// The new key, and what the device tells about itself.
    public var settings: ClientEnrollmentSettings

    /// Makes a renewal.
    public init(
        enrollmentServiceURL: ServiceURL, certificate: CertificateView, certificateAlgorithm: SignatureAlgorithm,
        settings: ClientEnrollmentSettings
    ) {
        self.enrollmentServiceURL = enrollmentServiceURL
        self.certificate = certificate
        self.certificateAlgorithm = certificateAlgorithm
        self.settings = settings
    }
}
