// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// The answer to GetNextCACert before its signature: the successor's certificates, vouched for by the present authority.
///
/// Source: RFC 8894, section 4.7.1.
public struct GetNextCACertDraft: Sendable {
    private let draft: PKIMessageDraft

    /// Lays out the answer.
    ///
    /// - Parameters:
    ///   - next: the certificates that will be in force, RA first, in the order GetCACert will list them; what stands
    ///     there twice, as an authority that is its own RA, is listed once.
    ///   - signer: the certificate of the present RA or authority.
    ///   - digest: what to sign with.
    ///   - time: the signingTime.
    /// - Throws: ``SCEPError`` when the signer's key is of an unknown kind.
    public init(
        next: [[UInt8]], signedBy signer: CertificateView, digest: DigestAlgorithm = .sha256, at time: Timestamp
    ) throws(SCEPError) {
        let listed = GetCACert.withoutRepetition(next)
        draft = try PKIMessageDraft(
            content: .octets(SignedData.certificatesOnly(listed, keepOrder: true)), attributes: [.signingTime(time)],
            certificates: [signer.encoded], signer: signer, digest: digest)
    }

    /// The octets to sign.
    public var bytesToSign: [UInt8] { draft.bytesToSign }

    /// How to sign them.
    public var signatureAlgorithm: SignatureAlgorithm { draft.signatureAlgorithm }

    /// Puts the signature in.
    ///
    /// - Throws: ``SCEPError`` never in practice.
    public func finish(signature: [UInt8]) throws(SCEPError) -> HTTPBody {
        HTTPBody(mediaType: MediaType.nextCACertificate, octets: try draft.finish(signature: signature))
    }
}

/// The answer to GetNextCACert as a client reads it.
///
/// Source: RFC 8894, section 4.7.1.
public enum GetNextCACert {
    /// The successor's certificates, after the signature was verified with a certificate of the present authority.
    ///
    /// - Throws: ``SCEPError/unknownSigner`` when the signer is none of the present certificates,
    ///   ``SCEPError/signatureInvalid``, or ``SCEPError/unreadable(_:)``.
    public static func read(_ body: [UInt8], trusting present: CACertificates) throws(SCEPError) -> CACertificates {
        let message = try PKIMessage(parsing: body)
        guard let signer = present.signer(of: message) else { throw .unknownSigner }
        try message.verifySignature(with: signer)
        guard let content = message.signedData.content else { throw .missing("certificates") }
        return try CACertificates(parsing: content)
    }
}
