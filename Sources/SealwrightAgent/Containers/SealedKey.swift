// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
import PKIFormats

/// A private key that only the PIN of its container opens, as its file in a store holds it.
///
/// Two blocks of PEM: `PUBLIC KEY`, by which the key finds its certificate, and `CMS`, an AuthEnvelopedData around the
/// PKCS#8 with AES-256-GCM, whose one recipient is the key pair of the container.
///
/// Source: RFC 5083, section 2; RFC 5958, section 2; RFC 7468, sections 9 and 13.
public struct SealedKey: Hashable, Sendable {
    /// The public half.
    public let publicKey: PublicKey
    /// The DER of a ContentInfo with an AuthEnvelopedData.
    let envelope: [UInt8]

    /// Seals a key to a recipient.
    ///
    /// - Throws: ``FormatError`` when nothing can be encrypted to the recipient.
    init(
        _ material: PrivateKeyMaterial, publicKey: PublicKey, for recipient: EnvelopedData.Recipient
    ) throws(FormatError) {
        self.publicKey = publicKey
        envelope = try EnvelopedData.seal(
            PrivateKeyInfo(material).derBytes, cipher: .aes256GCM, for: [recipient], transport: Self.transport)
    }

    /// Reads a file; `nil` when it is no sealed key.
    init?(reading contents: [UInt8]) {
        guard let blocks = try? PEM.decode(contents, limit: Self.limit), blocks.count == 2, let first = blocks.first,
            first.label == Self.publicKeyLabel, let last = blocks.last, last.label == Self.envelopeLabel,
            let element = try? ASN1Element(parsing: first.der),
            let key = try? SubjectPublicKeyInfo(parsing: element).publicKey
        else { return nil }
        publicKey = key
        envelope = last.der
    }

    /// The file.
    var contents: [UInt8] {
        Array(
            (PEM.encode(SubjectPublicKeyInfo(publicKey).encoded, label: Self.publicKeyLabel)
                + PEM.encode(envelope, label: Self.envelopeLabel)).utf8)
    }

    /// Takes the key out.
    ///
    /// - Parameter key: the private key of the container.
    /// - Returns: the numbers; `nil` when it was sealed to another container, or changed.
    func open(with key: SoftwareKey) -> PrivateKeyMaterial? {
        let identifier = SubjectPublicKeyInfo(key.publicKey).keyIdentifier
        guard let envelope = try? EnvelopedData(parsing: envelope), envelope.cipher == .aes256GCM,
            let recipient = envelope.recipients.first(where: { $0.rid == .subjectKeyIdentifier(identifier) }),
            recipient.transport == Self.transport,
            let contentKey = try? key.unwrapSynchronously(
                recipient.encryptedKey, transport: Self.transport, keyLength: ContentCipher.aes256GCM.keyByteCount),
            let content = try? envelope.open(contentKey), let info = try? PrivateKeyInfo(parsing: content),
            let own = try? info.material.publicKey(), own == publicKey
        else { return nil }
        return info.material
    }

    private static let publicKeyLabel = "PUBLIC KEY"
    private static let envelopeLabel = "CMS"
    private static let transport = KeyTransport.oaep(digest: .sha256, mgfDigest: .sha256)
    /// Octets of a file; one with a key of 16,384 bits has less.
    private static let limit = 64 << 10
}
