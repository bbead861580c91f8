// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightAgent
import SealwrightTesting
import Testing

@Suite("Whether an installed certificate is still good", .enabled(if: OpenSSL.isInstalled))
struct StoreJudgeTests {
    let material: OpenSSLMaterial
    let evidence: ChainEvidence

    init() throws {
        material = try OpenSSLMaterial.shared.get()
        evidence = ChainEvidence(
            anchors: [try CertificateView(parsing: material.root)],
            intermediates: [try CertificateView(parsing: material.authority)],
            revocationLists: [try CertificateList(parsing: material.crl)])
    }

    private func isGood(_ certificate: [UInt8], _ evidence: ChainEvidence, after seconds: Int64 = 0) throws -> Bool {
        StoreJudge().isGood(
            try CertificateView(parsing: certificate), evidence, at: TestAgent.now.adding(seconds: seconds))
    }

    @Test func `one that leads to an anchor is`() throws { #expect(try isGood(material.rsa.certificate, evidence)) }

    @Test func `a revoked one is not`() throws { #expect(try !isGood(material.revoked.certificate, evidence)) }

    @Test func `an expired one and one from the future are not`() throws {
        #expect(try !isGood(material.rsa.certificate, evidence, after: 31 * 86_400))
        #expect(try !isGood(material.rsa.certificate, evidence, after: -86_400))
    }

    @Test func `without anchor or without the authority in between none is`() throws {
        var poor = evidence
        poor.anchors = []
        #expect(try !isGood(material.rsa.certificate, poor))
        poor = evidence
        poor.intermediates = []
        #expect(try !isGood(material.rsa.certificate, poor))
    }

    @Test func `an authority of the same name with another key does not count`() throws {
        let liar = try Issuer.make("CN=liar")
        let name = try CertificateView(parsing: material.authority).subject
        let fake = try Issuer(name: name, key: liar.key, certificate: nil)
            .issue(DistinguishedName(rfc4514: "CN=leaf"), liar.key.publicKey)
        #expect(try !isGood(fake, evidence))
    }

    @Test func `a leaf is no authority`() throws {
        let key = try Issuer.make("CN=key").key
        let root = try Issuer.make("CN=root")
        let leaf = try CertificateView(
            parsing: root.issue(DistinguishedName(rfc4514: "CN=leaf"), key.publicKey))
        let below = try Issuer(name: leaf.subject, key: key, certificate: nil)
            .issue(DistinguishedName(rfc4514: "CN=below"), key.publicKey)
        let anchor = try #require(root.certificate)
        let evidence = ChainEvidence(anchors: [anchor], intermediates: [leaf], revocationLists: [])
        #expect(try isGood(leaf.encoded, evidence))
        #expect(try !isGood(below, evidence))
    }
}
