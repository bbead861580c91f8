// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
public import PKIFormats

/// One request and its reply, seen from the server: a state machine without keys, clock or network.
///
/// Hand it the bytes, do what the returned ``Action`` says, feed the result back. What needs a private key or a
/// decision leaves as an action; what a hostile peer can reach stays in here and ends in an action, never in an
/// error thrown or a trap.
///
/// Order of checks: outer structure (unreadable), algorithms (badAlg), attributes (badRequest), signature
/// (badMessageCheck), message type (badRequest), signer's key (badAlg), envelope. No private key is used before all
/// of these have passed.
///
/// Source: RFC 8894, section 3.
public struct ServerTransaction: Sendable {
    /// What the caller does next.
    public enum Action: Sendable {
        /// Nothing can be answered: the bytes are no message, or name no transaction. HTTP 400.
        case unreadable(SCEPError)
        /// Unwrap this key, then call ``keyUnwrapped(_:)``.
        case unwrap(UnwrapAttempt)
        /// Decide about the request, then ask for ``certRep(_:signedBy:at:senderNonce:)``.
        case decide(Request)
        /// Refuse: ask for a ``certRep(_:signedBy:at:senderNonce:)`` with this failure.
        case refuse(Refusal)
    }

    private enum State {
        /// Nothing received. To `unwrapping` by a good message with an envelope, else to `answering`.
        case waiting
        /// The envelope waits for its content key. To itself while attempts are left, then to `answering`.
        case unwrapping(Unwrapping)
        /// The reply can be made.
        case answering
    }

    private let settings: ServerSettings
    private let recipients: [CertificateView]
    private var state = State.waiting
    private var reply: ReplyContext?
    /// What is known of the message so far.
    public private(set) var facts = MessageFacts()

    /// Begins a transaction.
    ///
    /// - Parameters:
    ///   - settings: how the endpoint behaves.
    ///   - recipients: the certificates whose keys the caller can unwrap with, in order of preference: the current
    ///     RA, earlier ones, the authority itself when it is its own RA.
    public init(settings: ServerSettings, recipients: [CertificateView]) {
        self.settings = settings
        self.recipients = recipients
    }

    /// Takes the message: the body of a POST, or what ``GETMessage`` decoded.
    public mutating func received(_ bytes: [UInt8]) -> Action {
        guard case .waiting = state else { return refuse(.outOfOrder("a message")) }
        let message: PKIMessage
        do throws(SCEPError) {
            message = try PKIMessage(parsing: bytes)
        } catch {
            return .unreadable(error)
        }
        guard let transactionID = message.attributes.answerableTransactionID else {
            return .unreadable(Self.reasonNobodyIsNamed(message))
        }
        note(message, transactionID)
        do throws(SCEPError) {
            let type = try check(message)
            return try begin(message, type)
        } catch {
            return refuse(error)
        }
    }

    /// Takes the content key the caller unwrapped, right or pseudo-random.
    public mutating func keyUnwrapped(_ contentKey: [UInt8]) -> Action {
        guard case .unwrapping(var unwrapping) = state else { return refuse(.outOfOrder("a content key")) }
        let attempt = unwrapping.attempts.removeFirst()
        let opened = unwrapping.open(with: contentKey)
        if let content = opened.content {
            facts.recipient = attempt.recipient
            reply?.mirror(attempt.transport)
            return decide(unwrapping.message, unwrapping.type, content)
        }
        guard let next = unwrapping.attempts.first else { return refuse(.messageCheckFailed(opened.reason)) }
        state = .unwrapping(unwrapping)
        return .unwrap(next)
    }

    /// Makes the reply, complete but for its signature.
    ///
    /// - Parameters:
    ///   - answer: how the request ended.
    ///   - signer: the certificate of the key that will sign, the RA's.
    ///   - time: the signingTime.
    ///   - senderNonce: the reply's own nonce; a fresh one unless a test needs another.
    /// - Returns: the reply, to be signed and finished.
    /// - Throws: ``SCEPError/outOfOrder(_:)`` before a message was read, ``SCEPError/cryptography(_:)`` when the
    ///   signer of the request has a key nothing can be encrypted to.
    public func certRep(
        _ answer: CertRepAnswer, signedBy signer: CertificateView, at time: Timestamp, senderNonce: Nonce = .fresh()
    ) throws(SCEPError) -> CertRepDraft {
        guard let reply else { throw .outOfOrder("an answer") }
        return try CertRepDraft(
            answer, to: reply, settings: settings, signer: signer, time: time, senderNonce: senderNonce)
    }
}

// MARK: - Steps

extension ServerTransaction {
    private mutating func refuse(_ error: SCEPError) -> Action {
        state = .answering
        return .refuse(Refusal(error))
    }

    private mutating func decide(_ message: PKIMessage, _ type: MessageType, _ content: RequestContent) -> Action {
        state = .answering
        guard let signer = message.signer, let transactionID = facts.transactionID else {
            return refuse(.signerCertificateMissing)
        }
        return .decide(
            Request(messageType: type, transactionID: transactionID, content: content, signer: signer, facts: facts))
    }

    /// Why a message names no transaction: one that is empty or too long is not missing.
    private static func reasonNobodyIsNamed(_ message: PKIMessage) -> SCEPError {
        do throws(SCEPError) {
            _ = try message.attributes.transactionID()
            return .missing("transactionID")
        } catch {
            return error
        }
    }

    /// Keeps what log and reply need, before anything is known to be true.
    private mutating func note(_ message: PKIMessage, _ transactionID: TransactionID) {
        facts.transactionID = transactionID
        facts.messageType = (try? message.attributes.messageType()) ?? nil
        facts.digest = message.digest
        facts.signer = message.signer
        facts.signingTime = message.attributes.signingTime
        reply = ReplyContext(to: message, transactionID: transactionID, settings: settings)
    }

    /// Everything that can be judged without one of our keys.
    private func check(_ message: PKIMessage) throws(SCEPError) -> MessageType {
        try checkAlgorithms(message)
        try message.attributes.checkMultiplicity()
        try message.verifySignature()
        guard try message.attributes.senderNonce() != nil else { throw .missing("senderNonce") }
        guard let type = try message.attributes.messageType() else { throw .missing("messageType") }
        guard type.isRequest else { throw .unknownMessageType(type.name) }
        try checkCanBeAnswered(message.signer)
        return type == .updateReq ? .renewalReq : type
    }

    /// A SUCCESS is encrypted to the key that signed the request, and names its certificate by issuer and serial.
    private func checkCanBeAnswered(_ signer: CertificateView?) throws(SCEPError) {
        guard case .rsa(let key)? = signer?.publicKey else {
            throw .signerKeyCannotDecrypt(signer?.publicKey?.keyDescription ?? "of an unknown kind")
        }
        guard let signer, (try? DistinguishedName(parsing: ASN1Element(parsing: signer.issuer.derBytes))) != nil else {
            throw .malformed("signer certificate", reason: "its issuer is no name, so no answer can name it")
        }
        guard key.modulus.count >= ReplyContext.smallestModulus else {
            throw .malformed("signer key", reason: "\(key.bitCount) bits are too few to encrypt an answer to")
        }
    }

    private func checkAlgorithms(_ message: PKIMessage) throws(SCEPError) {
        guard let digest = message.digest else {
            throw .algorithmNotAllowed(message.signerInfo.digestAlgorithm.oid.nameOrDotted)
        }
        guard settings.digests.contains(digest) else { throw .algorithmNotAllowed(digest.rawValue) }
        guard let algorithm = message.signerInfo.signatureAlgorithmWithDigest else {
            throw .algorithmNotAllowed(message.signerInfo.signatureAlgorithm.oid.nameOrDotted)
        }
        if let own = algorithm.digest, !settings.digests.contains(own) { throw .algorithmNotAllowed(own.rawValue) }
    }

    /// Opens the envelope, or goes on without one where that is allowed.
    private mutating func begin(_ message: PKIMessage, _ type: MessageType) throws(SCEPError) -> Action {
        guard message.hasEnvelope else {
            guard type == .certPoll else { throw .contentMissing(type.name) }
            return decide(message, type, .issuerAndSubject(nil))
        }
        guard let envelope = try? message.envelope() else { throw .messageCheckFailed("the envelope cannot be read") }
        facts.cipher = envelope.cipher
        let cipher = try allowedCipher(of: envelope)
        reply?.cipher = cipher
        let attempts = UnwrapAttempt.attempts(
            for: envelope.recipients, certificates: recipients, keyLength: cipher.keyByteCount)
        guard let first = attempts.first else { throw .messageCheckFailed("no recipient is ours") }
        state = .unwrapping(Unwrapping(message: message, type: type, envelope: envelope, attempts: attempts))
        return .unwrap(first)
    }

    private func allowedCipher(of envelope: EnvelopedData) throws(SCEPError) -> ContentCipher {
        guard let cipher = envelope.cipher else {
            throw .algorithmNotAllowed(envelope.contentEncryptionAlgorithm.oid.nameOrDotted)
        }
        guard settings.ciphers.contains(cipher) else { throw .algorithmNotAllowed(cipher.oid.nameOrDotted) }
        return cipher
    }
}

// MARK: - Opening

/// An envelope that waits for its content key.
private struct Unwrapping: Sendable {
    let message: PKIMessage
    let type: MessageType
    let envelope: EnvelopedData
    var attempts: [UnwrapAttempt]

    /// Decrypts, reads and verifies; the reason of a failure is for the audit trail.
    ///
    /// Every way to fail does the same work: one decryption, one reading and, for a request for a certificate, one
    /// verification. Where an earlier step failed, the later ones work on what is at hand and their result is not
    /// looked at.
    func open(with contentKey: [UInt8]) -> (content: RequestContent?, reason: String) {
        let plaintext = try? envelope.open(contentKey)
        let content = try? RequestContent(parsing: plaintext ?? envelope.encryptedContent, of: type)
        let isProven = verify(content)
        guard plaintext != nil else { return (nil, "decryption failed") }
        guard let content else { return (nil, "the contents are no \(type) contents") }
        guard isProven else { return (nil, "the signature of the PKCS#10 does not verify") }
        return (content, "")
    }

    private func verify(_ content: RequestContent?) -> Bool {
        if let request = content?.certificationRequest {
            return request.isSelfSigned(reusing: message.signer?.publicKey)
        }
        if type.asksForCertificate { try? message.verifySignature() }
        return content != nil
    }
}
