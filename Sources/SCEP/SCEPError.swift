// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

/// Why a SCEP message could not be read, trusted, answered or made.
///
/// Cases carry the facts; ``code`` is stable and the same in log, audit, API and command line.
public enum SCEPError: Error, Hashable, Sendable {
    // The bytes
    /// The bytes are not the structure they were said to be.
    case unreadable(FormatError)
    /// A SCEP message has exactly one signer.
    case signerCount(Int)
    /// A mandatory attribute or parameter is absent.
    case missing(String)
    /// An attribute stands more than once, or has more than one value.
    case repeated(String)
    /// An attribute or parameter holds what its definition does not allow.
    case malformed(String, reason: String)
    /// The message is larger than the limit, in octets.
    case messageTooLarge(limit: Int)

    // The peer
    /// The query names no operation of SCEP.
    case unknownOperation(String)
    /// The messageType is none that a receiver of this side answers.
    case unknownMessageType(String)
    /// The message does not carry the certificate whose key signed it.
    case signerCertificateMissing
    /// The signature over the message does not verify.
    case signatureInvalid
    /// The digest, cipher or key transport is not allowed here; its name is given.
    case algorithmNotAllowed(String)
    /// The signer's key, described here, cannot decrypt an answer.
    case signerKeyCannotDecrypt(String)
    /// The message type needs encrypted contents and has none.
    case contentMissing(String)
    /// Decryption, or what came out of it, failed. The reason is for log and audit, never for the peer.
    case messageCheckFailed(String)

    // The answer, seen from the client
    /// The reply's recipientNonce is not the nonce that was sent.
    case nonceMismatch
    /// The reply belongs to another transaction.
    case transactionMismatch
    /// The reply was signed by a key that is in no certificate of the GetCACert answer.
    case unknownSigner
    /// The server refused; its failInfo and its text.
    case refused(FailInfo?, text: String?)
    /// The answer holds no certificate for the key of the request.
    case noCertificateForKey
    /// The answer holds no CRL.
    case noCRL
    /// The request was still pending after the last allowed poll.
    case stillPending(polls: Int)
    /// The server offers nothing that this client allows; what was sought is given.
    case noCommonAlgorithm(String)
    /// No certificate of the GetCACert answer can take an encrypted request.
    case noRecipientCertificate
    /// No certificate of the GetCACert answer has the expected fingerprint.
    case fingerprintMismatch(expected: String)

    // The caller
    /// An event came that the conversation does not wait for now.
    case outOfOrder(String)
    /// A cryptographic operation failed.
    case cryptography(CryptoError)
}

extension SCEPError {
    /// The stable code of this error.
    public var code: String {
        switch self {
        case .unreadable: "scep.unreadable"
        case .signerCount: "scep.signer-count"
        case .missing: "scep.missing"
        case .repeated: "scep.repeated"
        case .malformed: "scep.malformed"
        case .messageTooLarge: "scep.message-too-large"
        case .unknownOperation: "scep.unknown-operation"
        case .unknownMessageType: "scep.unknown-message-type"
        case .signerCertificateMissing: "scep.signer-certificate-missing"
        case .signatureInvalid: "scep.signature-invalid"
        case .algorithmNotAllowed: "scep.algorithm-not-allowed"
        case .signerKeyCannotDecrypt: "scep.signer-key-cannot-decrypt"
        case .contentMissing: "scep.content-missing"
        case .messageCheckFailed: "scep.message-check-failed"
        case .nonceMismatch: "scep.nonce-mismatch"
        case .transactionMismatch: "scep.transaction-mismatch"
        case .unknownSigner: "scep.unknown-signer"
        case .refused: "scep.refused"
        case .noCertificateForKey: "scep.no-certificate-for-key"
        case .noCRL: "scep.no-crl"
        case .stillPending: "scep.still-pending"
        case .noCommonAlgorithm: "scep.no-common-algorithm"
        case .noRecipientCertificate: "scep.no-recipient-certificate"
        case .fingerprintMismatch: "scep.fingerprint-mismatch"
        case .outOfOrder: "scep.out-of-order"
        case .cryptography: "scep.cryptography"
        }
    }
}

extension SCEPError: CustomStringConvertible {
    /// One sentence for people.
    public var description: String { receivingDescription ?? clientDescription }

    /// What went wrong while reading a message, whichever side reads it.
    private var receivingDescription: String? {
        switch self {
        case .unreadable(let error): "not a SCEP message: \(error)"
        case .signerCount(let count): "a SCEP message has one signer, this one has \(count)"
        case .missing(let name): "\(name) is missing"
        case .repeated(let name): "\(name) stands more than once"
        case .malformed(let name, let reason): "\(name): \(reason)"
        case .messageTooLarge(let limit): "the message is larger than \(limit) octets"
        case .unknownOperation(let name): "'\(name)' is not a SCEP operation"
        case .unknownMessageType(let text): "messageType '\(text)' is not answered here"
        case .signerCertificateMissing: "the message does not carry the certificate that signed it"
        case .signatureInvalid: "the signature of the message does not verify"
        case .algorithmNotAllowed(let name): "\(name) is not allowed here"
        case .signerKeyCannotDecrypt(let key):
            "SCEP answers are encrypted to the signer's RSA key, and this key is \(key); EST and ACME serve such keys"
        case .contentMissing(let type): "a \(type) carries encrypted contents, and this one has none"
        case .messageCheckFailed(let reason): "the contents could not be decrypted or read: \(reason)"
        default: nil
        }
    }

    private var clientDescription: String {
        switch self {
        case .nonceMismatch: "the reply does not repeat the nonce that was sent"
        case .transactionMismatch: "the reply belongs to another transaction"
        case .unknownSigner: "the reply was signed by a key that GetCACert does not list"
        case .refused(let failInfo, let text):
            "the server refused: " + (failInfo?.name ?? "no failInfo") + (text.map { " (\($0))" } ?? "")
        case .noCertificateForKey: "the reply holds no certificate for the requested key"
        case .noCRL: "the reply holds no CRL"
        case .stillPending(let polls): "the request is still pending after \(polls) polls"
        case .noCommonAlgorithm(let kind): "the server offers no \(kind) that is allowed here"
        case .noRecipientCertificate: "GetCACert lists no certificate that requests can be encrypted to"
        case .fingerprintMismatch(let expected): "no certificate of the server has the fingerprint \(expected)"
        case .outOfOrder(let event): "the conversation does not wait for \(event) now"
        case .cryptography(let error): error.description
        default: receivingDescription ?? code
        }
    }
}
