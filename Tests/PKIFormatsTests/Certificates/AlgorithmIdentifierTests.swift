// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 4055, 5758 and 8410: algorithm identifiers")
struct AlgorithmIdentifierTests {
    static let algorithms: [SignatureAlgorithm] =
        DigestAlgorithm.allCases.flatMap { [.rsaPKCS1($0), .ecdsa($0)] } + [
            .ed25519, .rsaPSS(digest: .sha1, mgfDigest: .sha1, saltLength: 20),
            .rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32),
            .rsaPSS(digest: .sha512, mgfDigest: .sha1, saltLength: 0),
        ]

    @Test(arguments: algorithms)
    func `every signature algorithm survives a round trip`(algorithm: SignatureAlgorithm) throws {
        let identifier = AlgorithmIdentifier(algorithm)
        let again = try AlgorithmIdentifier(parsing: ASN1Element(parsing: identifier.derBytes, rules: .der))
        #expect(again == identifier)
        #expect(again.signatureAlgorithm == algorithm)
    }

    @Test func `parameters are those the standards ask for`() {
        #expect(Hex.encode(AlgorithmIdentifier(.rsaPKCS1(.sha256)).derBytes) == "300d06092a864886f70d01010b0500")
        #expect(Hex.encode(AlgorithmIdentifier(.ecdsa(.sha256)).derBytes) == "300a06082a8648ce3d040302")
        #expect(Hex.encode(AlgorithmIdentifier(.ed25519).derBytes) == "300506032b6570")
        #expect(Hex.encode(AlgorithmIdentifier(digest: .sha256).derBytes) == "300b0609608648016503040201")
        let pss = AlgorithmIdentifier(.rsaPSS(digest: .sha1, mgfDigest: .sha1, saltLength: 20))
        #expect(pss.parameters == [0x30, 0x00])
    }

    @Test func `a SignerInfo's digest completes the identifier`() {
        #expect(AlgorithmIdentifier(oid: .rsaEncryption).signatureAlgorithm == nil)
        #expect(AlgorithmIdentifier(oid: .rsaEncryption).signatureAlgorithm(digest: .sha384) == .rsaPKCS1(.sha384))
        #expect(AlgorithmIdentifier(oid: .ecPublicKey).signatureAlgorithm(digest: .sha512) == .ecdsa(.sha512))
        let named = AlgorithmIdentifier(oid: .sha1WithRSAEncryption)
        #expect(named.signatureAlgorithm(digest: .sha1) == .rsaPKCS1(.sha1))
    }

    @Test(arguments: [
        nil, "0500", "3000ff", "3009a4030201010500", "3005a303020102", "3009a207020500ffffffff",
        "3006a204020200ff00",
    ])
    func `PSS parameters that cannot be read name no algorithm`(hex: String?) {
        let identifier = AlgorithmIdentifier(oid: .rsassaPSS, parameters: hex.flatMap { Hex.decode($0) })
        #expect(identifier.signatureAlgorithm == nil)
    }

    @Test func `a salt of any length is read from PSS parameters`() {
        let identifier = AlgorithmIdentifier(oid: .rsassaPSS, parameters: Hex.decode("3005a203020115"))
        #expect(identifier.signatureAlgorithm == .rsaPSS(digest: .sha1, mgfDigest: .sha1, saltLength: 21))
    }

    @Test func `digests are found by identifier`() {
        for digest in DigestAlgorithm.allCases { #expect(AlgorithmIdentifier(digest: digest).digest == digest) }
        #expect(AlgorithmIdentifier(oid: .aes256CBC).digest == nil)
    }
}
