// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
public import PKIFormats

/// One conversation of a client, from the key to the certificate: a state machine without keys, clock or network.
///
/// ```swift
/// var action = transaction.start(at: now)
/// while true {
///     switch action {
///     case .sign(let task): action = transaction.signed(try sign(task))
///     case .send(let message): action = transaction.received(try await post(message))
///     case .unwrap(let task): action = transaction.keyUnwrapped(try unwrap(task))
///     case .wait(let seconds): save(transaction); sleep(seconds); action = transaction.start(at: now)
///     case .finished(let outcome): return outcome
///     case .failed(let error): throw error
///     }
/// }
/// ```
///
/// It can be encoded at any time and goes on with ``start(at:)`` after decoding: with a poll when the request is
/// pending, with the first message, under the same transactionID, when it is not known whether that arrived.
///
/// Source: RFC 8894, section 2.
public struct ClientTransaction: Sendable {
    enum Step {
        /// Waits for `start`.
        case idle
        /// Waits for the signature of the PKCS#10. Then `signingCertificate`, or `signingMessage` for a renewal.
        case signingRequest
        /// Waits for the signature of the transient certificate. Then `signingMessage`.
        case signingCertificate
        /// Waits for the signature of a message. Then `sending`.
        case signingMessage(PKIMessageDraft, Nonce)
        /// Waits for the reply to a message. Then `unwrapping`, `idle` when pending, or `over`.
        case sending(Nonce)
        /// Waits for the content key of a reply. Then `over`.
        case unwrapping(EnvelopedData)
        /// Finished.
        case over
    }

    var state: ClientState
    var step = Step.idle
    /// When this attempt began; the signingTime of its message.
    private(set) var now = Timestamp(seconds: 0)

    /// The weak algorithms of the last reply, in words; empty when there were none.
    public internal(set) var replyLegacyAlgorithms: [String] = []

    /// Which transaction this is; keep it for log and support.
    public var transactionID: TransactionID { state.transactionID }
    /// Whether the server said that the request is pending.
    public var isPending: Bool { state.isPending }

    /// Polls by another rule from now on; polls before do not count.
    public mutating func poll(by rule: Polling) {
        state.settings.polling = rule
        state.polls = 0
    }

    /// Begins a first request.
    ///
    /// The key must be RSA, since the answer is encrypted to it.
    ///
    /// The transactionID is derived from the key, so that a client that lost its state repeats it.
    ///
    /// - Throws: ``SCEPError/signerKeyCannotDecrypt(_:)`` for another key.
    public init(
        _ request: PKCSReq, authority: CACertificates, settings: ClientSettings, at now: Timestamp
    ) throws(SCEPError) {
        try Self.checkCanDecrypt(request.publicKey)
        let transient = request.transientCertificate(request.publicKey.signatureAlgorithm(settings.digest), at: now)
        state = ClientState(
            purpose: .certificate(ClientState.Request(request, transientCertificate: transient.derBytes)),
            transactionID: TransactionID(of: SubjectPublicKeyInfo(request.publicKey)), messageType: .pkcsReq,
            settings: settings, authority: authority.certificates.map(\.encoded), key: request.key)
    }

    /// Begins a renewal, a transaction of its own under a fresh transactionID.
    ///
    /// - Throws: ``SCEPError/signerKeyCannotDecrypt(_:)`` when the old certificate's key is not RSA.
    public init(_ renewal: RenewalReq, authority: CACertificates, settings: ClientSettings) throws(SCEPError) {
        try self.init(
            purpose: .certificate(ClientState.Request(renewal.request, transientCertificate: nil)),
            messageType: settings.renewalMessageType, identity: renewal.identity, authority, settings)
    }

    /// Asks for a certificate by issuer and serial number, as the holder of a certificate.
    ///
    /// - Throws: ``SCEPError/signerKeyCannotDecrypt(_:)`` when that certificate's key is not RSA.
    public init(
        getCert sought: IssuerAndSerialNumber, identity: ClientIdentity, authority: CACertificates,
        settings: ClientSettings
    ) throws(SCEPError) {
        try self.init(
            purpose: .getCert(sought.derBytes), messageType: .getCert, identity: identity, authority, settings)
    }

    /// Asks for the CRL that covers a certificate, as the holder of a certificate.
    ///
    /// - Throws: ``SCEPError/signerKeyCannotDecrypt(_:)`` when that certificate's key is not RSA.
    public init(
        getCRL covering: IssuerAndSerialNumber, identity: ClientIdentity, authority: CACertificates,
        settings: ClientSettings
    ) throws(SCEPError) {
        try self.init(
            purpose: .getCRL(covering.derBytes), messageType: .getCRL, identity: identity, authority, settings)
    }

    private init(
        purpose: ClientState.Purpose, messageType: MessageType, identity: ClientIdentity, _ authority: CACertificates,
        _ settings: ClientSettings
    ) throws(SCEPError) {
        try Self.checkCanDecrypt(identity.certificate.publicKey)
        state = ClientState(
            purpose: purpose, transactionID: .random(), messageType: messageType, settings: settings,
            authority: authority.certificates.map(\.encoded), key: identity.key, signer: identity.certificate.encoded)
    }

    private static func checkCanDecrypt(_ key: PublicKey?) throws(SCEPError) {
        guard case .rsa? = key else { throw .signerKeyCannotDecrypt(key?.keyDescription ?? "of an unknown kind") }
    }
}

// MARK: - Events

extension ClientTransaction {
    /// Begins, or goes on after a wait, a restart or a failure of the network.
    public mutating func start(at now: Timestamp) -> ClientAction {
        self.now = now
        return advance { (transaction) throws(SCEPError) in try transaction.nextStep() }
    }

    /// Takes the signature that was asked for.
    public mutating func signed(_ signature: [UInt8]) -> ClientAction {
        advance { (transaction) throws(SCEPError) in
            switch transaction.step {
            case .signingRequest: try transaction.keepRequest(signature)
            case .signingCertificate: try transaction.keepTransientCertificate(signature)
            case .signingMessage(let draft, let nonce):
                transaction.step = .sending(nonce)
                return .send(try draft.finish(signature: signature))
            default: throw .outOfOrder("a signature")
            }
            return try transaction.nextStep()
        }
    }

    /// Takes the body of the answer.
    public mutating func received(_ body: [UInt8]) -> ClientAction {
        advance { (transaction) throws(SCEPError) in
            guard case .sending(let nonce) = transaction.step else { throw .outOfOrder("a reply") }
            let reply = try CertRep(
                parsing: body, from: transaction.state.authorityCertificates(),
                transactionID: transaction.transactionID, nonce: nonce)
            try transaction.checkAllowed(reply)
            switch reply.result {
            case .success(let envelope): return try transaction.open(envelope)
            case .pending: return try transaction.waitForDecision()
            case .failure(let failInfo, let text): throw .refused(failInfo, text: text)
            }
        }
    }

    /// Takes the content key that was asked for.
    public mutating func keyUnwrapped(_ contentKey: [UInt8]) -> ClientAction {
        advance { (transaction) throws(SCEPError) in
            guard case .unwrapping(let envelope) = transaction.step else { throw .outOfOrder("a content key") }
            let outcome = try transaction.outcome(of: envelope, contentKey)
            transaction.step = .over
            return .finished(outcome)
        }
    }

    /// Runs one event; an error ends this attempt and leaves the transaction ready for another `start`.
    private mutating func advance(
        _ event: (inout ClientTransaction) throws(SCEPError) -> ClientAction
    ) -> ClientAction {
        do throws(SCEPError) {
            return try event(&self)
        } catch {
            step = .idle
            return .failed(error)
        }
    }
}

// MARK: - Saving

extension ClientTransaction: Codable {
    /// Reads what ``encode(to:)`` wrote; go on with ``start(at:)``.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws { state = try ClientState(from: decoder) }

    /// Writes all that is needed after a restart.
    ///
    /// The PKCS#10 in it may hold the challenge: store it like a secret.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws { try state.encode(to: encoder) }
}
