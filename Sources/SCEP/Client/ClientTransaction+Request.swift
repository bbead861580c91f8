// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// How a client makes its messages.
extension ClientTransaction {
    /// The first thing that is still missing: signed PKCS#10, signer certificate, message.
    mutating func nextStep() throws(SCEPError) -> ClientAction {
        if case .over = step { throw .outOfOrder("anything more") }
        if let request = state.request {
            if request.signed == nil {
                step = .signingRequest
                return try signingTask(request, bytes: request.info)
            }
            if state.signer == nil, let certificate = request.transientCertificate {
                step = .signingCertificate
                return try signingTask(request, bytes: certificate)
            }
        }
        return try signMessage()
    }

    private func signingTask(_ request: ClientState.Request, bytes: [UInt8]) throws(SCEPError) -> ClientAction {
        let algorithm = try request.signatureAlgorithm(state.settings.digest)
        return .sign(SigningTask(key: request.key, bytes: bytes, algorithm: algorithm))
    }

    mutating func keepRequest(_ signature: [UInt8]) throws(SCEPError) {
        guard var request = state.request else { throw .outOfOrder("a signature") }
        let algorithm = try request.signatureAlgorithm(state.settings.digest)
        request.signed = DERWriter.signed(request.info, signature: signature, algorithm: algorithm)
        state.request = request
    }

    mutating func keepTransientCertificate(_ signature: [UInt8]) throws(SCEPError) {
        guard let request = state.request, let certificate = request.transientCertificate else {
            throw .outOfOrder("a signature")
        }
        let algorithm = try request.signatureAlgorithm(state.settings.digest)
        state.signer = TBSCertificate.certificate(tbs: certificate, signature: signature, algorithm: algorithm)
    }

    private mutating func signMessage() throws(SCEPError) -> ClientAction {
        let signer = try state.signerCertificate()
        let authority = try state.authorityCertificates()
        let recipient = try authority.recipient()
        let (type, content) = try messageContent(authority)
        let nonce = Nonce.fresh()
        let envelope = try writing { () throws(FormatError) in
            try EnvelopedData.seal(
                content, cipher: state.settings.cipher, for: [EnvelopedData.Recipient(certificate: recipient)])
        }
        let draft = try PKIMessageDraft(
            content: .octets(envelope),
            attributes: [
                .messageType(type), .transactionID(state.transactionID), .senderNonce(nonce), .signingTime(now),
            ],
            certificates: [signer.encoded], signer: signer, digest: state.settings.digest)
        step = .signingMessage(draft, nonce)
        return .sign(
            SigningTask(key: state.key, bytes: draft.bytesToSign, algorithm: draft.signatureAlgorithm))
    }

    /// The contents of the next message, not yet encrypted.
    private func messageContent(_ authority: CACertificates) throws(SCEPError) -> (MessageType, [UInt8]) {
        switch state.purpose {
        case .getCert(let sought), .getCRL(let sought): return (state.messageType, sought)
        case .certificate(let request):
            guard state.isPending else {
                guard let signed = request.signed else { throw .outOfOrder("a message without a PKCS#10") }
                return (state.messageType, signed)
            }
            guard let issuer = authority.issuing?.subject else { throw .missing("CA certificate") }
            let subject = try reading { () throws(FormatError) in
                try DistinguishedName(parsing: ASN1Element(parsing: request.subject))
            }
            return (.certPoll, IssuerAndSubject(issuer: issuer, subject: subject).derBytes)
        }
    }
}
