// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

extension AlgorithmIdentifier {
    /// Names a signature algorithm: NULL for RSA PKCS#1 v1.5, no parameters for ECDSA and Ed25519.
    ///
    /// Source: RFC 4055, sections 3.1 and 5; RFC 5758, section 3.2; RFC 8410, section 3.
    public init(_ algorithm: SignatureAlgorithm) {
        switch algorithm {
        case .rsaPKCS1(let digest): self.init(oid: Self.rsaOID(digest), parameters: Self.null)
        case .rsaPSS(let digest, let mgfDigest, let saltLength):
            self.init(oid: .rsassaPSS, parameters: Self.pssParameters(digest, mgfDigest, saltLength))
        case .ecdsa(let digest): self = Self.ecdsa(digest)
        case .ed25519: self.init(oid: .ed25519)
        }
    }

    /// The signature algorithm this names in a certificate, CRL or request.
    ///
    /// `nil` when it is unknown, when its parameters cannot be read, and for a bare `rsaEncryption`, which names no
    /// digest.
    public var signatureAlgorithm: SignatureAlgorithm? {
        switch oid {
        case .md5WithRSAEncryption: .rsaPKCS1(.md5)
        case .sha1WithRSAEncryption, .sha1WithRSASignature: .rsaPKCS1(.sha1)
        case .sha224WithRSAEncryption: .rsaPKCS1(.sha224)
        case .sha256WithRSAEncryption: .rsaPKCS1(.sha256)
        case .sha384WithRSAEncryption: .rsaPKCS1(.sha384)
        case .sha512WithRSAEncryption: .rsaPKCS1(.sha512)
        case .rsassaPSS: pssAlgorithm
        case .ecdsaWithSHA1: .ecdsa(.sha1)
        case .ecdsaWithSHA224: .ecdsa(.sha224)
        case .ecdsaWithSHA256: .ecdsa(.sha256)
        case .ecdsaWithSHA384: .ecdsa(.sha384)
        case .ecdsaWithSHA512: .ecdsa(.sha512)
        case .ecdsaWithSpecified: specifiedDigest.map { .ecdsa($0) }
        case .ed25519: .ed25519
        default: nil
        }
    }

    /// The signature algorithm this names in a SignerInfo, whose digest stands in a field of its own.
    ///
    /// `rsaEncryption` and `ecPublicKey` take that digest; an identifier that names a digest itself keeps its own.
    ///
    /// Source: RFC 3370, section 3.2; RFC 5753, section 2.1.1.
    public func signatureAlgorithm(digest: DigestAlgorithm) -> SignatureAlgorithm? {
        switch oid {
        case .rsaEncryption: .rsaPKCS1(digest)
        case .ecPublicKey: .ecdsa(digest)
        default: signatureAlgorithm
        }
    }

    /// Whether the parameters are of the kind that the standards of this signature algorithm give it.
    ///
    /// - Returns: `true` also for an algorithm that is unknown here.
    ///
    /// Source: RFC 4055, section 5; RFC 5758, section 3.2; RFC 8410, section 3.
    package var hasProperParameters: Bool {
        switch signatureAlgorithm {
        case .rsaPKCS1: parameters == nil || parameters == Self.null
        case .ecdsa: parameters == nil || oid == .ecdsaWithSpecified
        case .ed25519: parameters == nil
        case .rsaPSS, nil: true
        }
    }

    private static func rsaOID(_ digest: DigestAlgorithm) -> OID {
        switch digest {
        case .md5: .md5WithRSAEncryption
        case .sha1: .sha1WithRSAEncryption
        case .sha224: .sha224WithRSAEncryption
        case .sha256: .sha256WithRSAEncryption
        case .sha384: .sha384WithRSAEncryption
        case .sha512: .sha512WithRSAEncryption
        }
    }

    /// ECDSA with MD5 has no identifier of its own; X9.62's general form says it exactly.
    private static func ecdsa(_ digest: DigestAlgorithm) -> AlgorithmIdentifier {
        switch digest {
        case .md5: AlgorithmIdentifier(oid: .ecdsaWithSpecified, parameters: AlgorithmIdentifier(digest: .md5).derBytes)
        case .sha1: AlgorithmIdentifier(oid: .ecdsaWithSHA1)
        case .sha224: AlgorithmIdentifier(oid: .ecdsaWithSHA224)
        case .sha256: AlgorithmIdentifier(oid: .ecdsaWithSHA256)
        case .sha384: AlgorithmIdentifier(oid: .ecdsaWithSHA384)
        case .sha512: AlgorithmIdentifier(oid: .ecdsaWithSHA512)
        }
    }

    private var specifiedDigest: DigestAlgorithm? {
        guard let parameters, let element = try? ASN1Element(parsing: parameters) else { return nil }
        return (try? AlgorithmIdentifier(parsing: element))?.digest
    }
}

// MARK: - RSASSA-PSS

// RSASSA-PSS-params ::= SEQUENCE {
//     hashAlgorithm    [0] HashAlgorithm    DEFAULT sha1,
//     maskGenAlgorithm [1] MaskGenAlgorithm DEFAULT mgf1SHA1,
//     saltLength       [2] INTEGER          DEFAULT 20,
//     trailerField     [3] INTEGER          DEFAULT 1 }
// Source: RFC 4055, section 3.1.
extension AlgorithmIdentifier {
    /// No digest is longer than this many octets, and no signer uses a salt beyond the largest modulus.
    private static let longestSalt = 2048

    private static func pssParameters(
        _ digest: DigestAlgorithm, _ mgfDigest: DigestAlgorithm, _ saltLength: Int
    ) -> [UInt8] {
        var writer = DERWriter(capacity: 64)
        writer.sequence { writer in
            MaskedDigest(digest, mask: mgfDigest).encode(into: &writer)
            if saltLength != 20 { writer.explicit(2) { $0.integer(saltLength) } }
        }
        return writer.bytes
    }

    /// MGF1 over a digest, as PSS and OAEP parameters name it.
    ///
    /// Source: RFC 4055, section 2.2.
    public static func maskGeneration(_ digest: DigestAlgorithm) -> AlgorithmIdentifier {
        let inner = AlgorithmIdentifier(oid: OID(digest: digest), parameters: null)
        return AlgorithmIdentifier(oid: .mgf1, parameters: inner.derBytes)
    }

    /// The digest of MGF1, `nil` when this is another function.
    public var maskGenerationDigest: DigestAlgorithm? { oid == .mgf1 ? specifiedDigest : nil }

    private var pssAlgorithm: SignatureAlgorithm? {
        guard let parameters else { return nil }
        return try? Self.parsePSS(parameters)
    }

    private static func parsePSS(_ parameters: [UInt8]) throws(FormatError) -> SignatureAlgorithm {
        var fields = try ASN1Element(parsing: parameters).fields()
        let digests = try MaskedDigest(from: &fields, of: .rsassaPSS)
        var saltLength = 20
        if let element = try fields.nextIf(.context(2)) { saltLength = try element.explicitContent().int() }
        if let element = try fields.nextIf(.context(3)), try element.explicitContent().int() != 1 {
            throw .invalidValue(field: "trailerField", reason: "not 1")
        }
        try fields.finish()
        guard (0...longestSalt).contains(saltLength) else { throw .unsupportedAlgorithm(.rsassaPSS) }
        return .rsaPSS(digest: digests.digest, mgfDigest: digests.mask, saltLength: saltLength)
    }
}
