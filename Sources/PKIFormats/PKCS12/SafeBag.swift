// SPDX-License-Identifier: Apache-2.0

/// One thing in a PKCS#12, with what is said about it.
///
/// ```asn1
/// SafeBag ::= SEQUENCE {
///     bagId OBJECT IDENTIFIER,
///     bagValue [0] EXPLICIT ANY DEFINED BY bagId,
///     bagAttributes SET OF PKCS12Attribute OPTIONAL }
/// ```
///
/// Source: RFC 7292, section 4.2.
public struct SafeBag: Sendable {
    /// What is in the bag.
    public enum Content: Sendable {
        /// A private key, opened.
        case key(PrivateKeyInfo)
        /// A private key of a kind that is not supported here.
        case unsupportedKey(OID)
        /// A private key that the password, or the absence of one, left closed.
        case lockedKey
        /// An X.509 certificate.
        case certificate(CertificateView)
        /// An X.509 CRL, encoded.
        case crl([UInt8])
        /// A secret of the type named, encoded as it stands in the bag.
        case secret(OID, [UInt8])
        /// Something else: the kind of bag, certificate or CRL.
        case unknown(OID)
    }

    /// What is in the bag.
    public let content: Content
    /// What is said about it.
    public let attributes: [Attribute]
    /// How a key is encrypted by itself; `nil` for a key in the clear and for everything else.
    public let keyProtection: PasswordBasedEncryption?
    /// Which part of the file it stands in, from 0.
    public let part: Int

    /// The name for people.
    public var friendlyName: String? { value(.friendlyName)?.text }

    /// What a key and its certificate have in common.
    public var localKeyID: [UInt8]? { (try? value(.localKeyID)?.octetString()).map { Array($0) } }

    /// The Windows provider that is to hold the key.
    public var cspName: String? { value(.microsoftCSPName)?.text }

    /// Whether Windows is to hold the key for the machine.
    public var isMachineKey: Bool { attributes.contains { $0.type == .microsoftLocalKeyset } }

    /// Whether Java takes the certificate as trusted.
    public var isTrustedByJava: Bool { attributes.contains { $0.type == .oracleTrustedKeyUsage } }

    /// The first value of an attribute.
    private func value(_ type: OID) -> ASN1Element? {
        guard let encoded = attributes.first(where: { $0.type == type })?.values.first else { return nil }
        return try? ASN1Element(parsing: encoded)
    }
}
