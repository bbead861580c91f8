// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
import PKIFormats

/// A CertRep that lacks nothing but its signature.
///
/// Source: RFC 8894, section 3.3.2.
public struct CertRepDraft: Sendable {
    /// How the request ended.
    public let pkiStatus: PKIStatus
    private let draft: PKIMessageDraft

    /// The octets to sign with the RA's key.
    public var bytesToSign: [UInt8] { draft.bytesToSign }

    /// How to sign them.
    public var signatureAlgorithm: SignatureAlgorithm { draft.signatureAlgorithm }

    /// Puts the signature in.
    ///
    /// - Returns: the body of the answer, of media type ``MediaType/pkiMessage``.
    /// - Throws: ``SCEPError`` never in practice.
    public func finish(signature: [UInt8]) throws(SCEPError) -> [UInt8] { try draft.finish(signature: signature) }

    init(
        _ answer: CertRepAnswer, to reply: ReplyContext, settings: ServerSettings, signer: CertificateView,
        time: Timestamp, senderNonce: Nonce
    ) throws(SCEPError) {
        pkiStatus = answer.pkiStatus
        draft = try PKIMessageDraft(
            content: try Self.content(answer, reply, settings),
            attributes: Self.attributes(answer, reply, time, senderNonce), certificates: [signer.encoded],
            signer: signer, digest: reply.digest)
    }

    private static func attributes(
        _ answer: CertRepAnswer, _ reply: ReplyContext, _ time: Timestamp, _ senderNonce: Nonce
    ) -> [Attribute] {
        var attributes: [Attribute] = [
            .messageType(.certRep), .pkiStatus(answer.pkiStatus), .transactionID(reply.transactionID),
            .senderNonce(senderNonce), .signingTime(time),
        ]
        if let nonce = reply.recipientNonce { attributes.append(.recipientNonce(nonce)) }
        if case .failure(let refusal) = answer {
            attributes.append(.failInfo(refusal.failInfo))
            if !refusal.text.isEmpty { attributes.append(.failInfoText(refusal.text)) }
        }
        return attributes
    }

    private static func content(
        _ answer: CertRepAnswer, _ reply: ReplyContext, _ settings: ServerSettings
    ) throws(SCEPError) -> EncapsulatedContent {
        switch answer {
        case .success(let certificate, let chain):
            let certificates = [certificate] + (settings.replyChain ? chain : [])
            return try sealed(SignedData.certificatesOnly(certificates, keepOrder: false), reply)
        case .crl(let crl):
            return try sealed(SignedData.certificatesOnly([], crls: [crl], keepOrder: false), reply)
        case .pending, .failure:
            return settings.emptyContent == .absent ? .absent : .octets([])
        }
    }

    /// Encrypts to the key that signed the request, which need not be the key that was certified.
    private static func sealed(_ content: [UInt8], _ reply: ReplyContext) throws(SCEPError) -> EncapsulatedContent {
        guard let requester = reply.requester else { throw .signerCertificateMissing }
        return .octets(
            try writing { () throws(FormatError) in
                try EnvelopedData.seal(
                    content, cipher: reply.cipher, for: [EnvelopedData.Recipient(certificate: requester)],
                    transport: reply.transport)
            })
    }
}
