// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP

/// Devices that enrol: a pool of RSA-2048 keys, and messages made before anything is measured.
struct SCEPDevices {
    /// A key with the certificate it made for itself.
    private struct Signer {
        let key: SoftwareKey
        let certificate: CertificateView
    }

    /// A message and what its answer must say.
    struct Message: Sendable {
        let request: [UInt8]
        let transactionID: TransactionID
        let nonce: Nonce
    }

    private static let path = "/scep/default?operation="
    private let signers: [Signer]

    /// Generates the keys.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - pool: the threads that work with them later.
    /// - Throws: what making keys and certificates throws.
    init(keys count: Int, pool: CryptoPool) throws {
        let name = try DistinguishedName(rfc4514: "CN=benchmark")
        signers = try (0..<count).map { index in
            let key = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "device-\(index)"), pool: pool)
            let certificate = TBSCertificate(
                serialNumber: .random(), signature: .rsaPKCS1(.sha256), issuer: name,
                notBefore: Timestamp(seconds: 1_700_000_000), notAfter: Timestamp(seconds: 2_000_000_000),
                subject: name, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
                extensions: [KeyUsage([.digitalSignature, .keyEncipherment]).certificateExtension])
            let signature = try key.signSynchronously(certificate.derBytes, algorithm: .rsaPKCS1(.sha256))
            let der = TBSCertificate.certificate(
                tbs: certificate.derBytes, signature: signature, algorithm: .rsaPKCS1(.sha256))
            return Signer(key: key, certificate: try CertificateView(parsing: der))
        }
    }

    /// The key of the message with this number.
    func key(_ index: Int) throws -> SoftwareKey {
        guard !signers.isEmpty else { throw BenchmarkError("there are no device keys") }
        return signers[index % signers.count].key
    }

    /// Asks the server for its certificates.
    static func authority(port: Int) throws -> CACertificates {
        let connection = try LoopbackConnection(port: port)
        return try CACertificates(parsing: try connection.exchange(HTTPMessage.get(path + "GetCACert")).body)
    }

    /// One first request for each challenge, under a subject and a transactionID of its own: AES-256-CBC, SHA-256.
    func messages(
        challenges: some Sequence<String>, named run: String, to authority: CACertificates
    ) throws -> [Message] {
        let recipient = try EnvelopedData.Recipient(certificate: try authority.recipient())
        return try challenges.enumerated().map { index, challenge in
            try message(signers[index % signers.count], "CN=\(run)-\(index).example", challenge, to: recipient)
        }
    }

    private func message(
        _ signer: Signer, _ subject: String, _ challenge: String, to recipient: EnvelopedData.Recipient
    ) throws -> Message {
        let algorithm = SignatureAlgorithm.rsaPKCS1(.sha256)
        let info = CertificationRequest.prepare(
            subject: try DistinguishedName(rfc4514: subject),
            subjectPublicKeyInfo: SubjectPublicKeyInfo(signer.key.publicKey),
            attributes: [.challengePassword(challenge)])
        let request = info.finish(
            signature: try signer.key.signSynchronously(info.derBytes, algorithm: algorithm), algorithm: algorithm)
        let envelope = try EnvelopedData.seal(request, cipher: .aes256CBC, for: [recipient])
        let (transactionID, nonce) = (TransactionID.random(), Nonce.fresh())
        let template = SignerTemplate(
            certificate: signer.certificate, signatureAlgorithm: algorithm,
            signedAttributes: [
                Self.attribute(.scepMessageType) { $0.string("19", as: .printableString) },
                Self.attribute(.scepTransactionID) { $0.string(transactionID.text, as: .printableString) },
                Self.attribute(.scepSenderNonce) { $0.octetString(nonce.octets) },
            ])
        let prepared = try SignedData.prepare(
            content: .octets(envelope), certificates: [signer.certificate.encoded], signers: [template])
        let signatures = try prepared.bytesToSign.map { try signer.key.signSynchronously($0, algorithm: algorithm) }
        let body = try prepared.finish(signatures: signatures)
        return Message(
            request: HTTPMessage.post(Self.path + "PKIOperation", type: "application/x-pki-message", body),
            transactionID: transactionID, nonce: nonce)
    }

    private static func attribute(_ type: OID, _ value: (inout DERWriter) -> Void) -> Attribute {
        var writer = DERWriter(capacity: 64)
        value(&writer)
        return Attribute(type: type, values: [writer.bytes])
    }

    /// Checks every answer: signed by the authority, for this transaction and nonce, pkiStatus 0.
    static func check(_ bodies: [[UInt8]], of messages: [Message], from authority: CACertificates) throws {
        guard bodies.count == messages.count else { throw BenchmarkError("\(bodies.count) answers") }
        for (body, message) in zip(bodies, messages) {
            let reply = try CertRep(
                parsing: body, from: authority, transactionID: message.transactionID, nonce: message.nonce)
            guard case .success = reply.result else { throw BenchmarkError("an answer is \(reply.result)") }
        }
    }
}
