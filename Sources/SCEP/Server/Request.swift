// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
public import PKIFormats

/// A request whose signature and decryption hold: what the middle decides about.
///
/// The signer is whoever holds the key of the certificate in the message. Whether that certificate is one of ours,
/// valid and unrevoked is for the middle to find out; the message proves possession of its key, no more.
public struct Request: Sendable {
    /// What is asked.
    ///
    /// UpdateReq of the drafts arrives as RenewalReq.
    public let messageType: MessageType
    /// Which transaction it belongs to.
    public let transactionID: TransactionID
    /// What the envelope held.
    public let content: RequestContent
    /// The certificate whose key signed the message.
    public let signer: CertificateView
    /// What was used and when, for log and audit.
    public let facts: MessageFacts

    /// Whether the message is signed with the key it asks a certificate for; true for messages that ask for none.
    public var isSignedByRequestedKey: Bool {
        guard let requested = content.certificationRequest?.subjectPublicKeyInfo else { return true }
        let own = signer.subjectPublicKeyInfo
        return requested == own || (requested.publicKey != nil && requested.publicKey == own.publicKey)
    }

    /// Whether the signer certificate is signed with its own key, as the throw-away certificate of a first request is.
    ///
    /// Costs one verification.
    public var isSignerSelfSigned: Bool {
        guard let key = signer.publicKey else { return false }
        return signer.isSigned(by: key)
    }
}
