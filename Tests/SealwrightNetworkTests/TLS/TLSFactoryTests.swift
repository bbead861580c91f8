// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightNetwork
import SealwrightTesting
import Testing
import TrustEvaluation

@Suite("TLS factory: what a listener offers", .enabled(if: OpenSSL.isInstalled, "openssl is missing"))
struct TLSFactoryTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority() }

    /// A listener's answer to openssl s_client with these options.
    private func ask(
        _ options: String..., settings: TLSServerSettings = TLSServerSettings(), identity: ServedIdentity? = nil
    ) async throws -> String {
        let identity = try identity ?? authority.identity()
        let (server, _) = try await LoopbackServer.tls { try TLSListener(settings, serving: identity, failed: $0) }
        let output = try await SClient.run(port: server.port, options)
        await server.stop()
        return output
    }

    @Test(arguments: ["-tls1", "-tls1_1"])
    func `versions before TLS 1.2 are refused`(version: String) async throws {
        // Security level 0, or openssl itself would not try.
        let output = try await ask(version, "-cipher", "ALL:@SECLEVEL=0")
        #expect(output.contains("alert protocol version"), "\(output)")
    }

    @Test(arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
    func `TLS 1.2 and 1.3 are spoken`(option: String, name: String) async throws {
        #expect(try await ask(option).contains("New, \(name)"))
    }

    @Test func `a listener may ask for TLS 1.3 at least`() async throws {
        let settings = TLSServerSettings(minimumVersion: .tls13)
        #expect(try await ask("-tls1_2", settings: settings).contains("alert protocol version"))
        #expect(try await ask("-tls1_3", settings: settings).contains("New, TLSv1.3"))
    }

    @Test(arguments: [
        "AES128-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384",
        "DHE-RSA-AES128-GCM-SHA256",
    ])
    func `suites without forward secrecy or AEAD are refused`(suite: String) async throws {
        let identity = try authority.identity { $0.key = .rsa2048 }
        let output = try await ask("-tls1_2", "-cipher", suite, identity: identity)
        #expect(output.contains("alert handshake failure"), "\(output)")
    }

    @Test(arguments: ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"])
    func `the AEAD suites with ephemeral keys are spoken`(suite: String) async throws {
        let identity = try authority.identity { $0.key = .rsa2048 }
        #expect(try await ask("-tls1_2", "-cipher", suite, identity: identity).contains("Cipher is \(suite)"))
    }

    @Test func `a client certificate is not asked for unless the listener says so`() async throws {
        #expect(try await ask("-tls1_2").contains("No client certificate CA names sent"))
    }

    @Test func `a listener that asks sends the names of its authorities and lets everybody in`() async throws {
        let settings = TLSServerSettings(clientCertificates: .requested(authorities: [authority.certificate]))
        let output = try await ask("-tls1_2", settings: settings)
        #expect(output.contains("Acceptable client certificate CA names\nCN = Link Root"), "\(output)")
        #expect(output.contains("hello"))
    }

    @Test func `a key that is not the certificate's is refused before anything is served`() throws {
        let one = try authority.identity()
        let other = try authority.identity { $0.keyNumber = 702 }
        #expect(throws: NetworkError.self) { try ServedIdentity(chain: one.chain, key: other.key) }
        #expect(throws: NetworkError.self) { try ServedIdentity(chain: [CertificateView](), key: other.key) }
    }

    @Test func `every name has its certificate`() async throws {
        let standard = try authority.identity { $0.subject = "CN=standard" }
        let special = try authority.identity {
            $0.subject = "CN=special"
            $0.keyNumber = 703
        }
        let (server, listener) = try await LoopbackServer.tls {
            try TLSListener(TLSServerSettings(), serving: standard, failed: $0)
        }
        try listener.serve(special, for: "Special.example.test")
        let named = try await SClient.run(port: server.port, ["-servername", "special.EXAMPLE.test"])
        let other = try await SClient.run(port: server.port, ["-servername", "other.example.test"])
        let none = try await SClient.run(port: server.port, ["-noservername"])
        try listener.serve(nil, for: "special.example.test")
        let gone = try await SClient.run(port: server.port, ["-servername", "special.example.test"])
        await server.stop()
        #expect(named.contains("subject=CN = special"), "\(named)")
        for output in [other, none, gone] { #expect(output.contains("subject=CN = standard"), "\(output)") }
        #expect([named, other, none].allSatisfy { $0.contains("hello") })
    }
}
