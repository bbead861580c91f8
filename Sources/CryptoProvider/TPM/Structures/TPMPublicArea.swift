// SPDX-License-Identifier: Apache-2.0

/// The public half of a key in a TPM, with what may be done with it.
///
/// ```
/// TPMT_PUBLIC: type, nameAlg, objectAttributes, authPolicy, parameters, unique
/// ```
///
/// Source: TCG, TPM 2.0 Library Part 2: Structures, section 12.2.4, TPMT_PUBLIC.
struct TPMPublicArea: Hashable, Sendable {
    /// The parameters by kind, and the public number or point; both empty in a template.
    enum Kind: Hashable, Sendable {
        /// Bits of the modulus; an exponent of 0 is 65,537.
        case rsa(bitCount: UInt16, exponent: UInt32, modulus: [UInt8])
        case ecc(curve: UInt16, kdf: Scheme, x: [UInt8], y: [UInt8])
    }

    /// An algorithm with its details: TPMT_RSA_SCHEME, TPMT_ECC_SCHEME, TPMT_KDF_SCHEME.
    struct Scheme: Hashable, Sendable {
        var algorithm = TPMAlgorithm.null
        var hash: TPMAlgorithm?
        var count: UInt16?
    }

    /// How a parent encrypts its children: TPMT_SYM_DEF_OBJECT.
    struct Symmetric: Hashable, Sendable {
        var algorithm: TPMAlgorithm
        var bitCount: UInt16
        var mode: TPMAlgorithm
    }

    var nameAlgorithm = TPMAlgorithm.sha256
    var attributes: TPMObjectAttributes
    var authPolicy: [UInt8] = []
    var symmetric: Symmetric?
    var scheme = Scheme()
    var kind: Kind

    init(_ kind: Kind, attributes: TPMObjectAttributes, symmetric: Symmetric? = nil) {
        self.kind = kind
        self.attributes = attributes
        self.symmetric = symmetric
    }
}

// MARK: - Octets

extension TPMPublicArea {
    /// Reads a TPMT_PUBLIC.
    ///
    /// - Throws: ``TPMError/malformedResponse(_:)``, also for a kind of object that is no key of RSA or ECC.
    init(parsing octets: [UInt8]) throws(CryptoError) {
        var reader = TPMReader(octets)
        let type = try reader.algorithm()
        nameAlgorithm = try reader.algorithm()
        attributes = TPMObjectAttributes(rawValue: try reader.uint32())
        authPolicy = try reader.sized()
        symmetric = try Self.symmetric(&reader)
        scheme = try Self.scheme(&reader)
        switch type {
        case .rsa:
            kind = .rsa(
                bitCount: try reader.uint16(), exponent: try reader.uint32(), modulus: try reader.sized())
        case .ecc:
            let curve = try reader.uint16()
            let kdf = try Self.scheme(&reader)
            kind = .ecc(curve: curve, kdf: kdf, x: try reader.sized(), y: try reader.sized())
        default: throw .tpm(.malformedResponse("an object that is no key"))
        }
        try reader.finish()
    }

    /// The TPMT_PUBLIC.
    func serialize() throws(CryptoError) -> [UInt8] {
        try TPMWriter.write { (writer) throws(CryptoError) in
            switch kind {
            case .rsa: writer.append(TPMAlgorithm.rsa)
            case .ecc: writer.append(TPMAlgorithm.ecc)
            }
            writer.append(nameAlgorithm)
            writer.append(attributes.rawValue)
            try writer.append(sized: authPolicy)
            writer.append(symmetric?.algorithm ?? .null)
            if let symmetric {
                writer.append(symmetric.bitCount)
                writer.append(symmetric.mode)
            }
            Self.append(scheme, &writer)
            switch kind {
            case .rsa(let bitCount, let exponent, let modulus):
                writer.append(bitCount)
                writer.append(exponent)
                try writer.append(sized: modulus)
            case .ecc(let curve, let kdf, let x, let y):
                writer.append(curve)
                Self.append(kdf, &writer)
                try writer.append(sized: x)
                try writer.append(sized: y)
            }
        }
    }

    /// The name of an object with a SHA-256 name: the number of the digest, then the digest of the public area.
    ///
    /// Source: TCG, TPM 2.0 Library Part 1: Architecture, section 16, "Names".
    static func name(of publicOctets: [UInt8]) -> [UInt8] {
        [0x00, 0x0B] + DigestAlgorithm.sha256.hash(publicOctets)
    }

    private static func symmetric(_ reader: inout TPMReader) throws(CryptoError) -> Symmetric? {
        let algorithm = try reader.algorithm()
        guard algorithm != .null else { return nil }
        return Symmetric(algorithm: algorithm, bitCount: try reader.uint16(), mode: try reader.algorithm())
    }

    private static func scheme(_ reader: inout TPMReader) throws(CryptoError) -> Scheme {
        let algorithm = try reader.algorithm()
        switch algorithm {
        case .null, .rsaes: return Scheme(algorithm: algorithm)
        case .ecdaa:
            return Scheme(algorithm: algorithm, hash: try reader.algorithm(), count: try reader.uint16())
        case .rsassa, .rsapss, .oaep, .ecdsa, .ecdh, .sm2, .ecschnorr, .ecmqv, .mgf1, .kdf1SP80056A, .kdf2,
            .kdf1SP800108:
            return Scheme(algorithm: algorithm, hash: try reader.algorithm())
        default: throw .tpm(.malformedResponse("an unknown scheme"))
        }
    }

    private static func append(_ scheme: Scheme, _ writer: inout TPMWriter) {
        writer.append(scheme.algorithm)
        if let hash = scheme.hash { writer.append(hash) }
        if let count = scheme.count { writer.append(count) }
    }
}

// MARK: - The key

extension TPMPublicArea {
    /// The public key.
    ///
    /// - Throws: ``CryptoError/unsupported(_:)`` for another curve; ``CryptoError/invalidKey(_:)``.
    func publicKey() throws(CryptoError) -> PublicKey {
        switch kind {
        case .rsa(_, let exponent, let modulus):
            let exponent = exponent == 0 ? Self.defaultExponent : exponent
            return .rsa(
                try RSAPublicKey(modulus: modulus, exponent: withUnsafeBytes(of: exponent.bigEndian) { Array($0) }))
        case .ecc(let number, _, let x, let y):
            guard let curve = EllipticCurve(tpmCurve: number) else {
                throw .unsupported("the curve \(number) of a TPM")
            }
            return .ec(try ECPublicKey(curve: curve, point: [4] + curve.coordinate(x) + curve.coordinate(y)))
        }
    }

    /// The template of a kind of key; `nil` for a kind that no TPM has.
    static func template(_ type: KeyType, attributes: TPMObjectAttributes) -> Self? {
        switch type {
        case .rsa2048: Self(.rsa(bitCount: 2048, exponent: 0, modulus: []), attributes: attributes)
        case .rsa3072: Self(.rsa(bitCount: 3072, exponent: 0, modulus: []), attributes: attributes)
        case .rsa4096: Self(.rsa(bitCount: 4096, exponent: 0, modulus: []), attributes: attributes)
        case .ecP256: Self(curve: .p256, attributes: attributes)
        case .ecP384: Self(curve: .p384, attributes: attributes)
        case .ecP521: Self(curve: .p521, attributes: attributes)
        case .ed25519: nil
        }
    }

    private init(curve: EllipticCurve, attributes: TPMObjectAttributes) {
        self.init(.ecc(curve: curve.tpmCurve, kdf: Scheme(), x: [], y: []), attributes: attributes)
    }

    /// The storage root key that everyone makes again from the owner's seed, the same each time.
    ///
    /// Source: "ASN.1 Specification for TPM 2.0 Key Files", section 3.1.8, parent; TCG, TPM v2.0 Provisioning Guidance,
    /// section 7.5.1.
    static var storageRootKey: Self {
        Self(
            .ecc(curve: EllipticCurve.p256.tpmCurve, kdf: Scheme(), x: [], y: []), attributes: .storage,
            symmetric: Symmetric(algorithm: .aes, bitCount: 128, mode: .cfb))
    }

    /// The exponent that 0 stands for, and the only one that every TPM takes.
    static let defaultExponent: UInt32 = 65_537
}

extension EllipticCurve {
    /// A coordinate in its full length; one that is longer stays as it is and fits no key.
    func coordinate(_ magnitude: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 0, count: max(0, byteCount - magnitude.count)) + magnitude
    }
}
