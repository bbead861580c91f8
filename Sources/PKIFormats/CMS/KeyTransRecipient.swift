// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// The content key of an envelope, encrypted to one RSA key.
///
/// ```asn1
/// KeyTransRecipientInfo ::= SEQUENCE {
///     version CMSVersion,
///     rid RecipientIdentifier,
///     keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier,
///     encryptedKey OCTET STRING }
/// ```
///
/// Source: RFC 5652, section 6.2.1.
public struct KeyTransRecipient: Hashable, Sendable {
    /// Whose key it is.
    public let rid: RecipientIdentifier
    /// How the content key was encrypted.
    public let keyEncryptionAlgorithm: AlgorithmIdentifier
    /// The encrypted content key.
    public let encryptedKey: [UInt8]

    /// Reads an element.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        _ = try fields.next().int()
        rid = try RecipientIdentifier(parsing: fields.next())
        keyEncryptionAlgorithm = try AlgorithmIdentifier(parsing: fields.next())
        encryptedKey = Array(try fields.next().octetString())
        try fields.finish()
    }

    /// How the content key was encrypted, `nil` when that is unknown here.
    public var transport: KeyTransport? { keyEncryptionAlgorithm.keyTransport }
}
