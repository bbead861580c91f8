// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 8018 and RFC 7914: limits on what a file may ask for")
struct PasswordLimitsTests {
    private static let salt: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    private static func scheme(
        _ derivation: OID, _ cipher: AlgorithmIdentifier, _ parameters: (inout DERWriter) -> Void
    ) -> AlgorithmIdentifier {
        var inner = DERWriter()
        inner.sequence { parameters(&$0) }
        var outer = DERWriter()
        outer.sequence { scheme in
            scheme.append(AlgorithmIdentifier(oid: derivation, parameters: inner.bytes))
            scheme.append(cipher)
        }
        return AlgorithmIdentifier(oid: .pbes2, parameters: outer.bytes)
    }

    private static func cipher(_ oid: OID = .aes256CBC, iv: Int = 16) -> AlgorithmIdentifier {
        AlgorithmIdentifier(oid: oid, parameters: [4, UInt8(iv)] + [UInt8](repeating: 1, count: iv))
    }

    private static func pbkdf2(iterations: Int, salt: [UInt8] = salt, keyLength: Int? = nil) -> AlgorithmIdentifier {
        scheme(.pbkdf2, cipher()) { parameters in
            parameters.octetString(salt)
            parameters.integer(iterations)
            if let keyLength { parameters.integer(keyLength) }
        }
    }

    private static func scrypt(_ n: Int, _ r: Int, _ p: Int) -> AlgorithmIdentifier {
        scheme(.scrypt, cipher()) { parameters in
            parameters.octetString(salt)
            for number in [n, r, p] { parameters.integer(number) }
        }
    }

    @Test(arguments: [1, 2048, 600_000, 5_000_000])
    func `rounds up to the limit are read`(iterations: Int) throws {
        let algorithm = Self.pbkdf2(iterations: iterations)
        #expect(try PBES2(parsing: algorithm).algorithmIdentifier == algorithm)
    }

    @Test(arguments: [0, -1, Int.min, 5_000_001, 0x7FFF_FFFF, Int.max])
    func `rounds outside are refused`(iterations: Int) {
        #expect(throws: FormatError.self) { try PBES2(parsing: Self.pbkdf2(iterations: iterations)) }
    }

    @Test func `rounds over 64 bits are refused`() {
        let algorithm = Self.scheme(.pbkdf2, Self.cipher()) { parameters in
            parameters.octetString(Self.salt)
            parameters.unsignedInteger([UInt8](repeating: 0xFF, count: 20))
        }
        #expect(throws: FormatError.self) { try PBES2(parsing: algorithm) }
    }

    @Test func `salts are of 1 to 1024 octets`() throws {
        for count in [1, 8, 1024] {
            _ = try PBES2(parsing: Self.pbkdf2(iterations: 1, salt: [UInt8](repeating: 1, count: count)))
        }
        for count in [0, 1025, 100_000] {
            #expect(throws: FormatError.self) {
                try PBES2(parsing: Self.pbkdf2(iterations: 1, salt: [UInt8](repeating: 1, count: count)))
            }
        }
    }

    @Test func `the key length, when given, must be the cipher's`() throws {
        _ = try PBES2(parsing: Self.pbkdf2(iterations: 1, keyLength: 32))
        for length in [0, -1, 16, 33, Int.max] {
            #expect(throws: FormatError.self) { try PBES2(parsing: Self.pbkdf2(iterations: 1, keyLength: length)) }
        }
    }

    @Test(arguments: [(2, 1, 1), (16_384, 8, 1), (65_536, 8, 1), (16_384, 8, 16)])
    func `scrypt within 64 MiB is read`(n: Int, r: Int, p: Int) throws {
        let algorithm = Self.scrypt(n, r, p)
        #expect(try PBES2(parsing: algorithm).algorithmIdentifier == algorithm)
    }

    @Test(arguments: [
        (1 << 30, 8, 1), (131_072, 8, 1), (1, 8, 1), (0, 8, 1), (-2, 8, 1), (3, 8, 1), (1024, 0, 1), (1024, -1, 1),
        (1024, 8, 0), (1024, 8, 17), (2, Int.max, 1), (1 << 62, 1 << 62, 1), (1024, 8, Int.max), (2, 1 << 30, 1),
    ])
    func `scrypt beyond, and numbers that are no parameters, are refused`(n: Int, r: Int, p: Int) {
        #expect(throws: FormatError.self) { try PBES2(parsing: Self.scrypt(n, r, p)) }
    }

    @Test(arguments: [(OID.desCBC, 8), (.aes256GCM, 12), (.rc2CBC, 8), (.aes256CBC, 15), (.desEDE3CBC, 16)])
    func `other ciphers and vectors of another length are refused`(oid: OID, iv: Int) {
        let algorithm = Self.scheme(.pbkdf2, Self.cipher(oid, iv: iv)) { parameters in
            parameters.octetString(Self.salt)
            parameters.integer(1)
        }
        #expect(throws: FormatError.self) { try PBES2(parsing: algorithm) }
    }

    @Test func `another scheme is named in the refusal`() {
        let oid = OID(1, 2, 840, 113549, 1, 12, 1, 3)
        #expect(throws: FormatError.unsupportedAlgorithm(oid)) { try PBES2(parsing: AlgorithmIdentifier(oid: oid)) }
    }
}
