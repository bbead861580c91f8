// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// A cipher with its parameters from the wire, checked so that they fit the cipher.
///
/// ```asn1
/// AES-IV, DES-EDE3-IV, DES-IV ::= OCTET STRING
/// GCMParameters ::= SEQUENCE {
///     aes-nonce OCTET STRING,
///     aes-ICVlen INTEGER (12 | 13 | 14 | 15 | 16) DEFAULT 12 }
/// ```
///
/// Source: RFC 3565, section 2.3; RFC 3370, section 5.1; RFC 5084, section 3.2.
struct ContentEncryption: Hashable, Sendable {
    let cipher: ContentCipher
    let iv: [UInt8]
    /// Octets of the authentication tag; 0 for a cipher without.
    let tagByteCount: Int

    /// A fresh, random initialisation vector.
    init(_ cipher: ContentCipher) {
        self.cipher = cipher
        self.iv = SecureRandom.bytes(cipher.ivByteCount)
        self.tagByteCount = cipher.isAuthenticated ? ContentCipher.tagByteCounts.upperBound : 0
    }

    /// Reads the parameters of a known cipher.
    ///
    /// The length of the vector is compared with the cipher's before anything is done with it: one that was copied
    /// unchecked into a fixed buffer was CVE-2025-15467 of OpenSSL.
    ///
    /// - Returns: `nil` for a cipher that is not known here.
    /// - Throws: ``FormatError`` when the parameters are absent or do not fit the cipher.
    init?(parsing algorithm: AlgorithmIdentifier) throws(FormatError) {
        guard let cipher = ContentCipher(oid: algorithm.oid) else { return nil }
        guard let encoded = algorithm.parameters else { throw .missing("parameters of \(algorithm.oid.nameOrDotted)") }
        let parameters = try ASN1Element(parsing: encoded)
        self.cipher = cipher
        if cipher.isAuthenticated {
            (iv, tagByteCount) = try Self.gcmParameters(parameters)
        } else {
            iv = Array(try parameters.octetString())
            tagByteCount = 0
        }
        guard iv.count == cipher.ivByteCount else {
            throw .invalidValue(
                field: "initialisation vector", reason: "\(iv.count) octets instead of \(cipher.ivByteCount)")
        }
    }

    /// The cipher and its parameters as they are written.
    var algorithmIdentifier: AlgorithmIdentifier {
        var writer = DERWriter(capacity: 32)
        if cipher.isAuthenticated {
            writer.sequence {
                $0.octetString(iv)
                $0.integer(tagByteCount)
            }
        } else {
            writer.octetString(iv)
        }
        return AlgorithmIdentifier(oid: cipher.oid, parameters: writer.bytes)
    }

    private static func gcmParameters(_ element: ASN1Element) throws(FormatError) -> ([UInt8], Int) {
        var fields = try element.fields()
        let nonce = Array(try fields.next().octetString())
        let tagByteCount = try fields.nextIf(.integer)?.int() ?? 12
        try fields.finish()
        guard ContentCipher.tagByteCounts.contains(tagByteCount) else {
            throw .invalidValue(field: "aes-ICVlen", reason: "\(tagByteCount) is not between 12 and 16")
        }
        return (nonce, tagByteCount)
    }
}

extension ContentCipher {
    /// The object identifier of the cipher.
    public var oid: OID {
        switch self {
        case .aes128CBC: .aes128CBC
        case .aes192CBC: .aes192CBC
        case .aes256CBC: .aes256CBC
        case .aes128GCM: .aes128GCM
        case .aes192GCM: .aes192GCM
        case .aes256GCM: .aes256GCM
        case .tripleDESCBC: .desEDE3CBC
        case .desCBC: .desCBC
        }
    }

    /// The cipher an object identifier names.
    ///
    /// - Returns: `nil` when it names none that is supported.
    public init?(oid: OID) {
        guard let cipher = Self.allCases.first(where: { $0.oid == oid }) else { return nil }
        self = cipher
    }
}
