// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

extension EnvelopedData {
    /// Somebody a message is encrypted to.
    public struct Recipient: Hashable, Sendable {
        /// How the recipient's certificate is named in the message.
        public let identifier: RecipientIdentifier
        /// The key the content key is encrypted to.
        public let key: RSAPublicKey

        /// Takes the parts.
        public init(identifier: RecipientIdentifier, key: RSAPublicKey) {
            self.identifier = identifier
            self.key = key
        }

        /// The holder of a certificate, named by issuer and serial number.
        ///
        /// - Throws: ``FormatError/invalidValue(field:reason:)`` when the certificate's key is no RSA key.
        public init(certificate: CertificateView) throws(FormatError) {
            guard case .rsa(let key)? = certificate.publicKey else {
                throw .invalidValue(field: "recipient", reason: "its key is no RSA key, nothing can be encrypted to it")
            }
            self.init(identifier: .issuerAndSerialNumber(IssuerAndSerialNumber(certificate)), key: key)
        }
    }

    /// Encrypts a message: EnvelopedData, or AuthEnvelopedData when the cipher authenticates.
    ///
    /// Content key and initialisation vector are fresh random octets.
    ///
    /// - Parameters:
    ///   - content: the message.
    ///   - cipher: how it is encrypted; old ciphers are the caller's decision.
    ///   - recipients: at least one; each can open the message alone.
    ///   - transport: how the content key is encrypted to each of them.
    /// - Returns: the DER of a ContentInfo.
    /// - Throws: ``FormatError/invalidValue(field:reason:)`` when there is no recipient, or a key is too small or
    ///   otherwise unusable.
    ///
    /// Source: RFC 5652, section 6; RFC 5083, section 2.
    public static func seal(
        _ content: some Collection<UInt8>, cipher: ContentCipher, for recipients: [Recipient],
        transport: KeyTransport = .pkcs1v15
    ) throws(FormatError) -> [UInt8] {
        guard !recipients.isEmpty else { throw .invalidValue(field: "recipientInfos", reason: "no recipient") }
        let contentKey = SecureRandom.bytes(cipher.keyByteCount)
        let infos = try recipients.map { (recipient) throws(FormatError) in
            try recipient.keyTransRecipientInfo(contentKey, transport)
        }
        let encryption = ContentEncryption(cipher)
        let sealed = try encryption.encrypt(content, key: contentKey)
        let usesKeyIdentifier = recipients.contains { $0.identifier.isSubjectKeyIdentifier }
        let capacity = infos.reduce(sealed.ciphertext.count + 256) { $0 + $1.count }
        let type: OID = cipher.isAuthenticated ? .authEnvelopedData : .envelopedData
        return ContentInfo.encode(type, capacity: capacity) { writer in
            writer.sequence { fields in
                fields.integer(!cipher.isAuthenticated && usesKeyIdentifier ? 2 : 0)
                fields.setOf(infos)
                fields.sequence { info in
                    info.oid(.data)
                    info.append(encryption.algorithmIdentifier)
                    info.primitive(.context(0), sealed.ciphertext)
                }
                if cipher.isAuthenticated { fields.octetString(sealed.tag) }
            }
        }
    }
}

extension EnvelopedData.Recipient {
    /// The KeyTransRecipientInfo that carries a content key to this recipient.
    fileprivate func keyTransRecipientInfo(
        _ contentKey: [UInt8], _ transport: KeyTransport
    ) throws(FormatError) -> [UInt8] {
        let encryptedKey: [UInt8]
        do {
            encryptedKey = try key.encrypt(contentKey, transport: transport)
        } catch {
            throw .invalidValue(field: "recipient key", reason: error.description)
        }
        var writer = DERWriter(capacity: encryptedKey.count + 256)
        writer.sequence { info in
            info.integer(identifier.isSubjectKeyIdentifier ? 2 : 0)
            info.append(identifier)
            info.append(AlgorithmIdentifier(transport))
            info.octetString(encryptedKey)
        }
        return writer.bytes
    }
}

extension ContentEncryption {
    /// Encrypts under this cipher and vector.
    func encrypt(
        _ content: some Collection<UInt8>, key: [UInt8]
    ) throws(FormatError) -> (ciphertext: [UInt8], tag: [UInt8]) {
        do {
            return try cipher.encrypt(content, key: key, iv: iv)
        } catch {
            throw .invalidValue(field: "content", reason: error.description)
        }
    }
}
