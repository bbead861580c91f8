// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

/// Writes SCEP requests as strange as a test needs them, independent of the library's own writer of messages.
package struct Forge {
    package var messageType = "19"
    package var digest = DigestAlgorithm.sha256
    package var cipher = ContentCipher.aes128CBC
    package var transport = KeyTransport.pkcs1v15
    package var signerKey: SoftwareKey
    package var signer: CertificateView
    /// How the SignerInfo names the signer; by issuer and serial number unless a test says otherwise.
    package var sid: SignerIdentifier?
    /// The certificates in the message.
    package var certificates: [[UInt8]]
    /// What is encrypted; the PKCS#10 unless a test says otherwise.
    package var plaintext: [UInt8]
    /// What is signed; the envelope unless a test says otherwise.
    package var content: [UInt8]??
    /// Whom the envelope names.
    package var recipient: EnvelopedData.Recipient
    /// Changes the encoded attributes before they are signed.
    package var editAttributes: (inout [[UInt8]]) -> Void = { _ in }
    /// Changes the envelope before it is signed.
    package var editEnvelope: ([UInt8]) throws -> [UInt8] = { $0 }
    /// The signature algorithm written; `rsaEncryption` unless a test says otherwise.
    package var signatureAlgorithm: SignatureAlgorithm?
    package var transactionID: [UInt8] = DER.string("FORGED-0001")
    package var senderNonce: [UInt8] = DER.octets([UInt8](1...16))

    /// A first request of a device for a name and its key, which also signs; encrypted to the RA's certificate.
    ///
    /// The device's own certificate is valid around the moment given. The attributes are those of the PKCS#10.
    package init(
        subject: String = "CN=forged", key: SoftwareKey, to recipient: CertificateView, at now: Timestamp,
        attributes: [Attribute] = [.challengePassword("secret")]
    ) throws {
        signerKey = key
        let name = try DistinguishedName(rfc4514: subject)
        let certificate = try Self.selfSigned(name, key, at: now)
        signer = try CertificateView(parsing: certificate)
        certificates = [certificate]
        plaintext = try Self.certificationRequest(name, key, attributes: attributes)
        self.recipient = try EnvelopedData.Recipient(certificate: recipient)
    }

    /// The certificate a device makes itself for its first message.
    package static func selfSigned(
        _ subject: DistinguishedName, _ key: SoftwareKey, at now: Timestamp, serial: SerialNumber = .random(),
        extensions: [CertificateExtension] = []
    ) throws -> [UInt8] {
        let algorithm = key.defaultSignatureAlgorithm
        let tbs = TBSCertificate(
            serialNumber: serial, signature: algorithm, issuer: subject,
            notBefore: now.adding(seconds: -86_400), notAfter: now.adding(seconds: 86_400 * 365), subject: subject,
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey), extensions: extensions
        ).derBytes
        let signature = try key.signSynchronously(tbs, algorithm: algorithm)
        return TBSCertificate.certificate(tbs: tbs, signature: signature, algorithm: algorithm)
    }

    /// A PKCS#10, signed by its key.
    package static func certificationRequest(
        _ subject: DistinguishedName, _ key: SoftwareKey, attributes: [Attribute] = [.challengePassword("secret")]
    ) throws -> [UInt8] {
        let info = CertificationRequest.prepare(
            subject: subject, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey), attributes: attributes)
        let algorithm = key.defaultSignatureAlgorithm
        return info.finish(
            signature: try key.signSynchronously(info.derBytes, algorithm: algorithm), algorithm: algorithm)
    }

    /// The same, signed with another certificate and key.
    package mutating func sign(with certificate: CertificateView, _ key: SoftwareKey) {
        signer = certificate
        signerKey = key
        certificates = [certificate.encoded]
    }

    /// The contents, encrypted.
    package func envelope() throws -> [UInt8] {
        try editEnvelope(EnvelopedData.seal(plaintext, cipher: cipher, for: [recipient], transport: transport))
    }

    /// The message, signed.
    package func message() throws -> [UInt8] {
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
