// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// What shows, to those who know the password, that a PKCS#12 was not changed.
///
/// ```asn1
/// MacData ::= SEQUENCE {
///     mac DigestInfo,
///     macSalt OCTET STRING,
///     iterations INTEGER DEFAULT 1 }
/// DigestInfo ::= SEQUENCE {
///     digestAlgorithm AlgorithmIdentifier,
///     digest OCTET STRING }
/// PBMAC1-params ::= SEQUENCE {
///     keyDerivationFunc AlgorithmIdentifier,
///     messageAuthScheme AlgorithmIdentifier }
/// ```
///
/// Source: RFC 7292, section 4; RFC 9579, section 5.
public struct MacData: Hashable, Sendable, DEREncodable {
    private enum Scheme: Hashable, Sendable {
        case pkcs12(salt: [UInt8], iterations: Int)
        case pbmac1(PasswordDerivation, keyLength: Int)
    }

    /// The digest under the HMAC.
    public let digest: DigestAlgorithm
    private let scheme: Scheme
    private let value: [UInt8]

    /// Calculates the MAC of an authenticated safe with the derivation of PKCS#12, which every reader knows.
    init(
        of content: [UInt8], digest: DigestAlgorithm, iterations: Int, password: PKCS12Password.Form
    ) throws(FormatError) {
        let salt = SecureRandom.bytes(16)
        self.digest = digest
        scheme = .pkcs12(salt: salt, iterations: iterations)
        var budget = DerivationBudget(.administrators)
        let key = try Self.key(scheme, digest, password, &budget)
        value = digest.authenticationCode(content, key: key)
    }

    init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        var info = try fields.next().fields()
        let algorithm = try AlgorithmIdentifier(parsing: info.next())
        value = Array(try info.next().octetString())
        try info.finish()
        let salt = try PBEParameters.salt(fields.next())
        let iterations = try fields.nextIf(.integer).map { (element) throws(FormatError) in
            try PasswordDerivation.positive(element, "iterations of the MAC", limit: PasswordLimits.iterations)
        }
        try fields.finish()
        if algorithm.oid == .pbmac1 {
            // Salt and iterations beside it mean nothing then.
            (digest, scheme) = try Self.pbmac1(algorithm)
        } else {
            guard let digest = algorithm.digest else { throw .unsupportedAlgorithm(algorithm.oid) }
            self.digest = digest
            scheme = .pkcs12(salt: salt, iterations: iterations ?? 1)
        }
        // Nothing shorter is a MAC of this digest: a cut one would be found by trying.
        guard value.count == digest.byteCount else {
            throw .invalidValue(field: "MAC", reason: "\(value.count) octets instead of \(digest.byteCount)")
        }
    }

    /// Whether the key of the MAC is derived by PBKDF2 and not by PKCS#12's own derivation.
    public var isPBMAC1: Bool {
        if case .pbmac1 = scheme { true } else { false }
    }

    /// Rounds of the derivation; for scrypt its cost.
    public var iterations: Int {
        switch scheme {
        case .pkcs12(_, let iterations): iterations
        case .pbmac1(let derivation, _): derivation.work(keyLength: 1).iterations
        }
    }

    /// In the words of the standards: `HMAC-SHA256`, `PBMAC1, HMAC-SHA512, PBKDF2 with HMAC-SHA256`.
    public var name: String {
        let code = "HMAC-\(digest.rawValue.uppercased())"
        guard case .pbmac1(let derivation, _) = scheme else { return code }
        return "PBMAC1, \(code), \(derivation.name)"
    }

    func verifies(
        _ content: [UInt8], password: PKCS12Password.Form, budget: inout DerivationBudget
    ) throws(FormatError) -> Bool {
        let key = try Self.key(scheme, digest, password, &budget)
        return ConstantTime.equal(digest.authenticationCode(content, key: key), value)
    }

    /// Appends the DER; what was read with PBMAC1 is not written again.
    public func encode(into writer: inout DERWriter) {
        guard case .pkcs12(let salt, let iterations) = scheme else { return }
        writer.sequence { writer in
            writer.sequence {
                $0.append(AlgorithmIdentifier(oid: OID(digest: digest), parameters: AlgorithmIdentifier.null))
                $0.octetString(value)
            }
            writer.octetString(salt)
            if iterations != 1 { writer.integer(iterations) }
        }
    }

    private static func key(
        _ scheme: Scheme, _ digest: DigestAlgorithm, _ password: PKCS12Password.Form, _ budget: inout DerivationBudget
    ) throws(FormatError) -> [UInt8] {
        switch scheme {
        case .pkcs12(let salt, let iterations):
            try budget.charge(iterations, blocks: 1)
            return try derived { () throws(CryptoError) in
                try KeyDerivation.pkcs12(
                    password: password.bmpString, salt: salt, digest: digest, purpose: .macKey, iterations: iterations,
                    keyLength: digest.byteCount)
            }
        case .pbmac1(let derivation, let keyLength):
            let work = derivation.work(keyLength: keyLength)
            try budget.charge(work.iterations, blocks: work.blocks)
            return try derived { () throws(CryptoError) in
                try derivation.key(password: password.octets, length: keyLength)
            }
        }
    }

    private static func derived(_ key: () throws(CryptoError) -> [UInt8]) throws(FormatError) -> [UInt8] {
        do {
            return try key()
        } catch {
            throw .invalidValue(field: "key derivation of the MAC", reason: error.description)
        }
    }

    /// The length of the key must be said and be no shorter than 20 octets: without, NSS and GnuTLS took MACs that
    /// proved little.
    ///
    /// Source: RFC 9579, section 5.
    private static func pbmac1(_ algorithm: AlgorithmIdentifier) throws(FormatError) -> (DigestAlgorithm, Scheme) {
        guard let parameters = algorithm.parameters else { throw .missing("PBMAC1 parameters") }
        var fields = try ASN1Element(parsing: parameters).fields()
        let function = try PasswordDerivation.parse(AlgorithmIdentifier(parsing: fields.next()))
        let code = try AlgorithmIdentifier(parsing: fields.next())
        try fields.finish()
        guard let digest = PasswordDerivation.digests.first(where: { $0.value == code.oid })?.key else {
            throw .unsupportedAlgorithm(code.oid)
        }
        guard let keyLength = function.keyLength else { throw .missing("keyLength of PBMAC1") }
        guard (20...KeyDerivation.maximumKeyByteCount).contains(keyLength) else {
            throw .invalidValue(
                field: "keyLength of PBMAC1",
                reason: "\(keyLength) octets; 20 to \(KeyDerivation.maximumKeyByteCount) are read")
        }
        return (digest, .pbmac1(function.derivation, keyLength: keyLength))
    }
}
