// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// A request for a first certificate, its form and its proof of possession checked.
///
/// Neither the subject nor the extensions of the PKCS#10 belong into the certificate, whose subject is
/// `CN=<DeviceID>` and nothing else.
///
/// Source: MS-MDE2, section 3.4.4.1.1.1.
public struct IssueRequest: Sendable {
    /// The credential that came with this message; it was handed out for judgement before.
    public let credential: MDECredential
    /// The key to certify, and what Windows put around it.
    public let certificationRequest: CertificationRequest
    /// The device.
    public let deviceID: MDEDeviceID
    /// What the device tells about itself.
    public let context: AdditionalContext
    /// What the PKCS#10 calls the device when that is not ``deviceID``, which audit should say.
    public let otherNameInRequest: String?
    /// Whether the proof of possession relies on SHA-1, which audit should say.
    public let isProvenBySHA1: Bool

    init(
        _ request: RequestSecurityToken, credential: MDECredential, settings: MDESettings
    ) throws(MDEError) {
        guard request.token.valueType == .pkcs10 else {
            throw .unexpectedTokenType(String(request.token.valueType.rawValue.prefix(128)))
        }
        self.credential = credential
        context = request.context
        let deviceID = try MDEDeviceID(parsing: request.context[.deviceID] ?? "")
        // Items may stand more than once, and another reader would take another one.
        let names = request.context.values(of: .deviceID)
        guard names.allSatisfy({ $0.isEmpty || deviceID.matches($0) }) else { throw .deviceIDMismatch }
        self.deviceID = deviceID
        do {
            certificationRequest = try CertificationRequest(parsing: request.token.octets)
        } catch {
            throw .certificationRequestUnreadable(error)
        }
        try certificationRequest.checkProofOfPossession(allowsSHA1: settings.acceptsSHA1ProofOfPossession)
        otherNameInRequest = certificationRequest.otherName(than: deviceID)
        isProvenBySHA1 = certificationRequest.isProvenBySHA1OfWindows10
    }
}

/// A request for a certificate in place of one that ends, its signatures checked.
///
/// What is left to judge: whether ``certificate`` is one we issued, not revoked and inside its renewal window, and
/// whether its device is known and not blocked.
///
/// Source: MS-MDE2, section 3.5.
public struct RenewRequest: Sendable {
    /// The certificate that is replaced: it signed the request and, unless settings say otherwise, the connection.
    public let certificate: CertificateView
    /// The key to certify; another than that of ``certificate``.
    public let certificationRequest: CertificationRequest
    /// What the device tells about itself; may be empty.
    public let context: AdditionalContext
    /// Whether the user was asked first.
    public let isUserPrompted: Bool
    /// Whether the proof of possession relies on SHA-1, which audit should say.
    public let isProvenBySHA1: Bool

    init(
        _ request: RequestSecurityToken, clientCertificate: CertificateView?, settings: MDESettings
    ) throws(MDEError) {
        let renewal = try RenewalRequest(parsing: request.token)
        let carried = settings.acceptsRenewalWithoutClientCertificate ? renewal.signerCertificate : nil
        guard let certificate = clientCertificate ?? carried else { throw .renewalWithoutClientCertificate }
        try renewal.verify(signedBy: certificate)
        certificationRequest = renewal.certificationRequest
        try certificationRequest.checkProofOfPossession(allowsSHA1: settings.acceptsSHA1ProofOfPossession)
        self.certificate = certificate
        context = request.context
        isUserPrompted = renewal.isUserPrompted
        isProvenBySHA1 = certificationRequest.isProvenBySHA1OfWindows10
    }
}
