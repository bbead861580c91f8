// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// What a client asks for with a first request: a certificate for this key, under this name.
///
/// Source: RFC 8894, section 3.3.1.
public struct PKCSReq: Sendable {
    /// The name asked for.
    ///
    /// The transient signer certificate carries it too.
    public var subject: DistinguishedName
    /// The key to certify.
    public var publicKey: PublicKey
    /// The name of its private half, which the caller holds.
    public var key: KeyID
    /// The secret that authorises the request, when there is one.
    public var challengePassword: String?
    /// Extensions asked for, such as subject alternative names.
    public var extensions: [CertificateExtension]
    /// Further attributes of the PKCS#10, such as Microsoft's.
    public var attributes: [Attribute]

    /// Makes a request.
    public init(
        subject: DistinguishedName, publicKey: PublicKey, key: KeyID, challengePassword: String? = nil,
        extensions: [CertificateExtension] = [], attributes: [Attribute] = []
    ) {
        self.subject = subject
        self.publicKey = publicKey
        self.key = key
        self.challengePassword = challengePassword
        self.extensions = extensions
        self.attributes = attributes
    }

    /// The PKCS#10 before its signature.
    func certificationRequestInfo() -> CertificationRequestInfo {
        var attributes = attributes
        if let challengePassword { attributes.append(.challengePassword(challengePassword)) }
        if !extensions.isEmpty { attributes.append(.extensionRequest(extensions)) }
        return CertificationRequest.prepare(
            subject: subject, subjectPublicKeyInfo: SubjectPublicKeyInfo(publicKey), attributes: attributes)
    }

    /// The certificate that only carries the key of the first message, before its signature.
    ///
    /// Same key and same subject as the request. It lives for a week, because polls repeat it; servers do not judge it.
    ///
    /// Source: RFC 8894, section 2.3.
    func transientCertificate(_ algorithm: SignatureAlgorithm, at now: Timestamp) -> TBSCertificate {
        TBSCertificate(
            serialNumber: .random(), signature: algorithm, issuer: subject, notBefore: now.adding(seconds: -300),
            notAfter: now.adding(seconds: 7 * 86_400), subject: subject,
            subjectPublicKeyInfo: SubjectPublicKeyInfo(publicKey),
            extensions: [KeyUsage([.digitalSignature, .keyEncipherment]).certificateExtension])
    }
}
