// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// What a client makes of a checked reply.
extension ClientTransaction {
    /// Refuses MD5 where it is not allowed, and notes other weak algorithms.
    ///
    /// Several servers answer with SHA-1, or DES, whatever they were asked with. To forge such a reply takes a second
    /// preimage of SHA-1, not a collision; and what DES hides is a certificate, which is public.
    mutating func checkAllowed(_ reply: CertRep) throws(SCEPError) {
        guard reply.digest != .md5 || state.settings.allowsLegacy else { throw .algorithmNotAllowed("md5") }
        replyLegacyAlgorithms = []
        if let digest = reply.digest, digest.isLegacy { replyLegacyAlgorithms.append(digest.rawValue) }
        if case .success(let envelope) = reply.result, let cipher = envelope.cipher, cipher.isLegacy {
            replyLegacyAlgorithms.append(cipher.oid.nameOrDotted)
        }
    }

    mutating func waitForDecision() throws(SCEPError) -> ClientAction {
        if state.isPending { state.polls += 1 }
        state.isPending = true
        step = .idle
        let polling = state.settings.polling
        if let count = polling.count, state.polls >= count { throw .stillPending(polls: state.polls) }
        return .wait(seconds: polling.delay)
    }

    mutating func open(_ envelope: EnvelopedData) throws(SCEPError) -> ClientAction {
        guard let cipher = envelope.cipher else {
            throw .algorithmNotAllowed(envelope.contentEncryptionAlgorithm.oid.nameOrDotted)
        }
        let signer = try state.signerCertificate()
        guard let recipient = envelope.recipients(matching: signer).first ?? envelope.recipients.first,
            let transport = recipient.transport
        else { throw .messageCheckFailed("the reply is encrypted to nobody we know") }
        step = .unwrapping(envelope)
        return .unwrap(
            UnwrappingTask(
                key: state.key, encryptedKey: recipient.encryptedKey, transport: transport,
                keyLength: cipher.keyByteCount))
    }

    func outcome(of envelope: EnvelopedData, _ contentKey: [UInt8]) throws(SCEPError) -> ClientOutcome {
        let message: SignedData
        do throws(FormatError) {
            message = try SignedData(parsing: try envelope.open(contentKey))
        } catch {
            throw .messageCheckFailed(error.description)
        }
        switch state.purpose {
        case .getCRL:
            guard let crl = message.crls.first else { throw .noCRL }
            return .crl(crl)
        case .getCert(let sought):
            let name = try reading { () throws(FormatError) in try IssuerAndSerialNumber(parsing: sought) }
            return try Self.pick(from: message) { name.serialNumber == $0.serialNumber }
        case .certificate(let request):
            let key = try request.subjectPublicKeyInfo()
            let found = try Self.pick(from: message) {
                $0.subjectPublicKeyInfo == key || $0.publicKey == key.publicKey
            }
            try checkIssued(found)
            return found
        }
    }

    /// Refuses a certificate that bears the name of one of the server's authorities and not its signature.
    ///
    /// One of an authority that is not known here, such as a successor, is for its user to judge.
    private func checkIssued(_ outcome: ClientOutcome) throws(SCEPError) {
        guard case .certificate(let encoded, _) = outcome else { return }
        let certificate = try reading { () throws(FormatError) in try CertificateView(parsing: encoded) }
        let wanted = ComparedName(certificate.issuer)
        let issuers = try state.authorityCertificates().certificates.filter {
            ComparedName($0.subject).matches(wanted)
        }
        guard !issuers.isEmpty, certificate.signatureAlgorithm.signatureAlgorithm != nil else { return }
        let isSigned = issuers.contains { issuer in
            issuer.publicKey.map { certificate.isSigned(by: $0) } ?? false
        }
        guard isSigned else {
            throw .malformed("certificate", reason: "not signed by \(certificate.issuer.rfc4514), whose name it bears")
        }
    }

    /// The certificate that is meant, wherever it stands: a SET has no first member.
    private static func pick(
        from message: SignedData, where isMeant: (CertificateView) -> Bool
    ) throws(SCEPError) -> ClientOutcome {
        let certificates = message.certificateViews
        guard let found = certificates.first(where: isMeant) else { throw .noCertificateForKey }
        return .certificate(found.encoded, others: certificates.filter { $0 != found }.map(\.encoded))
    }
}
