// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// What is known of a message so far, for log, metrics and audit.
///
/// Believed only once the signature was verified.
public struct MessageFacts: Sendable {
    /// What the message says it is.
    public internal(set) var messageType: MessageType?
    /// The transaction it names.
    public internal(set) var transactionID: TransactionID?
    /// The digest it is signed with.
    public internal(set) var digest: DigestAlgorithm?
    /// The content encryption, when there is an envelope.
    public internal(set) var cipher: ContentCipher?
    /// Which of our certificates the contents were decrypted with, as an index.
    public internal(set) var recipient: Int?
    /// The certificate that signed it.
    public internal(set) var signer: CertificateView?
    /// When the client says it signed; nothing depends on it.
    public internal(set) var signingTime: Timestamp?

    /// The names of the weak algorithms in use, so that an operator can tell which devices still need them.
    public var legacyAlgorithms: [String] {
        var names: [String] = []
        if let cipher, cipher.isLegacy { names.append(cipher.oid.nameOrDotted) }
        if let digest, digest.isLegacy { names.append(digest.rawValue) }
        return names
    }
}
