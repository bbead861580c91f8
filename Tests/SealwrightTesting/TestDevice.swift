// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats
package import SealwrightCore

/// A device that asks for certificates, without a protocol around its requests.
package struct TestDevice: Sendable {
    package var key: SoftwareKey
    package var subject: String
    package var transactionID: [UInt8]
    /// The certificate it signs messages with; `nil` for one it makes itself.
    package var certificate: CertificateView?
    package var extensions: [CertificateExtension] = []
    package var attributes: [Attribute] = []
    package var challenge: Secret?
    package var endpoint = EndpointID.default

    package init(_ subject: String, key: SoftwareKey? = nil) throws {
        self.subject = subject
        self.key = try key ?? TestKeys.shared.fresh(.ecP256)
        self.transactionID = SecureRandom.bytes(16)
    }

    /// Asks for alternative names, `DNS:…` and so on.
    package mutating func ask(for names: [String]) {
        let value = SubjectAlternativeName(names.compactMap { GeneralName(text: $0) })
        extensions.append(value.certificateExtension)
    }

    /// The PKCS#10, signed.
    package func certificationRequest() throws -> CertificationRequest {
        var attributes = attributes
        if let challenge { attributes.append(.challengePassword(challenge.reveal())) }
        if !extensions.isEmpty { attributes.append(.extensionRequest(extensions)) }
        let info = CertificationRequest.prepare(
            subject: subject.isEmpty ? .empty : try DistinguishedName(text: subject),
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey), attributes: attributes)
        let algorithm = key.defaultSignatureAlgorithm
        let signature = try key.signSynchronously(info.derBytes, algorithm: algorithm)
        return try CertificationRequest(parsing: info.finish(signature: signature, algorithm: algorithm))
    }

    /// A certificate the device makes itself, as SCEP clients sign their first message with.
    package func selfSigned() throws -> CertificateView {
        let name = subject.isEmpty ? DistinguishedName.empty : try DistinguishedName(text: subject)
        let certificate = TBSCertificate(
            serialNumber: .random(), signature: key.defaultSignatureAlgorithm, issuer: name,
            notBefore: Timestamp(seconds: 1_700_000_000), notAfter: Timestamp(seconds: 2_000_000_000), subject: name,
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey), extensions: [])
        let signature = try key.signSynchronously(certificate.derBytes, algorithm: key.defaultSignatureAlgorithm)
        return try CertificateView(
            parsing: TBSCertificate.certificate(
                tbs: certificate.derBytes, signature: signature, algorithm: key.defaultSignatureAlgorithm))
    }

    /// The request as an endpoint hands it to the middle.
    package func request(
        _ kind: EnrollmentRequest.Kind = .initial, isOrdered: Bool = false,
        now: Timestamp = Timestamp(seconds: 1_780_315_200)
    ) throws -> EnrollmentRequest {
        EnrollmentRequest(
            endpoint: endpoint, via: "scep:\(endpoint)", kind: kind, messageType: kind == .initial ? "19" : "17",
            transactionID: transactionID, certificationRequest: try VerifiedRequest(certificationRequest()),
            challenge: challenge,
            signer: try certificate.map { .credential($0) } ?? .selfSigned(selfSigned()), isOrdered: isOrdered,
            peer: "192.0.2.7", receivedAt: now)
    }
}
