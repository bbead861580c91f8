// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// A cipher of PBES2 with its parameters.
///
/// ```asn1
/// RC2-CBC-Parameter ::= SEQUENCE {
///     rc2ParameterVersion INTEGER OPTIONAL,
///     iv OCTET STRING (SIZE(8)) }
/// ```
///
/// Source: RFC 8018, appendix B.2.
enum PasswordCipher: Hashable, Sendable {
    case content(ContentEncryption)
    /// For reading only.
    case rc2(effectiveBits: Int, iv: [UInt8])

    init(parsing scheme: AlgorithmIdentifier, allowingLegacy: Bool) throws(FormatError) {
        if scheme.oid == .rc2CBC, allowingLegacy {
            self = try Self.rc2(parsing: scheme)
        } else if let encryption = try ContentEncryption(parsing: scheme),
            Self.ciphers.contains(encryption.cipher) || (allowingLegacy && encryption.cipher == .desCBC)
        {
            self = .content(encryption)
        } else {
            throw .unsupportedAlgorithm(scheme.oid)
        }
    }

    var oid: OID {
        switch self {
        case .content(let encryption): encryption.cipher.oid
        case .rc2: .rc2CBC
        }
    }

    var algorithmIdentifier: AlgorithmIdentifier {
        switch self {
        case .content(let encryption): return encryption.algorithmIdentifier
        case .rc2(let effectiveBits, let iv):
            let version = Self.rc2Versions.first { $0.value == effectiveBits }?.key ?? effectiveBits
            var writer = DERWriter(capacity: 32)
            writer.sequence {
                $0.integer(version)
                $0.octetString(iv)
            }
            return AlgorithmIdentifier(oid: .rc2CBC, parameters: writer.bytes)
        }
    }

    var keyByteCount: Int {
        switch self {
        case .content(let encryption): encryption.cipher.keyByteCount
        case .rc2(let effectiveBits, _): (effectiveBits + 7) / 8
        }
    }

    func decrypt(_ ciphertext: some Collection<UInt8>, key: [UInt8]) throws(CryptoError) -> [UInt8] {
        switch self {
        case .content(let encryption):
            try encryption.cipher.decrypt(ciphertext, key: key, iv: encryption.iv, tag: [], authenticating: [])
        case .rc2(let effectiveBits, let iv):
            try LegacyRC2(key: key, effectiveBits: effectiveBits).decrypt(ciphertext, iv: iv)
        }
    }

    private static func rc2(parsing scheme: AlgorithmIdentifier) throws(FormatError) -> PasswordCipher {
        guard let parameters = scheme.parameters else { throw .missing("parameters of RC2") }
        var fields = try ASN1Element(parsing: parameters).fields()
        let version = try fields.nextIf(.integer)?.int()
        let iv = Array(try fields.next().octetString())
        try fields.finish()
        guard iv.count == LegacyRC2.blockByteCount else {
            throw .invalidValue(field: "initialisation vector", reason: "\(iv.count) octets instead of 8")
        }
        // Without a version: 32 bits.
        let effectiveBits = version.map { rc2Versions[$0] ?? $0 } ?? 32
        guard (8...1024).contains(effectiveBits) else {
            throw .invalidValue(field: "rc2ParameterVersion", reason: "stands for no strength of RC2")
        }
        return .rc2(effectiveBits: effectiveBits, iv: iv)
    }

    /// The strengths under 256 bits have numbers of their own.
    ///
    /// Source: RFC 2268, section 6.
    private static let rc2Versions = [160: 40, 120: 64, 58: 128]

    /// The ciphers RFC 8018 has for this.
    ///
    /// GCM has no place for its tag here, single DES keeps nobody out.
    private static let ciphers: Set<ContentCipher> = [.aes128CBC, .aes192CBC, .aes256CBC, .tripleDESCBC]
}
