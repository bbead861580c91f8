// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// An encrypted message: the content under a random key, and that key encrypted to each recipient.
///
/// ```asn1
/// EnvelopedData ::= SEQUENCE {
///     version CMSVersion,
///     originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
///     recipientInfos SET OF RecipientInfo,
///     encryptedContentInfo EncryptedContentInfo,
///     unprotectedAttrs [1] IMPLICIT UnprotectedAttributes OPTIONAL }
///
/// AuthEnvelopedData ::= SEQUENCE {
///     version CMSVersion,
///     originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
///     recipientInfos SET OF RecipientInfo,
///     authEncryptedContentInfo EncryptedContentInfo,
///     authAttrs [1] IMPLICIT AuthAttributes OPTIONAL,
///     mac OCTET STRING,
///     unauthAttrs [2] IMPLICIT UnauthAttributes OPTIONAL }
/// ```
///
/// Both are read by this type: they differ in whether the cipher authenticates. The holder of the private key turns
/// a recipient's `encryptedKey` into the content key and hands it to ``open(_:)``.
///
/// Source: RFC 5652, section 6.1; RFC 5083, section 2.1.
public struct EnvelopedData: Sendable {
    /// The recipients by key transport, in the order received.
    public let recipients: [KeyTransRecipient]
    /// Recipients of other kinds (key agreement, password and so on), as received.
    public let otherRecipients: [[UInt8]]
    /// What the content is once decrypted.
    public let contentType: OID
    /// The cipher as sent.
    public let contentEncryptionAlgorithm: AlgorithmIdentifier
    /// The ciphertext, segments joined.
    public let encryptedContent: [UInt8]
    /// The authentication tag; empty for a cipher without.
    public let mac: [UInt8]
    /// Attributes the authentication tag covers.
    public let authenticatedAttributes: [Attribute]

    private let encryption: ContentEncryption?
    /// What is authenticated besides the content: the attributes as a SET.
    private let authenticatedBytes: [UInt8]

    /// Reads a ContentInfo that holds an EnvelopedData or AuthEnvelopedData and fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` when it is something else, has more than ``CMSLimits/recipients`` recipients, or its
    ///   cipher is known and the parameters do not fit it.
    public init(parsing bytes: ArraySlice<UInt8>) throws(FormatError) {
        try self.init(parsing: ContentInfo(parsing: bytes))
    }

    /// Reads a ContentInfo that holds an EnvelopedData or AuthEnvelopedData and fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` as for a slice.
    public init(parsing bytes: [UInt8]) throws(FormatError) { try self.init(parsing: bytes[...]) }

    /// Reads the content of a ContentInfo.
    ///
    /// - Throws: ``FormatError`` as for a slice.
    public init(parsing info: ContentInfo) throws(FormatError) {
        let isAuthenticated = info.contentType == .authEnvelopedData
        guard isAuthenticated || info.contentType == .envelopedData else {
            throw .invalidValue(field: "contentType", reason: "\(info.contentType.nameOrDotted) is no EnvelopedData")
        }
        var fields = try info.content.fields()
        _ = try fields.next().int()
        _ = try fields.nextIf(.context(0))
        (recipients, otherRecipients) = try Self.recipients(fields.next())
        (contentType, contentEncryptionAlgorithm, encryptedContent) = try Self.encryptedContentInfo(fields.next())
        encryption = try ContentEncryption(parsing: contentEncryptionAlgorithm)
        let attributes = try fields.nextAttributes(.context(1))
        if isAuthenticated {
            authenticatedAttributes = attributes?.attributes ?? []
            authenticatedBytes = attributes?.signedBytes ?? []
            mac = Array(try fields.next().octetString())
            _ = try fields.nextIf(.context(2))
        } else {
            (authenticatedAttributes, authenticatedBytes, mac) = ([], [], [])
        }
        try fields.finish()
        try checkTag(isAuthenticated)
    }

    /// The cipher of the content, `nil` when it is unknown here.
    ///
    /// Whether it is acceptable is the caller's decision.
    public var cipher: ContentCipher? { encryption?.cipher }

    /// The initialisation vector or nonce; empty when the cipher is unknown.
    public var iv: [UInt8] { encryption?.iv ?? [] }

    /// The recipients that name a certificate; none, one or, oddly, several.
    public func recipients(matching certificate: CertificateView) -> [KeyTransRecipient] {
        recipients.filter { $0.rid.identifies(certificate) }
    }

    /// Decrypts the content.
    ///
    /// - Parameter contentKey: what the private key made of a recipient's `encryptedKey`, right or wrong: the
    ///   private key does not tell (see `PrivateKey.unwrap`), nor does this function.
    /// - Returns: the content; after a wrong key under a cipher without tag, one time in 256, random octets.
    /// - Throws: ``FormatError/unsupportedAlgorithm(_:)`` when ``cipher`` is `nil`; for every other failure the one
    ///   ``FormatError/verificationFailed(_:)`` of `content`.
    ///
    /// Source: RFC 5652, section 6.4; RFC 5083, section 2.2.
    public func open(_ contentKey: [UInt8]) throws(FormatError) -> [UInt8] {
        guard let encryption else { throw .unsupportedAlgorithm(contentEncryptionAlgorithm.oid) }
        do {
            return try encryption.cipher.decrypt(
                encryptedContent, key: contentKey, iv: encryption.iv, tag: mac, authenticating: authenticatedBytes)
        } catch {
            throw .verificationFailed("content")
        }
    }

    /// A tag belongs to an authenticating cipher, in the length its parameters say, and to no other: an
    /// AuthEnvelopedData that was relabelled must not be decrypted without its tag.
    private func checkTag(_ isAuthenticated: Bool) throws(FormatError) {
        guard let encryption else { return }
        guard encryption.cipher.isAuthenticated == isAuthenticated else {
            throw .invalidValue(
                field: "contentEncryptionAlgorithm",
                reason: "\(encryption.cipher.oid.nameOrDotted) does not belong in this kind of envelope")
        }
        guard mac.count == encryption.tagByteCount else {
            throw .invalidValue(field: "mac", reason: "\(mac.count) octets instead of \(encryption.tagByteCount)")
        }
    }

    /// Key transport is the SEQUENCE of the RecipientInfo choice; the other kinds are tagged.
    private static func recipients(
        _ element: ASN1Element
    ) throws(FormatError) -> ([KeyTransRecipient], others: [[UInt8]]) {
        var recipients: [KeyTransRecipient] = []
        var others: [[UInt8]] = []
        for member in try element.members(of: .set, name: "recipients", limit: CMSLimits.recipients) {
            if member.tag == .sequence {
                recipients.append(try KeyTransRecipient(parsing: member))
            } else {
                others.append(Array(member.encoded))
            }
        }
        return (recipients, others)
    }

    /// ```asn1
    /// EncryptedContentInfo ::= SEQUENCE {
    ///     contentType ContentType,
    ///     contentEncryptionAlgorithm ContentEncryptionAlgorithmIdentifier,
    ///     encryptedContent [0] IMPLICIT OCTET STRING OPTIONAL }
    /// ```
    private static func encryptedContentInfo(
        _ element: ASN1Element
    ) throws(FormatError) -> (OID, AlgorithmIdentifier, [UInt8]) {
        var fields = try element.fields()
        let contentType = try fields.next().oid()
        let algorithm = try AlgorithmIdentifier(parsing: fields.next())
        guard let content = try fields.nextIf(.context(0)) else { throw .missing("encryptedContent") }
        try fields.finish()
        return (contentType, algorithm, Array(try content.stringOctets()))
    }
}
