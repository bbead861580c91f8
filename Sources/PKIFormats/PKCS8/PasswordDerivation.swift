// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// A key derivation of PBES2 with its parameters.
///
/// ```asn1
/// PBKDF2-params ::= SEQUENCE {
///     salt CHOICE { specified OCTET STRING, otherSource AlgorithmIdentifier },
///     iterationCount INTEGER (1..MAX),
///     keyLength INTEGER (1..MAX) OPTIONAL,
///     prf AlgorithmIdentifier DEFAULT algid-hmacWithSHA1 }
/// scrypt-params ::= SEQUENCE {
///     salt OCTET STRING,
///     costParameter INTEGER (1..MAX),
///     blockSize INTEGER (1..MAX),
///     parallelizationParameter INTEGER (1..MAX),
///     keyLength INTEGER (1..MAX) OPTIONAL }
/// ```
///
/// Source: RFC 8018, appendix A.2; RFC 7914, section 7.
enum PasswordDerivation: Hashable, Sendable {
    case pbkdf2(salt: [UInt8], iterations: Int, digest: DigestAlgorithm)
    case scrypt(salt: [UInt8], cost: Int, blockSize: Int, parallelization: Int)

    /// Reads the derivation; `keyLength` is what the cipher needs, and what the file must say if it says anything.
    init(parsing algorithm: AlgorithmIdentifier, keyLength: Int) throws(FormatError) {
        let parsed = try Self.parse(algorithm)
        guard parsed.keyLength == nil || parsed.keyLength == keyLength else {
            throw .invalidValue(field: "keyLength", reason: "does not fit the cipher")
        }
        self = parsed.derivation
    }

    /// Reads the derivation and the length of key that it states.
    static func parse(
        _ algorithm: AlgorithmIdentifier
    ) throws(FormatError) -> (derivation: PasswordDerivation, keyLength: Int?) {
        guard algorithm.oid == .pbkdf2 || algorithm.oid == .scrypt else { throw .unsupportedAlgorithm(algorithm.oid) }
        guard let parameters = algorithm.parameters else { throw .missing("key derivation parameters") }
        var fields = try ASN1Element(parsing: parameters).fields()
        let salt = try Self.salt(fields.next())
        let parsed: (derivation: PasswordDerivation, keyLength: Int?)
        if algorithm.oid == .pbkdf2 {
            let iterations = try Self.positive(fields.next(), "iterations", limit: PasswordLimits.iterations)
            let keyLength = try fields.nextIf(.integer)?.int()
            let digest = try Self.digest(fields.nextIf(.sequence))
            parsed = (.pbkdf2(salt: salt, iterations: iterations, digest: digest), keyLength)
        } else {
            parsed = (try Self.scrypt(salt, &fields), try fields.nextIf(.integer)?.int())
        }
        try fields.finish()
        return parsed
    }

    var algorithmIdentifier: AlgorithmIdentifier {
        var writer = DERWriter(capacity: 64)
        switch self {
        case .pbkdf2(let salt, let iterations, let digest):
            writer.sequence {
                $0.octetString(salt)
                $0.integer(iterations)
                if digest != .sha1, let oid = Self.digests[digest] {
                    $0.append(AlgorithmIdentifier(oid: oid, parameters: AlgorithmIdentifier.null))
                }
            }
            return AlgorithmIdentifier(oid: .pbkdf2, parameters: writer.bytes)
        case .scrypt(let salt, let cost, let blockSize, let parallelization):
            writer.sequence {
                $0.octetString(salt)
                for number in [cost, blockSize, parallelization] { $0.integer(number) }
            }
            return AlgorithmIdentifier(oid: .scrypt, parameters: writer.bytes)
        }
    }

    /// Rounds, and how many of them a key of a length takes; the rounds of scrypt count by its work.
    func work(keyLength: Int) -> (iterations: Int, blocks: Int) {
        switch self {
        case .pbkdf2(_, let iterations, let digest): (iterations, (keyLength + digest.byteCount - 1) / digest.byteCount)
        // The product was bounded at 2^19 when it was read.
        case .scrypt(_, let cost, let blockSize, let parallelization): (cost * blockSize, parallelization)
        }
    }

    func key(password: [UInt8], length: Int) throws(CryptoError) -> [UInt8] {
        switch self {
        case .pbkdf2(let salt, let iterations, let digest):
            try KeyDerivation.pbkdf2(
                password: password, salt: salt, digest: digest, iterations: iterations, keyLength: length)
        case .scrypt(let salt, let cost, let blockSize, let parallelization):
            try KeyDerivation.scrypt(
                password: password, salt: salt, n: cost, r: blockSize, p: parallelization, keyLength: length)
        }
    }

    private static func salt(_ element: ASN1Element) throws(FormatError) -> [UInt8] {
        let salt = try element.octetString()
        guard !salt.isEmpty else { throw .invalidValue(field: "salt", reason: "empty") }
        guard salt.count <= PasswordLimits.salt else {
            throw .limitExceeded("octets of salt", limit: PasswordLimits.salt)
        }
        return Array(salt)
    }

    private static func scrypt(_ salt: [UInt8], _ fields: inout ASN1Reader) throws(FormatError) -> PasswordDerivation {
        let memory = PasswordLimits.scryptMemory
        let cost = try positive(fields.next(), "scrypt cost", limit: memory)
        let blockSize = try positive(fields.next(), "scrypt block size", limit: memory)
        let lanes = try positive(fields.next(), "scrypt lanes", limit: PasswordLimits.scryptParallelization)
        guard cost > 1, cost & (cost - 1) == 0 else {
            throw .invalidValue(field: "scrypt cost", reason: "\(cost) is no power of two above 1")
        }
        // Both factors are at most 2^26, so the product cannot overflow.
        guard 128 * cost * blockSize <= memory else { throw .limitExceeded("octets of scrypt memory", limit: memory) }
        return .scrypt(salt: salt, cost: cost, blockSize: blockSize, parallelization: lanes)
    }

    private static func digest(_ element: ASN1Element?) throws(FormatError) -> DigestAlgorithm {
        guard let element else { return .sha1 }
        let function = try AlgorithmIdentifier(parsing: element)
        guard let digest = digests.first(where: { $0.value == function.oid })?.key else {
            throw .unsupportedAlgorithm(function.oid)
        }
        return digest
    }

    static func positive(_ element: ASN1Element, _ name: String, limit: Int) throws(FormatError) -> Int {
        let value = try element.int()
        guard value > 0 else { throw .invalidValue(field: name, reason: "\(value) is not positive") }
        guard value <= limit else { throw .limitExceeded(name, limit: limit) }
        return value
    }

    static let digests: [DigestAlgorithm: OID] = [
        .sha1: .hmacWithSHA1, .sha224: .hmacWithSHA224, .sha256: .hmacWithSHA256, .sha384: .hmacWithSHA384,
        .sha512: .hmacWithSHA512,
    ]
}
