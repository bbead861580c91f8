// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// A PKCS#10 request for a certificate.
///
/// ```
/// CertificationRequest ::= SEQUENCE {
///     certificationRequestInfo CertificationRequestInfo, signatureAlgorithm AlgorithmIdentifier,
///     signature BIT STRING }
/// CertificationRequestInfo ::= SEQUENCE {
///     version INTEGER { v1(0) }, subject Name, subjectPKInfo SubjectPublicKeyInfo, attributes [0] Attributes }
/// ```
///
/// BER is read, an absent attributes field and any version number too: clients write all three. The signature is
/// verified over the received octets.
///
/// Source: RFC 2986, section 4.
public struct CertificationRequest: Hashable, Sendable {
    /// Octets one request may have.
    ///
    /// One with an RSA-4096 key and every Microsoft attribute stays under 8 KiB.
    public static let limit = 65_536

    /// The whole request as received.
    public let encoded: [UInt8]
    /// The octets the signature covers, as received.
    public let certificationRequestInfo: ArraySlice<UInt8>
    /// The name asked for; may be empty.
    public let subject: DistinguishedName
    /// The key to certify.
    public let subjectPublicKeyInfo: SubjectPublicKeyInfo
    /// All attributes in received order.
    public let attributes: [Attribute]
    /// The extensions asked for, of both RFC 2985's and Microsoft's attribute; of each kind only the first.
    public let requestedExtensions: [CertificateExtension]
    /// The algorithm that signed.
    public let signatureAlgorithm: AlgorithmIdentifier
    /// The contents of the signature's BIT STRING.
    public let signature: [UInt8]
    private let proof = RememberedProof()

    /// Reads a request that fills the bytes.
    ///
    /// - Throws: ``FormatError`` when the bytes are no request, or are more than ``limit`` octets, ``Attribute/limit``
    ///   attributes or ``CertificateExtension/limit`` extensions.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.limit else { throw .limitExceeded("octets of a request", limit: Self.limit) }
        var parts = try ASN1Element(parsing: bytes).fields()
        let info = try parts.next(.sequence)
        let algorithm = try AlgorithmIdentifier(parsing: parts.next(.sequence))
        let signature = try parts.next(.bitString).bitStringOctets()
        try parts.finish()

        var fields = try info.fields()
        _ = try fields.next(.integer).int()
        self.subject = try DistinguishedName(parsing: fields.next(.sequence))
        self.subjectPublicKeyInfo = try SubjectPublicKeyInfo(parsing: fields.next(.sequence))
        let set = try fields.nextIf(.context(0))
        let attributes: [Attribute] = if let set { try Attribute.list(parsing: set) } else { [] }
        try fields.finish()

        self.encoded = bytes
        self.certificationRequestInfo = info.encoded
        self.attributes = attributes
        self.requestedExtensions = try Self.requestedExtensions(attributes)
        self.signatureAlgorithm = algorithm
        self.signature = Array(signature)
    }

    /// The key as numbers, `nil` when its type is unknown.
    public var publicKey: PublicKey? { subjectPublicKeyInfo.publicKey }

    /// Whether the request's own key signed it: proof that the sender has the private key.
    ///
    /// Verified when it is first asked for; copies of the value share the answer.
    public var isSelfSigned: Bool { isSelfSigned(reusing: nil) }

    /// The same, by a caller who has verified with a key that should be the same one: what was prepared for that
    /// verification serves again.
    public func isSelfSigned(reusing known: PublicKey?) -> Bool {
        proof.answer {
            guard let publicKey, let algorithm = signatureAlgorithm.signatureAlgorithm else { return false }
            let key = if let known, known == publicKey { known } else { publicKey }
            return key.isValidSignature(signature, of: certificationRequestInfo, algorithm: algorithm)
        }
    }

    /// The value of a requested extension of any known type, `nil` when absent or unreadable.
    public func requestedExtension<Value: CertificateExtensionValue>(_ type: Value.Type = Value.self) -> Value? {
        requestedExtensions.value(type)
    }

    /// The encoded elements of all attributes of a type, in received order.
    func values(of type: OID) -> [[UInt8]] { attributes.filter { $0.type == type }.flatMap(\.values) }

    /// Extension requests: PKCS#9's, Microsoft's, and VeriSign's from before either.
    private static let requestTypes: [OID] = [
        .extensionRequest, .microsoftCertificateExtensions, .scepExtensionRequest,
    ]

    private static func requestedExtensions(
        _ attributes: [Attribute]
    ) throws(FormatError) -> [CertificateExtension] {
        var extensions: [CertificateExtension] = []
        var seen: Set<OID> = []
        for attribute in attributes where requestTypes.contains(attribute.type) {
            for value in attribute.values {
                let list = try CertificateExtension.list(parsing: ASN1Element(parsing: value))
                extensions.append(contentsOf: list.filter { seen.insert($0.oid).inserted })
            }
        }
        guard extensions.count <= CertificateExtension.limit else {
            throw .limitExceeded("extensions of a request", limit: CertificateExtension.limit)
        }
        return extensions
    }
}

// MARK: - Challenge password

extension CertificationRequest {
    /// Octets a challenge may have.
    ///
    /// Intune's are 1 to 2 KiB.
    public static let challengeLimit = 2048

    /// The challenge password: the first that is not empty, trailing NULs cut off.
    ///
    /// Every string type is read, and octets of any other primitive type as text: old routers send raw, NUL-terminated
    /// octets. Longer ones than ``challengeLimit`` count as absent.
    ///
    /// Source: RFC 2985, section 5.4.1; RFC 8894, section 2.4.
    public var challengePassword: String? {
        for value in values(of: .challengePassword) where value.count <= Self.challengeLimit + 8 {
            if let text = Self.challengeText(value), !text.isEmpty { return text }
        }
        return nil
    }

    private static func challengeText(_ value: [UInt8]) -> String? {
        guard let element = try? ASN1Element(parsing: value), let octets = try? element.stringOctets(),
            octets.count <= challengeLimit
        else { return nil }
        let text = element.text ?? String(validating: octets, as: UTF8.self) ?? ASN1Element.latin1(octets)
        var scalars = text.unicodeScalars[...]
        while scalars.last == "\0" { scalars = scalars.dropLast() }
        return String(scalars)
    }
}
