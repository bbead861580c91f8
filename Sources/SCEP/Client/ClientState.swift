// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// Everything a client transaction needs to go on after a restart.
///
/// No key is in it, but the challenge may be, inside the PKCS#10: store it where the keys are stored.
struct ClientState: Sendable, Codable {
    /// What the client came for.
    enum Purpose: Sendable, Codable {
        /// A certificate for a key, first or renewed.
        case certificate(ClientState.Request)
        /// A certificate by issuer and serial number (DER of IssuerAndSerialNumber).
        case getCert([UInt8])
        /// A CRL by issuer and serial number (DER of IssuerAndSerialNumber).
        case getCRL([UInt8])
    }

    /// A request for a certificate, in the making or made.
    struct Request: Sendable, Codable {
        /// The key that signs the PKCS#10.
        let key: KeyID
        /// DER of the SubjectPublicKeyInfo, by which the issued certificate is found.
        let publicKey: [UInt8]
        /// DER of the subject, for polls.
        let subject: [UInt8]
        /// DER of the CertificationRequestInfo.
        let info: [UInt8]
        /// DER of the PKCS#10 once it is signed.
        var signed: [UInt8]?
        /// DER of the transient certificate before its signature; `nil` for a renewal.
        let transientCertificate: [UInt8]?
    }

    var purpose: Purpose
    let transactionID: TransactionID
    let messageType: MessageType
    var settings: ClientSettings
    /// DER of the authority's certificates.
    let authority: [[UInt8]]
    /// The key that signs the messages and decrypts the replies.
    let key: KeyID
    /// DER of the certificate that signs the messages, once there is one.
    var signer: [UInt8]?
    /// Whether the server said PENDING, so that the next message is a poll.
    var isPending = false
    /// How many polls were answered with PENDING.
    var polls = 0

    var request: Request? {
        get {
            if case .certificate(let request) = purpose { request } else { nil }
        }
        set { if let newValue { purpose = .certificate(newValue) } }
    }

    func authorityCertificates() throws(SCEPError) -> CACertificates {
        try CACertificates(authority.compactMap { try? CertificateView(parsing: $0) })
    }

    func signerCertificate() throws(SCEPError) -> CertificateView {
        guard let signer else { throw .outOfOrder("a message without a signer certificate") }
        return try reading { () throws(FormatError) in try CertificateView(parsing: signer) }
    }
}

extension ClientState.Request {
    init(_ request: PKCSReq, transientCertificate: [UInt8]?) {
        key = request.key
        publicKey = SubjectPublicKeyInfo(request.publicKey).encoded
        subject = request.subject.derBytes
        info = request.certificationRequestInfo().derBytes
        signed = nil
        self.transientCertificate = transientCertificate
    }

    func subjectPublicKeyInfo() throws(SCEPError) -> SubjectPublicKeyInfo {
        try reading { () throws(FormatError) in
            try SubjectPublicKeyInfo(parsing: ASN1Element(parsing: publicKey))
        }
    }

    /// The signature this key makes with a digest.
    func signatureAlgorithm(_ digest: DigestAlgorithm) throws(SCEPError) -> SignatureAlgorithm {
        guard let key = try subjectPublicKeyInfo().publicKey else {
            throw .malformed("key", reason: "of an unknown kind")
        }
        return key.signatureAlgorithm(digest)
    }
}
