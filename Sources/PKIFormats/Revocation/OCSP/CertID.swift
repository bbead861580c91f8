// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// Names the certificate an OCSP request or answer is about: by its issuer's name and key, hashed, and its serial.
///
/// ```
/// CertID ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, issuerNameHash OCTET STRING,
///     issuerKeyHash OCTET STRING, serialNumber INTEGER }
/// ```
///
/// Two values are equal when they name the same certificate in the same digest; how the bytes were written, with or
/// without NULL parameters, makes no difference.
///
/// Source: RFC 6960, section 4.1.1.
public struct CertID: Sendable {
    /// The digest of both hashes.
    public let hashAlgorithm: AlgorithmIdentifier
    /// The digest of the issuer's DER name.
    public let issuerNameHash: [UInt8]
    /// The digest of the issuer's public key bits, without the BIT STRING's header.
    public let issuerKeyHash: [UInt8]
    /// The serial number of the certificate.
    public let serialNumber: SerialNumber
    /// The DER as received, or as first written: an answer repeats it octet for octet.
    ///
    /// Of one that was received in BER this is the DER, since an answer is DER throughout.
    public let encoded: [UInt8]

    /// Octets of a hash.
    ///
    /// SHA-512, the longest digest known here, has 64.
    private static let hashLimit = 64

    /// Octets of a serial number; the standard allows 20, certificates with 33 have been seen.
    private static let serialNumberLimit = 64

    /// Reads a CertID.
    ///
    /// - Throws: ``FormatError`` when it is none, when the digest has parameters other than NULL, or when a hash or the
    ///   serial number is over 64 octets.
    public init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        let algorithm = try AlgorithmIdentifier(parsing: try fields.next(.sequence))
        hashAlgorithm = AlgorithmIdentifier(oid: algorithm.oid, parameters: try Self.null(algorithm.parameters))
        issuerNameHash = try Self.hash(try fields.next(.octetString), field: "issuerNameHash")
        issuerKeyHash = try Self.hash(try fields.next(.octetString), field: "issuerKeyHash")
        let serial = try fields.next(.integer)
        guard serial.content.count <= Self.serialNumberLimit else {
            throw .limitExceeded("octets of a serial number", limit: Self.serialNumberLimit)
        }
        serialNumber = try SerialNumber(parsing: serial)
        try fields.finish()
        encoded = Self.encode(hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber)
    }

    private init(issuer: Issuer, serialNumber: SerialNumber) {
        hashAlgorithm = AlgorithmIdentifier(digest: issuer.digest)
        issuerNameHash = issuer.nameHash
        issuerKeyHash = issuer.keyHash
        self.serialNumber = serialNumber
        encoded = Self.encode(hashAlgorithm, issuer.nameHash, issuer.keyHash, serialNumber)
    }

    private static func encode(
        _ algorithm: AlgorithmIdentifier, _ nameHash: [UInt8], _ keyHash: [UInt8], _ serialNumber: SerialNumber
    ) -> [UInt8] {
        var writer = DERWriter(capacity: 160)
        writer.sequence { writer in
            writer.append(algorithm)
            writer.octetString(nameHash)
            writer.octetString(keyHash)
            serialNumber.encode(into: &writer)
        }
        return writer.bytes
    }

    /// The parameters of a digest: NULL or nothing.
    private static func null(_ parameters: [UInt8]?) throws(FormatError) -> [UInt8]? {
        guard let parameters else { return nil }
        try ASN1Element(parsing: parameters).null()
        return AlgorithmIdentifier.null
    }

    /// Names a certificate.
    ///
    /// - Parameters:
    ///   - issuerName: the issuer's subject; its received DER counts.
    ///   - issuerKeyBits: the contents of the BIT STRING in the issuer's SubjectPublicKeyInfo.
    ///   - serialNumber: the certificate's serial number.
    ///   - digest: SHA-1 is what every responder knows; it protects nothing here.
    /// - Returns: the name to ask by.
    public static func make(
        issuerName: DistinguishedName, issuerKeyBits: some Collection<UInt8>, serialNumber: SerialNumber,
        digest: DigestAlgorithm = .sha1
    ) -> CertID {
        CertID(
            issuer: Issuer(name: issuerName, keyBits: issuerKeyBits, digest: digest), serialNumber: serialNumber)
    }

    private static func hash(_ element: ASN1Element, field: String) throws(FormatError) -> [UInt8] {
        let octets = try element.octetString()
        guard octets.count <= hashLimit else { throw .limitExceeded("octets of \(field)", limit: hashLimit) }
        return Array(octets)
    }
}

// MARK: - The issuer

extension CertID {
    /// The issuer as a CertID names it; a responder keeps one per digest it answers, as keys of a dictionary.
    public struct Issuer: Hashable, Sendable {
        /// The digest of both hashes.
        public let digest: DigestAlgorithm
        /// The digest of the issuer's DER name.
        public let nameHash: [UInt8]
        /// The digest of the issuer's public key bits.
        public let keyHash: [UInt8]

        /// Hashes an issuer's name and key.
        public init(name: DistinguishedName, keyBits: some Collection<UInt8>, digest: DigestAlgorithm) {
            self.init(digest: digest, nameHash: digest.hash(name.derBytes), keyHash: digest.hash(keyBits))
        }

        init(digest: DigestAlgorithm, nameHash: [UInt8], keyHash: [UInt8]) {
            self.digest = digest
            self.nameHash = nameHash
            self.keyHash = keyHash
        }
    }

    /// The issuer this CertID names, `nil` when the digest is unknown here.
    public var issuer: Issuer? {
        hashAlgorithm.digest.map { Issuer(digest: $0, nameHash: issuerNameHash, keyHash: issuerKeyHash) }
    }

    /// Whether this names a certificate of that issuer.
    public func matches(issuerName: DistinguishedName, issuerKeyBits: some Collection<UInt8>) -> Bool {
        guard let issuer else { return false }
        return issuer == Issuer(name: issuerName, keyBits: issuerKeyBits, digest: issuer.digest)
    }
}

extension CertID: Hashable {
    /// Compares what is named, not how it is written.
    public static func == (left: CertID, right: CertID) -> Bool {
        left.serialNumber == right.serialNumber && left.issuerKeyHash == right.issuerKeyHash
            && left.issuerNameHash == right.issuerNameHash && left.hashAlgorithm.oid == right.hashAlgorithm.oid
    }

    /// Hashes what makes two equal.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(serialNumber)
        hasher.combine(issuerKeyHash)
        hasher.combine(issuerNameHash)
        hasher.combine(hashAlgorithm.oid)
    }
}

extension CertID: DEREncodable {
    /// Appends the bytes as received or first written.
    public func encode(into writer: inout DERWriter) { writer.append(encoded) }
}
