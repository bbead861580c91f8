// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP

/// Writes SCEP requests as strange as a test needs them, independent of the library's own writer of messages.
struct Forge {
    let lab: Lab
    var messageType = "19"
    var digest = DigestAlgorithm.sha256
    var cipher = ContentCipher.aes128CBC
    var transport = KeyTransport.pkcs1v15
    var signerKey: SoftwareKey
    var signer: CertificateView
    /// How the SignerInfo names the signer; by issuer and serial number unless a test says otherwise.
    var sid: SignerIdentifier?
    /// The certificates in the message.
    var certificates: [[UInt8]]
    /// What is encrypted; the PKCS#10 unless a test says otherwise.
    var plaintext: [UInt8]
    /// What is signed; the envelope unless a test says otherwise.
    var content: [UInt8]??
    /// Whom the envelope names.
    var recipient: EnvelopedData.Recipient
    /// Changes the encoded attributes before they are signed.
    var editAttributes: (inout [[UInt8]]) -> Void = { _ in }
    /// Changes the envelope before it is signed.
    var editEnvelope: ([UInt8]) throws -> [UInt8] = { $0 }
    /// The signature algorithm written; `rsaEncryption` unless a test says otherwise.
    var signatureAlgorithm: SignatureAlgorithm?
    var transactionID: [UInt8] = DER.string("FORGED-0001")
    var senderNonce: [UInt8] = DER.octets([UInt8](1...16))

    init(_ lab: Lab, subject: String = "CN=forged", key: SoftwareKey? = nil) throws {
        let key = key ?? lab.deviceKey
        self.lab = lab
        signerKey = key
        let name = try DistinguishedName(rfc4514: subject)
        let certificate = try Identity.certificate(
            subject: name, key: SubjectPublicKeyInfo(key.publicKey), issuer: nil, signer: key, serial: .random(),
            extensions: [])
        signer = try CertificateView(parsing: certificate)
        certificates = [certificate]
        plaintext = try Self.certificationRequest(name, key)
        recipient = try EnvelopedData.Recipient(certificate: lab.ra.certificate)
    }

    static func certificationRequest(_ subject: DistinguishedName, _ key: SoftwareKey) throws -> [UInt8] {
        let info = CertificationRequest.prepare(
            subject: subject, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
            attributes: [.challengePassword("secret")])
        let algorithm = key.defaultSignatureAlgorithm
        return info.finish(
            signature: try key.signSynchronously(info.derBytes, algorithm: algorithm), algorithm: algorithm)
    }

    /// The same, signed with another certificate and key.
    mutating func sign(with certificate: CertificateView, _ key: SoftwareKey) {
        signer = certificate
        signerKey = key
        certificates = [certificate.encoded]
    }

    func envelope() throws -> [UInt8] {
        try editEnvelope(EnvelopedData.seal(plaintext, cipher: cipher, for: [recipient], transport: transport))
    }

    func message() throws -> [UInt8] {
        let content = try content ?? envelope()
        let algorithm = signatureAlgorithm ?? plainAlgorithm
        var attributes = [
            DER.attribute(.contentType, OID.data.derBytes),
            DER.attribute(.messageDigest, DER.octets(digest.hash(content ?? []))),
            DER.attribute(.scepMessageType, DER.string(messageType)),
            DER.attribute(.scepTransactionID, transactionID),
            DER.attribute(.scepSenderNonce, senderNonce),
        ]
        editAttributes(&attributes)
        var set = DERWriter()
        set.setOf(attributes)
        let signature = try signerKey.signSynchronously(set.bytes, algorithm: algorithm)
        var signerInfo = DERWriter()
        signerInfo.sequence { info in
            info.integer(1)
            info.append(sid ?? .issuerAndSerialNumber(IssuerAndSerialNumber(signer)))
            info.append(AlgorithmIdentifier(digest: digest))
            info.append([0xA0] + set.bytes.dropFirst())
            info.append(writtenAlgorithm)
            info.octetString(signature)
        }
        return DER.contentInfo(.signedData) { data in
            data.integer(1)
            data.setOf([AlgorithmIdentifier(digest: digest).derBytes])
            data.sequence { info in
                info.oid(.data)
                if let content { info.explicit(0) { $0.octetString(content) } }
            }
            data.setOf(certificates, tag: .context(0))
            data.setOf([signerInfo.bytes])
        }
    }

    private var plainAlgorithm: SignatureAlgorithm {
        if case .ec = signerKey.publicKey { .ecdsa(digest) } else { .rsaPKCS1(digest) }
    }

    private var writtenAlgorithm: AlgorithmIdentifier {
        if let signatureAlgorithm { return AlgorithmIdentifier(signatureAlgorithm) }
        if case .ec = signerKey.publicKey { return AlgorithmIdentifier(.ecdsa(digest)) }
        return AlgorithmIdentifier(oid: .rsaEncryption, parameters: AlgorithmIdentifier.null)
    }
}

/// Small pieces of DER.
enum DER {
    static func string(_ text: String, as tag: ASN1Tag = .printableString) -> [UInt8] {
        var writer = DERWriter()
        writer.string(text, as: tag)
        return writer.bytes
    }

    static func octets(_ octets: [UInt8]) -> [UInt8] {
        var writer = DERWriter()
        writer.octetString(octets)
        return writer.bytes
    }

    /// An attribute with any number of values, none too.
    static func attribute(_ type: OID, _ values: [UInt8]...) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { writer in
            writer.oid(type)
            writer.setOf(values)
        }
        return writer.bytes
    }

    static func contentInfo(_ type: OID, _ body: (inout DERWriter) -> Void) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { writer in
            writer.oid(type)
            writer.explicit(0) { $0.sequence(body) }
        }
        return writer.bytes
    }
}
