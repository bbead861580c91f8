// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("Reliability 5.1: weak keys get no certificates")
struct KeyRuleTests {
    private func info(modulus: [UInt8], exponent: [UInt8] = [1, 0, 1]) throws -> SubjectPublicKeyInfo {
        SubjectPublicKeyInfo(.rsa(try RSAPublicKey(modulus: modulus, exponent: exponent)))
    }

    /// The modulus of a good key.
    private func goodModulus() throws -> [UInt8] {
        guard case .rsa(let key) = try TestKeys.shared.key(.rsa2048).publicKey else { return [] }
        return key.modulus
    }

    @Test(arguments: KeyType.allCases)
    func `good keys pass`(type: KeyType) throws {
        let key = try TestKeys.shared.key(type).publicKey
        #expect(try KeyRule().check(SubjectPublicKeyInfo(key)) == key)
    }

    @Test func `sizes have both bounds`() throws {
        let good = try goodModulus()
        let small = try info(modulus: Array(good.suffix(127)))
        #expect(throws: DenialReason.self) { try KeyRule().check(small) }
        var rule = KeyRule()
        rule.maximumRSABits = 1024
        rule.minimumRSABits = 512
        #expect(throws: DenialReason.keyTooLarge(bits: 2048, maximum: 1024)) { try rule.check(info(modulus: good)) }
        rule = KeyRule(minimumRSABits: 3072)
        #expect(throws: DenialReason.keyTooSmall(bits: 2048, minimum: 3072)) { try rule.check(info(modulus: good)) }
    }

    @Test func `weak numbers are named`() throws {
        let good = try goodModulus()
        var even = good
        even[255] &= 0xFE
        for weak in [
            try info(modulus: even), try info(modulus: good, exponent: [3]), try info(modulus: good, exponent: [1]),
            try info(modulus: good, exponent: [1, 0, 0]), try info(modulus: good, exponent: [2, 0, 0, 0, 1]),
        ] {
            do {
                _ = try KeyRule().check(weak)
                Issue.record("accepted")
            } catch .weakKey(let weaknesses) {
                #expect(!weaknesses.isEmpty)
            }
        }
        let point = SubjectPublicKeyInfo(.ed25519([1] + [UInt8](repeating: 0, count: 31)))
        #expect(throws: DenialReason.self) { try KeyRule().check(point) }
        var lax = KeyRule()
        lax.checksWeakness = false
        #expect(throws: Never.self) { try lax.check(info(modulus: good, exponent: [3])) }
    }

    @Test func `types the profile does not name are refused`() throws {
        let rsaOnly = KeyRule.rsaOnly
        for type in [KeyType.ecP256, .ecP384, .ecP521, .ed25519] {
            let info = SubjectPublicKeyInfo(try TestKeys.shared.key(type).publicKey)
            #expect(throws: DenialReason.self) { try rsaOnly.check(info) }
        }
        let curve = KeyRule(curves: [.p256])
        let p384 = SubjectPublicKeyInfo(try TestKeys.shared.key(.ecP384).publicKey)
        #expect(throws: DenialReason.keyTypeNotAllowed("EC P-384")) { try curve.check(p384) }
    }

    @Test func `a key of unknown type is refused by name`() throws {
        var writer = DERWriter()
        writer.sequence { writer in
            writer.sequence { $0.oid(.x25519) }
            writer.bitString([UInt8](repeating: 1, count: 32))
        }
        let info = try SubjectPublicKeyInfo(parsing: ASN1Element(parsing: writer.bytes))
        #expect(throws: DenialReason.keyTypeNotAllowed("X25519")) { try KeyRule().check(info) }
    }

    @Test func `an endpoint may lower the bound, and only by name`() async throws {
        var policy = EnrollmentPolicy()
        #expect(policy.minimumRSABits == nil)
        policy.minimumRSABits = 3072
        let bench = try await Bench(policy)
        let device = try await bench.device("CN=a", key: TestKeys.shared.key(.rsa2048))
        #expect(try await bench.enroll(device).reason == .keyTooSmall(bits: 2048, minimum: 3072))
    }
}
