// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightTesting
import Testing

@Suite("OMA DM Security section 5.3: the MD5 digest")
struct LegacyDigestTests {
    let secret = LegacyDigestSecret(user: "device-1", secret: "s3cret")
    let nonce = [UInt8](0...15)

    @Test func `the vector of the reference`() {
        #expect(secret.hashedText == "sko4kCpKdOPTrlRgAi08VA==")
        #expect(Base64.encode(nonce) == "AAECAwQFBgcICQoLDA0ODw==")
        #expect(secret.credential(nonce: nonce) == "PmZrO4sanWd7ePIzK4DD5w==")
    }

    @Test func `openssl computes the same`() throws {
        let tools = try TemporaryFolder()
        let nonce = Array("x\u{0}:\n".utf8) + [0xFF]
        try tools.write(Array("ümlaut:p:w".utf8), "inner")
        try tools.run("sh", "-c", "openssl dgst -md5 -binary inner | openssl base64 -A > outer")
        try tools.write(try tools.read("outer") + [0x3A] + nonce, "outer")
        let digest = try tools.run("sh", "-c", "openssl dgst -md5 -binary outer | openssl base64 -A")
        #expect(LegacyDigestSecret(user: "ümlaut", secret: "p:w").credential(nonce: nonce) == digest)
    }

    @Test func `the digest over the nonce's text is another`() {
        let mistake = secret.credential(nonce: Array("AAECAwQFBgcICQoLDA0ODw==".utf8))
        #expect(mistake == "1gmP+a4fY9B4dPbj0Mr10g==")
        #expect(!secret.accepts(mistake, nonce: nonce))
    }

    @Test func `only the digest of this nonce is accepted`() {
        let credential = secret.credential(nonce: nonce)
        #expect(secret.accepts(" \r\n" + credential + "\n", nonce: nonce))
        #expect(!secret.accepts(credential, nonce: nonce + [0]))
        #expect(!LegacyDigestSecret(user: "device-2", secret: "s3cret").accepts(credential, nonce: nonce))
        for text in ["", "====", "PmZrO4sanWd7ePIzK4DD5w", "PmZrO4sanWd7ePIzK4DD", String(repeating: "A", count: 4000)]
        {
            let isRight = text == "PmZrO4sanWd7ePIzK4DD5w"
            #expect(secret.accepts(text, nonce: nonce) == isRight, "\(text.prefix(30))")
        }
    }

    @Test func `each nonce is good once, and every answer brings the next`() {
        var server = LegacyDigestAuthenticator(nonce: nonce)
        let credential = secret.credential(nonce: nonce)
        #expect(server.judge(nil, secret: secret, next: [1]) == .missing)
        #expect(server.nonce == [1])
        #expect(server.judge(credential, secret: secret, next: [2]) == .refused)
        #expect(server.judge(secret.credential(nonce: [2]), secret: secret, next: [3]) == .accepted)
        #expect(server.judge(secret.credential(nonce: [2]), secret: secret, next: [4]) == .refused)
        #expect(server.judge(secret.credential(nonce: [4]), secret: secret, next: [5]) == .accepted)
        #expect(server.nonce == [5])
    }

    @Test func `an unknown user is refused like a wrong secret`() {
        var server = LegacyDigestAuthenticator(nonce: nonce)
        #expect(server.judge(secret.credential(nonce: nonce), secret: nil, next: [1]) == .refused)
        let nobody = LegacyDigestSecret(user: "", secret: "")
        #expect(server.judge(nobody.credential(nonce: [1]), secret: nil, next: [2]) == .refused)
    }

    @Test func `the verdicts are the codes of the protocol`() {
        #expect(LegacyDigestAuthenticator.Verdict.allCases.map(\.rawValue) == [212, 401, 407])
    }

    @Test func `nothing secret is printed`() {
        #expect(!"\(secret)".contains("sko4") && !String(reflecting: secret).contains("sko4"))
    }
}
