// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
import Synchronization

/// A public key with its algorithm, as certificates and requests carry it.
///
/// ```
/// SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
/// ```
///
/// The received octets are kept: thumbprints and re-issued certificates use exactly these.
///
/// Source: RFC 5280, section 4.1.2.7.
public struct SubjectPublicKeyInfo: Sendable, DEREncodable {
    /// Shared by copies, with the numbers once they were read.
    private let fields: KeyFields

    /// The kind of key.
    public var algorithm: AlgorithmIdentifier { fields.algorithm }
    /// The contents of the BIT STRING.
    public var keyBits: [UInt8] { fields.keyBits }
    /// The whole structure as received or written.
    public var encoded: [UInt8] { fields.encoded }

    /// Reads a key of any kind.
    ///
    /// - Throws: ``FormatError`` when the element is no SubjectPublicKeyInfo.
    public init(parsing element: borrowing ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        let algorithm = try AlgorithmIdentifier(parsing: fields.next(.sequence))
        let keyBits = Array(try fields.next(.bitString).bitString().octets)
        try fields.finish()
        self.fields = KeyFields(algorithm, keyBits, encoded: Array(element.encoded))
    }

    /// Writes a key the crypto provider knows.
    ///
    /// Source: RFC 3279, section 2.3.1; RFC 5480, section 2; RFC 8410, section 4.
    public init(_ key: PublicKey) {
        switch key {
        case .rsa(let key):
            var writer = DERWriter(capacity: key.modulus.count + 32)
            writer.sequence { writer in
                writer.unsignedInteger(key.modulus)
                writer.unsignedInteger(key.exponent)
            }
            let algorithm = AlgorithmIdentifier(oid: .rsaEncryption, parameters: AlgorithmIdentifier.null)
            self.init(algorithm, writer.bytes, .rsa(key))
        case .ec(let key):
            let algorithm = AlgorithmIdentifier(oid: .ecPublicKey, parameters: OID(curve: key.curve).derBytes)
            self.init(algorithm, key.point, .ec(key))
        case .ed25519(let octets):
            self.init(AlgorithmIdentifier(oid: .ed25519), octets, key)
        }
    }

    private init(_ algorithm: AlgorithmIdentifier, _ keyBits: [UInt8], _ key: PublicKey) {
        var writer = DERWriter(capacity: keyBits.count + 48)
        writer.sequence { writer in
            writer.append(algorithm)
            writer.bitString(keyBits)
        }
        self.fields = KeyFields(algorithm, keyBits, encoded: writer.bytes, key)
    }

    /// Keeps a structure that could not be read, so that a certificate around it still can be looked at.
    init(unreadable element: borrowing ASN1Element) {
        self.fields = KeyFields(AlgorithmIdentifier(oid: .unreadable), [], encoded: Array(element.encoded))
    }

    /// Appends the octets as received or written.
    public func encode(into writer: inout DERWriter) { writer.append(encoded) }

    /// The key identifier of method 1: SHA-1 of the BIT STRING's contents.
    ///
    /// Source: RFC 5280, section 4.2.1.2.
    public var keyIdentifier: [UInt8] { DigestAlgorithm.sha1.hash(keyBits) }

    /// SHA-256 of the whole structure.
    public var digest: [UInt8] { DigestAlgorithm.sha256.hash(encoded) }
}

extension SubjectPublicKeyInfo: Hashable {
    /// Whether both are the same octets.
    public static func == (left: SubjectPublicKeyInfo, right: SubjectPublicKeyInfo) -> Bool {
        left.fields === right.fields || left.encoded == right.encoded
    }

    /// Hashes the octets.
    public func hash(into hasher: inout Hasher) { hasher.combine(octets: encoded) }
}

// MARK: - To numbers

extension SubjectPublicKeyInfo {
    /// Octets of the longest modulus that is looked at: 16,384 bits, OpenSSL's own limit.
    private static let longestModulus = 2048
    /// Octets of the longest public exponent.
    ///
    /// A longer one makes one verification cost as much as a private operation.
    private static let longestExponent = 8

    /// The key as numbers, `nil` when its type is unknown or its numbers cannot be a key.
    ///
    /// They are read when they are first asked for; copies of a value share them, and what libcrypto prepared for them.
    public var publicKey: PublicKey? { fields.key { readKey() } }

    /// Whether signatures of an algorithm may be made with this key, going by how the key is named.
    ///
    /// A key named `id-RSASSA-PSS` makes nothing else; with parameters it keeps to their digests and takes no shorter
    /// salt. One named `id-RSAES-OAEP` makes no signatures.
    ///
    /// - Returns: `true` also when the numbers are none of a key that could make such a signature.
    ///
    /// Source: RFC 4055, sections 1.2, 3.3 and 4.
    public func allows(_ signature: SignatureAlgorithm) -> Bool {
        switch algorithm.oid {
        case .rsaesOAEP: return false
        case .rsassaPSS:
            guard case .rsaPSS(let digest, let mgfDigest, let saltLength) = signature else { return false }
            guard algorithm.parameters != nil else { return true }
            guard case .rsaPSS(let ownDigest, let ownMGFDigest, let ownSaltLength) = algorithm.signatureAlgorithm else {
                return false
            }
            return digest == ownDigest && mgfDigest == ownMGFDigest && saltLength >= ownSaltLength
        default: return true
        }
    }

    private func readKey() -> PublicKey? {
        switch algorithm.oid {
        case .rsaEncryption, .rsassaPSS, .rsaesOAEP: rsaKey.map { .rsa($0) }
        case .ecPublicKey: ecKey.map { .ec($0) }
        // RFC 8410, section 3: no parameters, not even NULL.
        case .ed25519: keyBits.count == 32 && algorithm.parameters == nil ? .ed25519(keyBits) : nil
        default: nil
        }
    }

    private var rsaKey: RSAPublicKey? {
        guard let element = try? ASN1Element(parsing: keyBits), var fields = try? element.fields(),
            let modulus = try? fields.next(.integer).unsignedInteger(),
            let exponent = try? fields.next(.integer).unsignedInteger(), fields.isAtEnd,
            modulus != [0], exponent != [0], modulus.count <= Self.longestModulus,
            exponent.count <= Self.longestExponent
        else { return nil }
        return try? RSAPublicKey(modulus: modulus, exponent: exponent)
    }

    private var ecKey: ECPublicKey? {
        guard let parameters = algorithm.parameters, let element = try? ASN1Element(parsing: parameters),
            let oid = try? element.oid(), let curve = EllipticCurve(oid: oid)
        else { return nil }
        return try? ECPublicKey(curve: curve, point: keyBits)
    }
}

/// The fields of one key, with its numbers, which are read once.
private final class KeyFields: Sendable {
    let algorithm: AlgorithmIdentifier
    let keyBits: [UInt8]
    let encoded: [UInt8]

    /// What is known of the key.
    private enum Knowledge {
        case notRead
        case read(PublicKey?)
    }

    /// Guards the one change from not read to read.
    private let knowledge: Mutex<Knowledge>

    /// Fields whose key is known already, or is read when it is first asked for.
    init(_ algorithm: AlgorithmIdentifier, _ keyBits: [UInt8], encoded: [UInt8], _ key: PublicKey? = nil) {
        self.algorithm = algorithm
        self.keyBits = keyBits
        self.encoded = encoded
        knowledge = Mutex(key.map { .read($0) } ?? .notRead)
    }

    func key(_ read: () -> PublicKey?) -> PublicKey? {
        knowledge.withLock { knowledge in
            if case .read(let key) = knowledge { return key }
            let key = read()
            knowledge = .read(key)
            return key
        }
    }
}

extension OID: DEREncodable {
    /// Appends the OBJECT IDENTIFIER.
    public func encode(into writer: inout DERWriter) { writer.oid(self) }

    /// Makes the identifier of a named curve.
    public init(curve: EllipticCurve) {
        self =
            switch curve {
            case .p256: .p256
            case .p384: .p384
            case .p521: .p521
            }
    }

    /// Stands where an algorithm could not be read; `0.0` is no algorithm.
    static let unreadable = OID(0, 0)
}

extension EllipticCurve {
    /// The curve an object identifier names.
    ///
    /// - Returns: `nil` for any but the three NIST curves.
    public init?(oid: OID) {
        switch oid {
        case .p256: self = .p256
        case .p384: self = .p384
        case .p521: self = .p521
        default: return nil
        }
    }
}
