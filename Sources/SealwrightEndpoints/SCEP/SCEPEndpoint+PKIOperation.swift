// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Logging
import PKIFormats
import SCEP
import SealwrightCore

/// `PKIOperation`: one message through the state machine, the middle, and back as a signed CertRep.
///
/// Source: RFC 8894, sections 3.3 and 4.3 to 4.6.
extension SCEPEndpoint {
    func respond(toMessage message: [UInt8], from peer: Peer) async -> EndpointReply {
        guard message.count <= Self.messageLimit else {
            return .text(.tooLarge, "A SCEP message may have \(Self.messageLimit) bytes.\n")
        }
        guard let authority, authority.key != nil else { return unavailable("authority.unavailable", seconds: 60) }
        let recipients = recipients(of: authority)
        guard let present = recipients.first else { return unavailable("authority.unavailable", seconds: 60) }
        return await respond(toMessage: message, for: recipients, present: present, from: peer)
    }

    /// Carries out what the state machine asks for until there is a reply.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - recipients: whoever it may be encrypted to.
    ///   - present: the one of them that signs while nobody knows whose message it is.
    ///   - peer: where it came from.
    /// - Returns: the reply.
    private func respond(
        toMessage message: [UInt8], for recipients: [Recipient], present: Recipient, from peer: Peer
    ) async -> EndpointReply {
        var signer = present
        var attempts = 0
        var transaction = ServerTransaction(
            settings: configuration.settings, recipients: recipients.map(\.certificate))
        var action = transaction.received(message)
        while true {
            switch action {
            case .unreadable(let error):
                return unreadable(error, peer)
            case .unwrap(let attempt):
                guard let recipient = recipients.element(at: attempt.recipient) else {
                    return unavailable("scep.no-recipient", seconds: 60)
                }
                attempts += 1
                signer = await self.signer(answering: recipient, of: recipients) ?? present
                do {
                    let key = try await recipient.key.unwrap(
                        attempt.encryptedKey, transport: attempt.transport, keyLength: attempt.keyLength)
                    action = transaction.keyUnwrapped(key)
                } catch {
                    return unavailable(error.code, seconds: 5)
                }
            case .refuse(let refusal):
                await record(refusal, transaction.facts, peer)
                // After several tries nobody knows whose message it is.
                let teller = attempts > 1 ? present : signer
                return await reply(.failure(refusal), in: transaction, by: teller, peer)
            case .decide(let request):
                await recordLegacy(request, peer)
                switch await answer(request, asksSuccessor: signer.isOfSuccessor, peer) {
                case .reply(let answer): return await reply(answer, in: transaction, by: signer, peer)
                case .unavailable(let code): return unavailable(code, seconds: 5)
                }
            }
        }
    }

    /// What a decision comes to: something a CertRep can tell, or no capacity.
    enum Answer {
        case reply(CertRepAnswer)
        case unavailable(code: String)
    }

    private func answer(_ request: Request, asksSuccessor: Bool, _ peer: Peer) async -> Answer {
        switch request.content {
        case .csr(let csr): await enroll(csr, request, asksSuccessor: asksSuccessor, peer)
        case .issuerAndSubject(let names): await poll(request, names)
        case .issuerAndSerialNumber(let wanted):
            await SCEPRetrieval(endpoint: self).answer(request, wanted)
        }
    }

    /// PKCSReq and RenewalReq.
    ///
    /// The middle decides; a PKCSReq signed by a certificate of ours is a renewal to it.
    private func enroll(
        _ csr: CertificationRequest, _ request: Request, asksSuccessor: Bool, _ peer: Peer
    ) async -> Answer {
        do {
            let wish = try enrollmentRequest(csr, request, asksSuccessor: asksSuccessor, peer: peer.address)
            return tell(await services.enrollment.enroll(wish))
        } catch {
            return .reply(.failure(error))
        }
    }

    /// A PKCSReq or RenewalReq in the middle's words.
    ///
    /// - Throws: the refusal of a message that is not the middle's to judge.
    func enrollmentRequest(
        _ csr: CertificationRequest, _ request: Request, asksSuccessor: Bool = false, peer: String?
    ) throws(Refusal) -> EnrollmentRequest {
        let signer = services.enrollment.signer(request.signer)
        let verified: VerifiedRequest
        do { verified = try VerifiedRequest(csr) } catch { throw Refusal(telling: error) }
        return EnrollmentRequest(
            endpoint: configuration.id, via: "scep:\(configuration.id)",
            kind: request.messageType == .renewalReq ? .renewal : .initial,
            messageType: String(request.messageType.rawValue), transactionID: request.transactionID.octets,
            certificationRequest: verified, challenge: csr.challengePassword.map { Secret($0) }, signer: signer,
            asksSuccessor: asksSuccessor, peer: peer, receivedAt: services.clock.now)
    }

    /// CertPoll.
    ///
    /// The issuer named in it is ignored: strongSwan sends the RA's subject, certmonger the CA certificate's
    /// issuer field.
    private func poll(_ request: Request, _ names: IssuerAndSubject?) async -> Answer {
        tell(
            await services.enrollment.poll(
                endpoint: configuration.id, transactionID: request.transactionID.octets,
                signerKeyDigest: request.signer.subjectPublicKeyInfo.digest, subject: names?.subject))
    }

    /// Turns the middle's outcome into SCEP's words.
    ///
    /// Source: RFC 8894, sections 3.2.1.3 and 3.2.1.4.
    private func tell(_ outcome: IssuanceOutcome) -> Answer {
        switch outcome {
        case .issued(let credential):
            let chain = services.registry.chain(of: credential.authority).map(\.certificate.encoded)
            return .reply(.success(certificate: credential.certificate, chain: chain))
        case .pending: return .reply(.pending)
        // A FAILURE is final for most clients, and nobody has decided anything.
        case .denied(.webhookUnavailable): return .unavailable(code: DenialReason.webhookUnavailable.code)
        case .denied(let reason): return .reply(.failure(Refusal(telling: reason)))
        case .unavailable(let why): return .unavailable(code: why.code)
        }
    }

    private func reply(
        _ answer: CertRepAnswer, in transaction: ServerTransaction, by signer: Recipient, _ peer: Peer
    ) async -> EndpointReply {
        do {
            let draft = try transaction.certRep(answer, signedBy: signer.certificate, at: services.clock.now)
            let signature = try await signer.key.sign(draft.bytesToSign, algorithm: draft.signatureAlgorithm)
            logger.debug(
                "SCEP answered",
                metadata: ["request.id": "\(peer.requestID)", "pkiStatus": "\(draft.pkiStatus)"])
            return EndpointReply(body: .bytes(try draft.finish(signature: signature)), mediaType: MediaType.pkiMessage)
        } catch let error as CryptoError {
            return unavailable(error.code, seconds: 5)
        } catch {
            logger.error("CertRep cannot be built", metadata: ["error": "\(error)", "request.id": "\(peer.requestID)"])
            return .text(.badRequest, "scep.unanswerable: no answer can be encrypted or signed for this message\n")
        }
    }

    func unavailable(_ code: String, seconds: Int) -> EndpointReply {
        logger.warning("SCEP unavailable", metadata: ["error.code": "\(code)"])
        return .text(.unavailable(retryAfterSeconds: seconds), "\(code): try again in \(seconds) seconds\n")
    }
}

// MARK: - Records

extension SCEPEndpoint {
    /// Tells log and audit why a message was refused before the middle saw it; the peer hears less.
    func record(_ refusal: Refusal, _ facts: MessageFacts, _ peer: Peer) async {
        let object = facts.transactionID?.text ?? "-"
        let signer = facts.signer?.subject.rfc4514.beginning(256) ?? "-"
        logger.notice(
            "SCEP request refused",
            metadata: [
                "request.id": "\(peer.requestID)", "error.code": "\(refusal.code)", "error": "\(refusal.explanation)",
                "transaction.id": "\(object)", "signer": "\(signer)", "peer": "\(peer.address)",
            ])
        let event = AuditEvent(
            action: "scep.refused", at: services.clock.now, actor: "scep:\(configuration.id)", object: object,
            outcome: refusal.code,
            details: ["detail": refusal.explanation, "peer": peer.address, "signer": signer])
        try? await services.enrollment.refusals.append(event, of: event.actor)
    }

    /// One audit line a use of a weak algorithm, so that somebody can be asked to retire it; of many at once not all.
    private func recordLegacy(_ request: Request, _ peer: Peer) async {
        guard !request.facts.legacyAlgorithms.isEmpty else { return }
        let event = AuditEvent(
            action: "scep.legacy-algorithm", at: services.clock.now, actor: "scep:\(configuration.id)",
            object: request.signer.subject.rfc4514,
            details: ["algorithms": request.facts.legacyAlgorithms.joined(separator: ", "), "peer": peer.address])
        try? await services.enrollment.refusals.append(event, of: "legacy algorithms, " + event.actor)
        for algorithm in request.facts.legacyAlgorithms {
            services.counter?.count(
                "sealwright_scep_legacy_algorithms_total",
                [("endpoint", configuration.id.rawValue), ("algorithm", algorithm)])
        }
    }
}

extension Array {
    /// The element at an index, `nil` outside the array.
    func element(at index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
