// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// A reply that was checked: it answers our request and comes from the authority.
///
/// Source: RFC 8894, section 3.3.2.
public struct CertRep: Sendable {
    /// How the request ended, with what belongs to it.
    public enum Result: Sendable {
        /// Granted; the envelope holds what was asked for.
        case success(EnvelopedData)
        /// Waits for a person.
        case pending
        /// Refused; a server that leaves out the reason is read too.
        case failure(FailInfo?, text: String?)
    }

    /// How the request ended.
    public let result: Result
    /// The certificate of the authority whose key signed the reply.
    public let signer: CertificateView
    /// The digest it was signed with.
    public let digest: DigestAlgorithm?

    /// Checks a reply: signer, signature, transaction, nonce.
    ///
    /// - Parameters:
    ///   - body: the body of the answer.
    ///   - authority: the certificates of the authority; the signer must be one of them.
    ///   - transactionID: the transaction the reply must belong to.
    ///   - nonce: the senderNonce it must repeat.
    /// - Throws: ``SCEPError`` for whatever does not hold.
    public init(
        parsing body: [UInt8], from authority: CACertificates, transactionID: TransactionID, nonce: Nonce
    ) throws(SCEPError) {
        let message = try PKIMessage(parsing: body)
        guard let signer = authority.signer(of: message) else { throw .unknownSigner }
        try message.verifySignature(with: signer)
        self.signer = signer
        digest = message.digest
        let attributes = message.attributes
        try attributes.checkMultiplicity()
        guard try attributes.messageType() == .certRep else {
            throw .unknownMessageType(try attributes.messageType()?.name ?? "")
        }
        guard try attributes.transactionID()?.octets == transactionID.octets else { throw .transactionMismatch }
        guard let status = try attributes.pkiStatus() else { throw .missing("pkiStatus") }
        let recipientNonce = try attributes.recipientNonce()
        // A server that could not read our nonce can still refuse. Nothing else goes without it.
        guard recipientNonce == nonce || (recipientNonce == nil && status == .failure) else { throw .nonceMismatch }
        result = try Self.result(status, message)
    }

    private static func result(_ status: PKIStatus, _ message: PKIMessage) throws(SCEPError) -> Result {
        switch status {
        case .pending: return .pending
        case .failure:
            let failInfo = (try? message.attributes.failInfo()) ?? nil
            return .failure(failInfo, text: message.attributes.failInfoText)
        case .success:
            guard let envelope = try message.envelope() else { throw .contentMissing("SUCCESS") }
            return .success(envelope)
        }
    }
}
