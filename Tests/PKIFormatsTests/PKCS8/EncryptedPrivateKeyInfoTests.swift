// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 5958 section 3 and RFC 8018: private keys under a password")
struct EncryptedPrivateKeyInfoTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    private static let password = Array("correct horse é battery".utf8)
    private static let passwordOption = "pass:correct horse é battery"

    private func clear(_ identity: CMSBench.Identity) throws -> PrivateKeyInfo {
        try PrivateKeyInfo(parsing: bench.read("\(identity.rawValue).p8"))
    }

    @Test(arguments: [
        ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"], ["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA224"],
        ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256"], ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA384"],
        ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"], ["-v2", "des3"], ["-scrypt"],
        ["-scrypt", "-v2", "aes-128-cbc", "-scrypt_N", "1024", "-scrypt_r", "1", "-scrypt_p", "16"],
        ["-iter", "1"], ["-iter", "100000"],
    ])
    func `what openssl encrypts is decrypted`(options: [String]) throws {
        let encrypted = try bench.opensslOutput(
            ["pkcs8", "-topk8", "-in", "ec.key", "-outform", "DER", "-passout", Self.passwordOption] + options)
        let info = try EncryptedPrivateKeyInfo(parsing: encrypted)
        #expect(try info.decrypt(password: Self.password) == clear(.ec))
    }

    @Test(arguments: [["--pkcs-cipher", "aes-256"], ["--pkcs-cipher", "3des"]])
    func `what certtool encrypts is decrypted`(options: [String]) throws {
        let output = bench.fresh(".p8")
        try bench.run(
            "certtool",
            ["--to-p8", "--load-privkey", "ec.key", "--password", "secret", "--outder", "--outfile", output] + options)
        let info = try EncryptedPrivateKeyInfo(parsing: bench.read(output))
        #expect(try info.decrypt(password: Array("secret".utf8)).material == clear(.ec).material)
    }

    @Test(arguments: CMSBench.Identity.allCases)
    func `openssl decrypts ours`(identity: CMSBench.Identity) throws {
        let info = try EncryptedPrivateKeyInfo(encrypting: clear(identity), password: Self.password)
        let file = try bench.file(info.derBytes)
        let plain = try bench.opensslOutput([
            "pkcs8", "-inform", "DER", "-in", file, "-passin", Self.passwordOption, "-topk8", "-nocrypt", "-outform",
            "DER",
        ])
        #expect(plain == (try clear(identity).derBytes))
        let structure = try bench.openssl(["asn1parse", "-inform", "DER", "-in", file])
        for words in ["PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc", ":0927C0"] {
            #expect(structure.contains(words), "\(words) in \(structure)")
        }
    }

    @Test func `ours is read by ourselves, a wrong password is told`() throws {
        let key = try clear(.rsa)
        let info = try EncryptedPrivateKeyInfo(encrypting: key, password: Self.password, iterations: 1000)
        let read = try EncryptedPrivateKeyInfo(parsing: info.derBytes)
        #expect(read == info)
        #expect(try read.decrypt(password: Self.password) == key)
        for attempt in 0..<600 {
            #expect(throws: FormatError.verificationFailed("password")) {
                try read.decrypt(password: Array("wrong \(attempt)".utf8))
            }
        }
    }

    @Test func `the empty password works`() throws {
        let info = try EncryptedPrivateKeyInfo(encrypting: clear(.ec), password: [], iterations: 10)
        #expect(try info.decrypt(password: []) == clear(.ec))
    }

    @Test(arguments: [0, -1, 5_000_001, Int.max])
    func `a number of rounds out of bounds is not written`(iterations: Int) throws {
        let key = try clear(.ec)
        #expect(throws: FormatError.self) {
            try EncryptedPrivateKeyInfo(encrypting: key, password: [], iterations: iterations)
        }
    }

    @Test func `every truncation is refused and no byte flip traps`() throws {
        let info = try EncryptedPrivateKeyInfo(encrypting: clear(.ec), password: Self.password, iterations: 1)
        let der = info.derBytes
        for count in der.indices {
            #expect(throws: FormatError.self) { try EncryptedPrivateKeyInfo(parsing: Array(der.prefix(count))) }
        }
        for index in der.indices {
            for mask in [UInt8(0x01), 0x80] {
                var flipped = der
                flipped[index] ^= mask
                _ = try? EncryptedPrivateKeyInfo(parsing: flipped).decrypt(password: Self.password)
            }
        }
    }
}
