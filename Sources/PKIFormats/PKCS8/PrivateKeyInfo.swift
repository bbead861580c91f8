// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// A private key in the clear, in PKCS#8's wrapping.
///
/// ```asn1
/// OneAsymmetricKey ::= SEQUENCE {
///     version Version,
///     privateKeyAlgorithm AlgorithmIdentifier,
///     privateKey OCTET STRING,
///     attributes [0] IMPLICIT Attributes OPTIONAL,
///     publicKey [1] IMPLICIT BIT STRING OPTIONAL }
/// ```
///
/// This is bytes ⇄ numbers only. Whether the numbers are a key is checked where they become one, in CryptoProvider.
///
/// Source: RFC 5958, section 2.
public struct PrivateKeyInfo: Hashable, Sendable, DEREncodable {
    /// The numbers of the key, which are secret.
    public let material: PrivateKeyMaterial

    /// Wraps a key.
    public init(_ material: PrivateKeyMaterial) { self.material = material }

    /// Reads PKCS#8 (version 1 or 2), PKCS#1 `RSAPrivateKey` or SEC 1 `ECPrivateKey`; the shape tells them apart.
    ///
    /// - Throws: ``FormatError`` when it is none of them, or of a kind of key that is not supported.
    public init(parsing bytes: [UInt8]) throws(FormatError) { try self.init(parsing: bytes[...]) }

    /// Reads PKCS#8 (version 1 or 2), PKCS#1 `RSAPrivateKey` or SEC 1 `ECPrivateKey`; the shape tells them apart.
    ///
    /// - Throws: ``FormatError`` when it is none of them, or of a kind of key that is not supported.
    public init(parsing bytes: ArraySlice<UInt8>) throws(FormatError) {
        let element = try ASN1Element(parsing: bytes)
        var fields = try element.fields()
        _ = try fields.next(.integer)
        material =
            switch try fields.peekTag() {
            case .integer: .rsa(try RSAPrivateNumbers(parsing: element))
            case .octetString: try ECPrivateKey(parsing: element).material(curve: nil, publicKey: nil)
            default: try Self.material(oneAsymmetricKey: element)
            }
    }

    /// Appends the DER of PKCS#8, version 1, which every reader knows.
    ///
    /// Source: RFC 5958, section 2; RFC 5915, section 3; RFC 8410, section 7.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { info in
            info.integer(0)
            info.append(algorithm)
            info.octetString(privateKey)
        }
    }

    private var algorithm: AlgorithmIdentifier {
        switch material {
        case .rsa: AlgorithmIdentifier(oid: .rsaEncryption, parameters: AlgorithmIdentifier.null)
        case .ec(let curve, _, _): AlgorithmIdentifier(oid: .ecPublicKey, parameters: OID(curve: curve).derBytes)
        case .ed25519: AlgorithmIdentifier(oid: .ed25519)
        }
    }

    /// The contents of the `privateKey` field.
    private var privateKey: [UInt8] {
        switch material {
        case .rsa(let numbers): return numbers.derBytes
        case .ec(let curve, let scalar, let point):
            return ECPrivateKey(curve: curve, scalar: scalar, point: point).derBytes
        case .ed25519(let seed):
            var writer = DERWriter(capacity: seed.count + 2)
            writer.octetString(seed)
            return writer.bytes
        }
    }

    private static func material(oneAsymmetricKey element: ASN1Element) throws(FormatError) -> PrivateKeyMaterial {
        var fields = try element.fields()
        let version = try fields.next(.integer).int()
        guard version == 0 || version == 1 else {
            throw .invalidValue(field: "private key version", reason: "\(version) is neither 0 nor 1")
        }
        let algorithm = try AlgorithmIdentifier(parsing: fields.next())
        let privateKey = try fields.next().octetString()
        _ = try fields.nextIf(.context(0))
        let publicKey = try fields.nextIf(.context(1))?.retagged(.bitString).bitStringOctets()
        try fields.finish()
        return try material(algorithm, privateKey, publicKey)
    }

    private static func material(
        _ algorithm: AlgorithmIdentifier, _ privateKey: ArraySlice<UInt8>, _ publicKey: ArraySlice<UInt8>?
    ) throws(FormatError) -> PrivateKeyMaterial {
        let inner = try ASN1Element(parsing: privateKey)
        switch algorithm.oid {
        case .rsaEncryption, .rsassaPSS:
            return .rsa(try RSAPrivateNumbers(parsing: inner))
        case .ecPublicKey:
            let curve = try algorithm.parameters.map { (oid) throws(FormatError) in
                try ECPrivateKey.curve(ASN1Element(parsing: oid))
            }
            return try ECPrivateKey(parsing: inner).material(curve: curve, publicKey: publicKey)
        case .ed25519:
            let seed = try inner.octetString()
            guard seed.count == 32 else {
                throw .invalidValue(field: "Ed25519 private key", reason: "\(seed.count) octets instead of 32")
            }
            return .ed25519(seed: Array(seed))
        default:
            throw .unsupportedAlgorithm(algorithm.oid)
        }
    }
}
