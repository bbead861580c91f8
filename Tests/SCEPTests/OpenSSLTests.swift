// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite("OpenSSL reads what we write", .enabled(if: OpenSSL.isInstalled, "openssl is not installed"))
struct OpenSSLTests {
    let lab: Lab
    let openSSL: OpenSSL

    init() throws {
        lab = try Lab.shared.get()
        openSSL = try OpenSSL()
        let trusted = [lab.issuing, lab.root].map { PEM.encode($0.certificate.encoded, label: "CERTIFICATE") }.joined()
        try openSSL.write(Array(trusted.utf8), to: "trusted.pem")
        let key = PrivateKeyInfo(try lab.deviceKey.material()).derBytes
        try openSSL.write(Array(PEM.encode(key, label: "PRIVATE KEY").utf8), to: "device.pem")
    }

    /// Verifies a reply's signature and its signer's chain, at the lab's moment.
    func verify(_ name: String) throws -> (status: Int32, output: String) {
        try openSSL.run(
            "cms", "-verify", "-inform", "DER", "-in", name, "-CAfile", "trusted.pem", "-purpose", "any",
            "-attime", String(Lab.now.seconds), "-binary", "-out", "content.der")
    }

    @Test(arguments: [ContentCipher.aes128CBC, .aes256CBC, .tripleDESCBC, .aes256GCM])
    func `a granted request: signature, envelope and certificate`(cipher: ContentCipher) throws {
        var forge = try Forge(lab)
        forge.cipher = cipher
        let reply = try #require(try TestServer(lab, settings: .cisco).reply(to: forge.message()))
        try openSSL.write(reply, to: "reply.der")
        let verified = try verify("reply.der")
        #expect(verified.status == 0, "\(verified.output)")
        let signer = PEM.encode(forge.signer.encoded, label: "CERTIFICATE")
        try openSSL.write(Array(signer.utf8), to: "signer.pem")
        let decrypted = try openSSL.run(
            "cms", "-decrypt", "-inform", "DER", "-in", "content.der", "-recip", "signer.pem", "-inkey", "device.pem",
            "-out", "issued.der")
        #expect(decrypted.status == 0, "\(decrypted.output)")
        let printed = try openSSL.run("pkcs7", "-inform", "DER", "-in", "issued.der", "-print_certs", "-noout")
        #expect(printed.output.contains("subject=CN = forged"), "\(printed.output)")
    }

    @Test func `PENDING and FAILURE, which OpenSSL accepts with zero-length contents only`() throws {
        for form in ServerSettings.EmptyContent.allCases {
            var settings = ServerSettings.generic
            settings.emptyContent = form
            let reply = try TestServer(lab, settings: settings) { _ in .pending }.reply(to: Forge(lab).message())
            try openSSL.write(try #require(reply), to: "pending.der")
            #expect((try verify("pending.der").status == 0) == (form == .zeroLength))
        }
    }

    @Test func `GetCACert and GetNextCACert`() throws {
        let body = GetCACert.reply(
            .raIssuingRoot, ra: lab.ra.certificate.encoded, issuing: lab.issuing.certificate.encoded,
            chain: [lab.root.certificate.encoded])
        try openSSL.write(body.octets, to: "getca.der")
        let printed = try openSSL.run("pkcs7", "-inform", "DER", "-in", "getca.der", "-print_certs", "-noout")
        let subjects = printed.output.split(separator: "\n").filter { $0.hasPrefix("subject=") }
        #expect(subjects.count == 3)
        #expect(subjects.first?.contains("Lab SCEP RA") == true)

        let draft = try GetNextCACertDraft(
            next: [lab.stranger.certificate.encoded], signedBy: lab.ra.certificate, at: Lab.now)
        let signature = try lab.ra.key.signSynchronously(draft.bytesToSign, algorithm: draft.signatureAlgorithm)
        try openSSL.write(try draft.finish(signature: signature).octets, to: "next.der")
        #expect(try verify("next.der").status == 0)
        #expect(try CACertificates(parsing: openSSL.read("content.der")).certificates == [lab.stranger.certificate])
    }

    @Test func `the messages of our client`() throws {
        var sent: [[UInt8]] = []
        let request = PKCSReq(
            subject: try DistinguishedName(rfc4514: "CN=judged,O=Lab"), publicKey: lab.deviceKey.publicKey,
            key: lab.deviceKey.keyID, challengePassword: "secret")
        var transaction = try ClientTransaction(
            request, authority: lab.authority,
            settings: ClientSettings(capabilities: ServerSettings.generic.capabilities()), at: Lab.now)
        let server = TestServer(lab)
        let client = TestClient(lab: lab) { message in
            sent.append(message)
            return try server.reply(to: message)
        }
        _ = try client.run(&transaction)
        try openSSL.write(try #require(sent.first), to: "request.der")
        let verified = try openSSL.run(
            "cms", "-verify", "-noverify", "-inform", "DER", "-in", "request.der", "-binary", "-out", "envelope.der",
            "-signer", "transient.pem")
        #expect(verified.status == 0, "\(verified.output)")
        let printed = try openSSL.run(
            "x509", "-in", "transient.pem", "-noout", "-subject", "-issuer", "-ext", "keyUsage")
        #expect(printed.output.contains("subject=O = Lab, CN = judged"))
        #expect(printed.output.contains("issuer=O = Lab, CN = judged"))
        #expect(printed.output.contains("Digital Signature, Key Encipherment"))
        let key = PrivateKeyInfo(try lab.ra.key.material()).derBytes
        try openSSL.write(Array(PEM.encode(key, label: "PRIVATE KEY").utf8), to: "ra.pem")
        let decrypted = try openSSL.run(
            "cms", "-decrypt", "-inform", "DER", "-in", "envelope.der", "-inkey", "ra.pem", "-out", "request.csr")
        #expect(decrypted.status == 0, "\(decrypted.output)")
        let judged = try openSSL.run("req", "-inform", "DER", "-in", "request.csr", "-verify", "-noout", "-text")
        #expect(judged.output.contains("verify OK"))
        #expect(judged.output.contains("challengePassword"))
    }
}
