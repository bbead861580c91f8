// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import Testing

/// What an endpoint answered; a CertRep is taken apart and its signature verified.
struct Answer: Sendable {
    let reply: EndpointReply
    /// `nil` when the body is no CertRep.
    let message: PKIMessage?

    init(_ reply: EndpointReply, from registry: AuthorityRegistry) throws {
        self.reply = reply
        guard reply.mediaType == MediaType.pkiMessage else {
            message = nil
            return
        }
        let message = try PKIMessage(parsing: reply.octets)
        self.message = message
        let signer = try #require(message.signer)
        try #require(
            registry.all.contains { context in
                registry.identities(.scepRA, for: context.id).contains { $0.certificate == signer }
            }, "signed by somebody else")
        try message.verifySignature()
        #expect(try message.attributes.messageType() == .certRep)
    }

    /// `nil` when there is no CertRep.
    var status: PKIStatus? { (try? message?.attributes.pkiStatus()) ?? nil }
    var failInfo: FailInfo? { (try? message?.attributes.failInfo()) ?? nil }
    var text: String? { message?.attributes.failInfoText }
    var transactionID: TransactionID? { (try? message?.attributes.transactionID()) ?? nil }
    var senderNonce: Nonce? { (try? message?.attributes.senderNonce()) ?? nil }
    var recipientNonce: Nonce? { (try? message?.attributes.recipientNonce()) ?? nil }
    /// How the reply is encrypted.
    var envelope: EnvelopedData? { (try? message?.envelope()) ?? nil }

    /// The encoded values of a signed attribute.
    func values(of type: OID) -> [[UInt8]] {
        message?.signerInfo.signedAttributes.filter { $0.type == type }.flatMap(\.values) ?? []
    }

    /// The certs-only message inside the envelope.
    func content(_ key: SoftwareKey) throws -> SignedData {
        try #require(status == .success, "\(self)")
        let envelope = try #require(envelope)
        let recipient = try #require(envelope.recipients.first)
        let contentKey = try key.unwrapSynchronously(
            recipient.encryptedKey, transport: try #require(recipient.transport),
            keyLength: try #require(envelope.cipher).keyByteCount)
        return try SignedData(parsing: envelope.open(contentKey))
    }

    /// The only certificate inside the envelope.
    func certificate(_ key: SoftwareKey) throws -> CertificateView {
        let certificates = try content(key).certificates
        #expect(certificates.count == 1)
        return try CertificateView(parsing: try #require(certificates.first))
    }

    /// Whether it is a signed FAILURE of this kind.
    func refuses(_ failInfo: FailInfo) -> Bool { status == .failure && self.failInfo == failInfo }
}

extension Answer: CustomStringConvertible {
    /// For the message of a failed expectation.
    var description: String {
        guard message != nil else {
            return "\(reply.status) \(String(decoding: reply.octets.prefix(200), as: UTF8.self))"
        }
        return "\(status?.name ?? "-") \(failInfo?.name ?? "") \(text ?? "")"
    }
}

extension EndpointReply {
    /// The body; empty for a file.
    var octets: [UInt8] { if case .bytes(let octets) = body { octets } else { [] } }

    /// The body as text.
    var text: String { String(decoding: octets, as: UTF8.self) }
}
