// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// A request for a certificate as an endpoint understood it, whatever the protocol.
///
/// It never changes.
///
/// The endpoint has verified the message's own signature before it makes one.
package struct EnrollmentRequest: Sendable {
    /// What the protocol's message says it is.
    package enum Kind: Sendable, Hashable {
        /// A first request, for SCEP PKCSReq. Signed by a valid certificate of ours it counts as a renewal.
        case initial
        /// A renewal, for SCEP RenewalReq.
        case renewal
    }

    /// Who signed the message.
    package enum Signer: Sendable, Hashable {
        /// A certificate the client made itself; only its key says something.
        case selfSigned(CertificateView)
        /// A certificate that names one of our authorities as its issuer. Whether that is true is decided later.
        case credential(CertificateView)
        /// Nobody: the protocol's message is not signed, and the PKCS#10 alone proves the key, as in MS-WSTEP.
        case nobody

        /// The certificate, if there is one.
        package var certificate: CertificateView? {
            switch self {
            case .selfSigned(let certificate), .credential(let certificate): certificate
            case .nobody: nil
            }
        }
    }

    package let endpoint: EndpointID
    /// Protocol and endpoint: `scep:default`.
    package let via: String
    package let kind: Kind
    package let key: IdempotencyKey
    package let certificationRequest: VerifiedRequest
    /// What the certificate is asked to say, where the protocol says that beside the PKCS#10; else the PKCS#10 does.
    package let wish: RequestedCertificate?
    package let challenge: Secret?
    package let signer: Signer
    /// Whether an administrator told the device to renew, so that it may before the endpoint's window opens.
    package let isOrdered: Bool
    /// Whether the device wants its certificate from the staged successor, whose RA it encrypted to.
    package let asksSuccessor: Bool
    /// The peer's address, for the audit trail only: it authorises nothing.
    package let peer: String?
    package let receivedAt: Timestamp

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - endpoint: where it arrived.
    ///   - via: protocol and endpoint.
    ///   - kind: what the message says it is.
    ///   - messageType: the protocol's own word for it, for SCEP the number.
    ///   - transactionID: the client's, as received.
    ///   - certificationRequest: the PKCS#10, its own signature verified.
    ///   - wish: takes the place of what the PKCS#10 asks for.
    ///   - challenge: the challenge password, if any.
    ///   - signer: whose signature the message bears.
    ///   - isOrdered: whether an administrator told the device to renew.
    ///   - asksSuccessor: whether the staged successor is to issue, while there is one.
    ///   - peer: the peer's address.
    ///   - receivedAt: when it arrived.
    package init(
        endpoint: EndpointID, via: String, kind: Kind, messageType: String, transactionID: [UInt8],
        certificationRequest: VerifiedRequest, wish: RequestedCertificate? = nil, challenge: Secret?, signer: Signer,
        isOrdered: Bool = false, asksSuccessor: Bool = false, peer: String?, receivedAt: Timestamp
    ) {
        self.endpoint = endpoint
        self.via = via
        self.kind = kind
        self.certificationRequest = certificationRequest
        self.wish = wish
        self.challenge = challenge.flatMap { $0.isEmpty ? nil : $0 }
        self.signer = signer
        self.isOrdered = isOrdered
        self.asksSuccessor = asksSuccessor
        self.peer = peer
        self.receivedAt = receivedAt
        var signerDigest: [UInt8]?
        if case .credential(let certificate) = signer { signerDigest = certificate.fingerprint(.sha256) }
        self.key = IdempotencyKey(
            endpoint: endpoint, messageType: messageType, transactionID: transactionID,
            requestDigest: DigestAlgorithm.sha256.hash(certificationRequest.request.encoded), signerDigest: signerDigest
        )
    }

    /// SHA-256 of the key the certificate is asked for.
    var keyDigest: [UInt8] { certificationRequest.keyDigest }

    /// SHA-256 of the key that signed the message.
    ///
    /// Where nobody did, the key the certificate is asked for stands in: its holder signed the PKCS#10.
    var signerKeyDigest: [UInt8] { signer.certificate?.subjectPublicKeyInfo.digest ?? keyDigest }

    /// The subject the certificate is asked to have.
    var subject: DistinguishedName { wish?.subject ?? certificationRequest.request.subject }

    /// The alternative names the certificate is asked to have.
    var alternativeNames: [GeneralName] {
        // Names that cannot be read are refused when the request as a whole is read.
        wish?.alternativeNames
            ?? certificationRequest.request.requestedExtension(SubjectAlternativeName.self)?.names ?? []
    }

    /// Whether the message is signed with the key it asks a certificate for, however the two places encode it.
    var isSignedByRequestedKey: Bool {
        if signerKeyDigest == keyDigest { return true }
        guard let requested = certificationRequest.request.subjectPublicKeyInfo.publicKey else { return false }
        return requested == signer.certificate?.publicKey
    }

    /// Who asks, as the audit trail names it: the protocol and the key that signed.
    var actor: String { "\(via.prefix { $0 != ":" }):\(Hex.encode(signerKeyDigest))" }
}
