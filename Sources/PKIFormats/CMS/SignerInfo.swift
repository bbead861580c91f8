// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// One signature on a message: who, over which attributes, how.
///
/// ```asn1
/// SignerInfo ::= SEQUENCE {
///     version CMSVersion,
///     sid SignerIdentifier,
///     digestAlgorithm DigestAlgorithmIdentifier,
///     signedAttrs [0] IMPLICIT SignedAttributes OPTIONAL,
///     signatureAlgorithm SignatureAlgorithmIdentifier,
///     signature SignatureValue,
///     unsignedAttrs [1] IMPLICIT UnsignedAttributes OPTIONAL }
/// ```
///
/// Nothing in it can be believed before ``SignedData/verify(_:with:content:)`` returned; SCEP reads the transaction
/// number earlier only to have something to answer with.
///
/// Source: RFC 5652, section 5.3.
public struct SignerInfo: Hashable, Sendable {
    /// Which certificate signed.
    public let sid: SignerIdentifier
    /// The digest of the content.
    public let digestAlgorithm: AlgorithmIdentifier
    /// The attributes the signature covers; empty when there are none.
    public let signedAttributes: [Attribute]
    /// What the signature covers when signed attributes exist: the received members as a SET (first octet 0x31).
    public let signedAttributesBytes: [UInt8]?
    /// The signature algorithm as sent; `rsaEncryption` names no digest, see ``signatureAlgorithmWithDigest``.
    public let signatureAlgorithm: AlgorithmIdentifier
    /// The signature octets.
    public let signature: [UInt8]
    /// The attributes the signature does not cover, such as time stamps.
    public let unsignedAttributes: [Attribute]

    /// Reads an element.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        _ = try fields.next().int()
        sid = try SignerIdentifier(parsing: fields.next())
        digestAlgorithm = try AlgorithmIdentifier(parsing: fields.next())
        let signed = try fields.nextAttributes(.context(0))
        signedAttributes = signed?.attributes ?? []
        signedAttributesBytes = signed?.signedBytes
        signatureAlgorithm = try AlgorithmIdentifier(parsing: fields.next())
        signature = Array(try fields.next().octetString())
        unsignedAttributes = try fields.nextAttributes(.context(1))?.attributes ?? []
        try fields.finish()
    }

    /// The digest, when it is one we know.
    public var digest: DigestAlgorithm? { digestAlgorithm.digest }

    /// The signature algorithm together with the digest, when both are known and agree.
    ///
    /// Source: RFC 3370, section 3; RFC 5754, section 3.
    public var signatureAlgorithmWithDigest: SignatureAlgorithm? {
        digest.flatMap { signatureAlgorithm.signatureAlgorithm(digest: $0) }
    }

    /// The signed attribute of a type.
    ///
    /// `nil` when it is absent, and also when it comes twice: an ambiguous attribute is no attribute.
    public func signedAttribute(_ type: OID) -> Attribute? {
        try? AttributeSet.only(type, in: signedAttributes)
    }

    /// The only value of the signed attribute of a type, ready to be read.
    ///
    /// - Throws: ``FormatError`` when the attribute is absent, repeated, or has no or several values.
    public func signedValue(_ type: OID) throws(FormatError) -> ASN1Element {
        try AttributeSet.onlyValue(type, in: signedAttributes)
    }
}

extension ASN1Reader {
    /// An OPTIONAL SET OF Attribute behind an IMPLICIT tag.
    mutating func nextAttributes(_ tag: ASN1Tag) throws(FormatError) -> AttributeSet? {
        guard let element = try nextIf(tag) else { return nil }
        return try AttributeSet(parsing: element)
    }
}
