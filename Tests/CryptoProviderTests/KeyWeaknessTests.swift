// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Testing

@Suite("Baseline Requirements section 6.1: weak keys")
struct KeyWeaknessTests {
    private func weaknesses(
        _ modulus: TestNumber, exponent: [UInt8] = [1, 0, 1]
    ) throws -> [KeyWeakness] {
        try RSAPublicKey(modulus: modulus.magnitude, exponent: exponent).weaknesses
    }

    private func goodModulus() throws -> TestNumber { TestNumber(magnitude: try TestKeys.rsa().publicKey.modulus) }

    /// An odd number of this many octets with its top bits set.
    private func randomOdd(byteCount: Int) -> [UInt8] {
        var bytes = SecureRandom.bytes(byteCount)
        bytes[0] |= 0xC0
        bytes[byteCount - 1] |= 1
        return bytes
    }

    @Test(arguments: [KeyType.rsa2048, .rsa3072, .rsa4096])
    func `a generated key has none`(type: KeyType) throws {
        guard case .rsa(let key) = try TestKeys.key(type).publicKey else {
            Issue.record("not an RSA key")
            return
        }
        #expect(key.weaknesses.isEmpty)
    }

    @Test(arguments: [
        ([UInt8](arrayLiteral: 1), [KeyWeakness.smallExponent(1)]), ([3], [.smallExponent(3)]),
        ([0xFF, 0xFF], [.smallExponent(65535)]), ([2], [.evenExponent, .smallExponent(2)]),
        ([1, 0, 0], [.evenExponent, .smallExponent(65536)]), ([1, 0, 1], []), ([1, 0, 2], [.evenExponent]),
        ([0xFF, 0xFF, 0xFF, 0xFF], []), ([1, 0, 0, 0, 0], [.evenExponent]),
        ([1, 0, 0, 0, 1], [.largeExponent(bitCount: 33)]),
        ([1, 0, 0, 0, 0, 0, 0, 1], [.largeExponent(bitCount: 57)]),
        ([UInt8](repeating: 0xFF, count: 32), [.largeExponent(bitCount: 256)]),
    ])
    func `the exponent is odd and from 65537 to 2^32`(exponent: [UInt8], expected: [KeyWeakness]) throws {
        #expect(try weaknesses(goodModulus(), exponent: exponent) == expected)
    }

    @Test func `an even modulus is weak`() throws {
        #expect(try weaknesses(goodModulus() * TestNumber(2)) == [.evenModulus])
    }

    @Test(arguments: [3, 5, 97, 389, 743, 751] as [UInt32])
    func `a prime factor under 752 is found`(prime: UInt32) throws {
        #expect(try weaknesses(goodModulus() * TestNumber(prime)) == [.smallFactor(Int(prime))])
    }

    @Test func `a prime factor over 752 is no small factor`() throws {
        #expect(try weaknesses(goodModulus() * TestNumber(757)).isEmpty)
    }

    @Test func `a modulus like those of the ROCA generator is recognised`() throws {
        let primes = (2...167 as ClosedRange<UInt32>).filter { candidate in
            (2..<candidate).allSatisfy { !candidate.isMultiple(of: $0) }
        }
        let product = primes.reduce(TestNumber(1)) { $0 * TestNumber($1) }
        let factor = TestNumber(twoToThe: 1800) + TestNumber(12_345_678)
        // The primes are k·M + 65537^a, so their product is too.
        let power = (0..<13).reduce(TestNumber(1)) { power, _ in power * TestNumber(65537) }
        #expect(try weaknesses(factor * product + power).contains(.roca))
        #expect(try !weaknesses(factor * product + power + TestNumber(2)).contains(.roca))
    }

    @Test(arguments: [1, 100, 500, 516])
    func `primes closer than about 2^517 are found in 1024 bits`(distanceBits: Int) throws {
        let low = randomOdd(byteCount: 128)
        let p = TestNumber(magnitude: [0] + low)
        #expect(try weaknesses(p * (p + TestNumber(twoToThe: distanceBits))).contains(.closePrimes))
    }

    @Test(arguments: [522, 600, 1000])
    func `primes further apart are not`(distanceBits: Int) throws {
        let p = TestNumber(magnitude: [0] + randomOdd(byteCount: 128))
        #expect(try !weaknesses(p * (p + TestNumber(twoToThe: distanceBits))).contains(.closePrimes))
    }

    @Test func `the square of a number is made of equal factors`() throws {
        let p = TestNumber(magnitude: randomOdd(byteCount: 128))
        #expect(try weaknesses(p * p).contains(.closePrimes))
    }

    /// Little-endian, each with either sign of x.
    @Test(
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ], [UInt8(0), 0x80])
    func `an Ed25519 point of small order is weak`(y: String, sign: UInt8) throws {
        var octets = try Self.octets(y)
        octets[31] |= sign
        #expect(PublicKey.ed25519(octets).weaknesses == [.smallOrder])
    }

    @Test func `a generated Ed25519 key and every point of the NIST curves is not`() throws {
        for type in [KeyType.ed25519, .ecP256, .ecP384] {
            #expect(try TestKeys.key(type).publicKey.weaknesses.isEmpty)
        }
    }

    private static func octets(_ digits: String) throws -> [UInt8] {
        let digits = Array(digits)
        return try stride(from: 0, to: digits.count, by: 2).map { index in
            try #require(UInt8(String(digits[index...index + 1]), radix: 16))
        }
    }

    @Test(arguments: [64, 65, 127, 128, 2048])
    func `a modulus of any size is judged`(byteCount: Int) throws {
        for bytes in [randomOdd(byteCount: byteCount), [UInt8](repeating: 0xFF, count: byteCount)] {
            _ = try RSAPublicKey(modulus: bytes, exponent: [3]).weaknesses
        }
    }
}
