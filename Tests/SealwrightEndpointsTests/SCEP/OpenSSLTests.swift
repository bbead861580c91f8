// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite(
    "RFC 5652: endpoint replies as openssl cms reads them",
    .enabled(if: OpenSSL.isInstalled, "openssl is not installed"))
struct OpenSSLTests {
    /// A folder with everything openssl needs to judge a bench's replies.
    func judge(_ bench: Workbench, signer: CertificateView) throws -> OpenSSL {
        let openSSL = try OpenSSL()
        let trusted = [try bench.issuing.certificate, try bench.root.certificate]
        try openSSL.write(
            Array(trusted.map { PEM.encode($0.encoded, label: "CERTIFICATE") }.joined().utf8), to: "trusted.pem")
        try openSSL.write(Array(PEM.encode(signer.encoded, label: "CERTIFICATE").utf8), to: "device.crt")
        let key = PrivateKeyInfo(try LabKeys.device().material()).derBytes
        try openSSL.write(Array(PEM.encode(key, label: "PRIVATE KEY").utf8), to: "device.key")
        return openSSL
    }

    /// Verifies a reply's signature and its signer's chain up to the root, at the bench's moment.
    func verify(_ answer: Answer, _ bench: Workbench, _ openSSL: OpenSSL) throws {
        try openSSL.write(answer.reply.octets, to: "reply.der")
        let (status, output) = try openSSL.run(
            "cms", "-verify", "-inform", "DER", "-in", "reply.der", "-CAfile", "trusted.pem", "-purpose", "any",
            "-attime", "\(bench.clock.now.seconds)", "-binary", "-out", "content.der")
        #expect(status == 0, "\(output)")
    }

    struct Sample: CustomTestStringConvertible, Sendable {
        let digest: DigestAlgorithm
        let cipher: ContentCipher
        let transport: KeyTransport

        var testDescription: String { "\(digest) \(cipher) \(transport)" }
    }

    static let samples = [
        Sample(digest: .sha256, cipher: .aes128CBC, transport: .pkcs1v15),
        Sample(digest: .sha512, cipher: .aes256CBC, transport: .oaep(digest: .sha256, mgfDigest: .sha256)),
        Sample(digest: .sha384, cipher: .aes256GCM, transport: .pkcs1v15),
        Sample(digest: .sha1, cipher: .tripleDESCBC, transport: .oaep(digest: .sha1, mgfDigest: .sha1)),
    ]

    @Test(arguments: samples)
    func `a granted request verifies, decrypts and chains to the root`(sample: Sample) async throws {
        let bench = try await Workbench(.cisco)
        var forge = try await bench.request("CN=judged", challenge: bench.challenge())
        (forge.digest, forge.cipher, forge.transport) = (sample.digest, sample.cipher, sample.transport)
        let answer = try await bench.send(forge)
        let openSSL = try judge(bench, signer: forge.signer)
        try verify(answer, bench, openSSL)
        let decrypted = try openSSL.run(
            "cms", "-decrypt", "-inform", "DER", "-in", "content.der", "-recip", "device.crt", "-inkey", "device.key",
            "-out", "issued.p7b")
        #expect(decrypted.status == 0, "\(decrypted.output)")
        let printed = try openSSL.run(
            "pkcs7", "-inform", "DER", "-in", "issued.p7b", "-print_certs", "-out", "issued.pem")
        #expect(printed.status == 0, "\(printed.output)")
        let chained = try openSSL.run(
            "verify", "-attime", "\(bench.clock.now.seconds)", "-CAfile", "trusted.pem", "issued.pem")
        #expect(chained.status == 0, "\(chained.output)")
    }

    @Test func `FAILURE and PENDING verify`() async throws {
        let bench = try await Workbench(policy: PollingTests.policy)
        let forge = try bench.request()
        let openSSL = try judge(bench, signer: forge.signer)
        try verify(try await bench.send(forge), bench, openSSL)
        try verify(try await bench.send(bench.poll(bench.request())), bench, openSSL)
    }

    @Test func `GetCRL's CRL is read and its signature holds`() async throws {
        let bench = try await Workbench()
        let own = try await bench.enrolled()
        var forge = try bench.request()
        forge.sign(with: own, try LabKeys.device())
        forge.messageType = "22"
        forge.plaintext = IssuerAndSerialNumber(own).derBytes
        let answer = try await bench.send(forge)
        let openSSL = try judge(bench, signer: own)
        try verify(answer, bench, openSSL)
        let decrypted = try openSSL.run(
            "cms", "-decrypt", "-inform", "DER", "-in", "content.der", "-recip", "device.crt", "-inkey", "device.key",
            "-out", "crl.p7b")
        #expect(decrypted.status == 0, "\(decrypted.output)")
        _ = try openSSL.run("pkcs7", "-inform", "DER", "-in", "crl.p7b", "-print_certs", "-out", "crl.pem")
        let (status, output) = try openSSL.run("crl", "-in", "crl.pem", "-CAfile", "trusted.pem", "-noout")
        #expect(status == 0 && output.contains("verify OK"), "\(output)")
    }

    @Test func `GetNextCACert is signed by the present RA`() async throws {
        let bench = try await Workbench()
        _ = try await bench.ceremony.stageSuccessor()
        let reply = await bench.endpoint().respond(toQuery: "operation=GetNextCACert", from: Workbench.peer)
        let openSSL = try judge(bench, signer: bench.ra)
        try openSSL.write(reply.octets, to: "next.der")
        let (status, output) = try openSSL.run(
            "cms", "-verify", "-inform", "DER", "-in", "next.der", "-CAfile", "trusted.pem", "-purpose", "any",
            "-attime", "\(bench.clock.now.seconds)", "-binary", "-out", "content.der")
        #expect(status == 0, "\(output)")
        let printed = try openSSL.run("pkcs7", "-inform", "DER", "-in", "content.der", "-print_certs", "-noout")
        #expect(printed.output.contains("subject="))
    }
}
