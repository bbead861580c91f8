// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite(
    "RFC 8894 section 3.3.2: a reply must fit the requester's key",
    .enabled(if: OpenSSL.isInstalled, "openssl is not installed"))
struct SmallKeyTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    @Test func `OAEP that leaves no room in a shorter key is answered with PKCS1 v1_5`() throws {
        let openSSL = try OpenSSL()
        _ = try openSSL.run("genrsa", "-out", "key.pem", "1024")
        let text = try openSSL.read("key.pem")
        let der = try #require(try PEM.decode(text).first?.der)
        let pool = CryptoPool(threads: 1)
        let key = try SoftwareKey(
            PrivateKeyInfo(parsing: der).material, id: KeyID(rawValue: "small"), pool: pool)
        var forge = try Forge(lab, key: key)
        forge.transport = .oaep(digest: .sha512, mgfDigest: .sha512)
        let reply = try Reply(TestServer(lab).reply(to: forge.message()), signedBy: lab.ra)
        #expect(try reply.message.envelope()?.recipients.first?.transport == .pkcs1v15)
        #expect(try reply.content(key).certificates.count == 1)
    }
}
