// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 9579: PBMAC1")
struct PBMAC1Tests {
    private static let password = Array("1234".utf8)

    @Test(arguments: [
        ("rfc9579-a1.pem", "PBMAC1, HMAC-SHA256, PBKDF2 with HMAC-SHA256"),
        ("rfc9579-a2.pem", "PBMAC1, HMAC-SHA256, PBKDF2 with HMAC-SHA512"),
        ("rfc9579-a3.pem", "PBMAC1, HMAC-SHA512, PBKDF2 with HMAC-SHA512"),
    ])
    func `the valid files of the appendix open`(file: String, name: String) throws {
        let pfx = try PFX(parsing: VectorFiles.fixture(file))
        #expect(pfx.macData?.name == name)
        #expect(pfx.macData?.iterations == 2048)
        let contents = try pfx.open(password: Self.password)
        #expect(contents.keys.count == 1 && contents.certificates.count == 1 && contents.isAuthenticated)
        #expect(throws: FormatError.passwordWrong("the PKCS#12")) { try pfx.open(password: Array("4321".utf8)) }
    }

    /// `02 02 08 00` is the iteration count of the MAC in the last 130 octets of the file.
    private func changed(_ change: (inout [UInt8], Int) -> Void) throws -> [UInt8] {
        var bytes = try VectorFiles.fixture("rfc9579-a1.pem")
        let tail = bytes.count - 130
        let count = try #require(bytes[tail...].firstRange(of: [0x02, 0x02, 0x08, 0x00]))
        change(&bytes, count.lowerBound)
        return bytes
    }

    @Test func `a wrong iteration count, as in A.4, is refused and blamed on the file`() throws {
        let bytes = try changed { $0[$1 + 2] = 0x07 }
        #expect(throws: FormatError.verificationFailed("the MAC of the PKCS#12")) {
            try PFX(parsing: bytes).open(password: Self.password)
        }
    }

    @Test func `a wrong salt, as in A.5, is refused and blamed on the file`() throws {
        let bytes = try changed { $0[$1 - 1] ^= 1 }
        #expect(throws: FormatError.verificationFailed("the MAC of the PKCS#12")) {
            try PFX(parsing: bytes).open(password: Self.password)
        }
    }

    @Test func `a missing key length, as in A.6, is refused`() throws {
        // Three octets less, and so in each of the lengths around: PBKDF2-params, its AlgorithmIdentifier, PBMAC1-params,
        // its AlgorithmIdentifier, DigestInfo, MacData (short form) and PFX (two octets).
        let bytes = try changed { bytes, count in
            bytes.removeSubrange(count + 4..<count + 7)
            for distance in [11, 24, 26, 39, 41, 43] { bytes[count - distance] -= 3 }
            bytes[3] -= 3
        }
        #expect(throws: FormatError.missing("keyLength of PBMAC1")) { try PFX(parsing: bytes) }
    }

    @Test(arguments: [1, 19])
    func `a key of under 20 octets is refused`(length: UInt8) throws {
        let bytes = try changed { $0[$1 + 6] = length }
        #expect(
            throws: FormatError.invalidValue(
                field: "keyLength of PBMAC1", reason: "\(length) octets; 20 to \(KeyDerivation.maximumKeyByteCount) are read")
        ) { try PFX(parsing: bytes) }
    }
}
