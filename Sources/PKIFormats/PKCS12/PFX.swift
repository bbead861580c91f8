// SPDX-License-Identifier: Apache-2.0

/// A PKCS#12 file, `.pfx` or `.p12`: private keys, certificates and more under a password.
///
/// ```asn1
/// PFX ::= SEQUENCE {
///     version INTEGER {v3(3)},
///     authSafe ContentInfo,
///     macData MacData OPTIONAL }
/// AuthenticatedSafe ::= SEQUENCE OF ContentInfo
/// ```
///
/// Reading has two steps: ``init(parsing:)`` shows how the file is built and protected,
/// ``open(password:limits:allowingUnauthenticated:)`` gives what is in it. BER is read. The modes with public keys instead
/// of a password are refused.
///
/// Source: RFC 7292, section 4.
public struct PFX: Sendable {
    /// One part of the authenticated safe.
    public enum Part: Sendable {
        /// Bags in the clear; private keys in them are usually encrypted by themselves.
        case plain([UInt8])
        /// Bags under the password.
        case encrypted(PasswordBasedEncryption, [UInt8])

        /// How the part is encrypted; `nil` when it is not.
        public var protection: PasswordBasedEncryption? {
            if case .encrypted(let scheme, _) = self { scheme } else { nil }
        }
    }

    /// The parts in the order of the file.
    public let parts: [Part]
    /// The integrity protection; `nil` when there is none.
    public let macData: MacData?
    /// What the MAC is over.
    let authenticatedSafe: [UInt8]

    /// Reads BER that fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` when it is no PKCS#12 or passes a limit of ``PKCS12Limits``;
    ///   ``FormatError/unsupportedForm(_:)`` when it is protected by public keys or by a password scheme that is not read.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= PKCS12Limits.octets else {
            throw .limitExceeded("octets of a PKCS#12", limit: PKCS12Limits.octets)
        }
        var fields = try ASN1Element(parsing: bytes).fields()
        let version = try fields.next(.integer).int()
        guard version == 3 else { throw .invalidValue(field: "PFX version", reason: "\(version) instead of 3") }
        let safe = try ContentInfo(parsing: fields.next())
        guard safe.contentType != .signedData else {
            throw .unsupportedForm("a PKCS#12 that is signed (public-key integrity mode)")
        }
        guard safe.contentType == .data else {
            throw .invalidValue(field: "authSafe", reason: "is \(safe.contentType.nameOrDotted)")
        }
        authenticatedSafe = Array(try safe.content.octetString())
        macData = try fields.nextIf(.sequence).map { (element) throws(FormatError) in try MacData(parsing: element) }
        try fields.finish()
        parts = try Self.parts(authenticatedSafe)
    }

    /// Whether bytes look like a PKCS#12 in DER or BER: a SEQUENCE that begins with the INTEGER 3 and a ContentInfo.
    public static func isLikely(_ bytes: [UInt8]) -> Bool { BundleShape(bytes) == .pfx }

    private static func parts(_ authenticatedSafe: [UInt8]) throws(FormatError) -> [Part] {
        var reader = try ASN1Element(parsing: authenticatedSafe).fields()
        var parts: [Part] = []
        while !reader.isAtEnd {
            guard parts.count < PKCS12Limits.parts else {
                throw .limitExceeded("parts of a PKCS#12", limit: PKCS12Limits.parts)
            }
            parts.append(try part(ContentInfo(parsing: reader.next())))
        }
        return parts
    }

    private static func part(_ info: ContentInfo) throws(FormatError) -> Part {
        switch info.contentType {
        case .data: return .plain(Array(try info.content.octetString()))
        case .encryptedData: return try encryptedPart(info.content)
        case .envelopedData: throw .unsupportedForm("a PKCS#12 for a certificate's key (public-key privacy mode)")
        default: throw .invalidValue(field: "part of a PKCS#12", reason: "is \(info.contentType.nameOrDotted)")
        }
    }

    /// ```asn1
    /// EncryptedData ::= SEQUENCE {
    ///     version CMSVersion,
    ///     encryptedContentInfo EncryptedContentInfo,
    ///     unprotectedAttrs [1] IMPLICIT UnprotectedAttributes OPTIONAL }
    /// ```
    ///
    /// Source: RFC 5652, section 8.
    private static func encryptedPart(_ element: ASN1Element) throws(FormatError) -> Part {
        var fields = try element.fields()
        _ = try fields.next(.integer).int()
        var info = try fields.next().fields()
        _ = try fields.nextIf(.context(1))
        try fields.finish()
        let contentType = try info.next().oid()
        guard contentType == .data else {
            throw .invalidValue(field: "encrypted part of a PKCS#12", reason: "holds \(contentType.nameOrDotted)")
        }
        let scheme = try PasswordBasedEncryption(parsing: AlgorithmIdentifier(parsing: info.next()))
        let content = try info.next(.context(0)).stringOctets()
        try info.finish()
        return .encrypted(scheme, Array(content))
    }
}
