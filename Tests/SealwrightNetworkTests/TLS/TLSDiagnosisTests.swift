// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import NIOCore
import PKIFormats
import SealwrightNetwork
import SealwrightTesting
import Testing
import TrustEvaluation

@Suite("TLS diagnoses: every failure has its name on both ends")
struct TLSDiagnosisTests {
    let root: TestAuthority

    init() throws { root = try TestAuthority() }

    private var trust: PeerTrust {
        PeerTrust(anchors: [TrustAnchor(root.certificate)], purpose: .serverAuth, names: [.host("localhost")])
    }

    /// What the client says about a server with this identity.
    private func client(_ identity: ServedIdentity, _ change: (inout PeerTrust) -> Void = { _ in }) async throws
        -> LinkEnds
    {
        var trust = trust
        change(&trust)
        return try await LinkEnds.meet(
            { try TLSListener(TLSServerSettings(), serving: identity, failed: $0) }, TLSClientSettings(trust: trust))
    }

    @Test func `a good server is accepted, and the block of ten lines says what was agreed`() async throws {
        let ends = try await client(try root.identity())
        #expect(ends.hasTalked && ends.client.diagnosis == nil)
        let lines = TLSEvent(facts: ends.client, phase: .handshake, diagnosis: nil).lines
        #expect(lines.count == 10)
        let block = Dictionary(uniqueKeysWithValues: lines.map { ($0.name, $0.text) })
        #expect(block["protocol"] == "TLSv1.3" && block["key exchange"]?.hasPrefix("X25519") == true)
        #expect(block["cipher suite"]?.hasPrefix("TLS_") == true)
        #expect(block["server name"] == "localhost")
        #expect(block["certificate"]?.contains("CN=localhost") == true)
    }

    @Test func `a server whose certificate was accepted beforehand is known by it, whatever its dates and names`()
        async throws
    {
        let odd = try root.identity {
            ($0.begin, $0.end, $0.names) = (-7_200, -3_600, ["DNS:other.example"])
        }
        let selfSigned = try TestAuthority.selfSigned()
        for identity in [odd, selfSigned] {
            let leaf = try #require(identity.chain.first)
            let ends = try await client(identity) { $0.accepted = [leaf] }
            #expect(ends.hasTalked && ends.client.diagnosis == nil, "\(ends.client)")
            let others = try await client(identity) { $0.accepted = [root.certificate] }
            #expect(others.client.diagnosis != nil)
        }
    }

    @Test func `each fault of the server's certificate has its code`() async throws {
        let stranger = try TestAuthority("CN=Stranger", number: 712)
        let good = try root.identity()
        let cases: [(ServedIdentity, TLSDiagnosisCode)] = [
            (
                try root.identity {
                    $0.begin = -7_200; $0.end = -3_600
                }, .notValidNow
            ),
            (try root.identity { $0.begin = 3_600 }, .notValidNow),
            (try root.identity { $0.purposes = [.clientAuth] }, .purposeMissing),
            (try root.identity { $0.names = ["DNS:other.example"] }, .nameMismatch),
            (try stranger.identity(), .issuerUnknown), (try TestAuthority.selfSigned(), .selfSigned),
            (try root.identity { $0.signature = .ecdsa(.sha1) }, .weakAlgorithm),
        ]
        for (identity, code) in cases {
            let ends = try await client(identity)
            #expect(
                !ends.hasTalked && ends.client.diagnosis?.code == code, "\(String(describing: ends.client.diagnosis))")
            #expect(
                ends.server.count == 1
                    && ends.server.first?.diagnosis?.evidence.contains("refused our certificate") == true)
        }
        // What is to be done is to be done at the other end.
        let unknown = try await client(stranger.identity())
        #expect(unknown.server.first?.diagnosis?.remedy.contains("at the client") == true)
        let pinned = try await client(good) { $0.serialNumber = SerialNumber(octets: [1]) }
        #expect(pinned.client.diagnosis?.code == .pinMismatch)
        let denied = try await client(good) { $0.denied = [good.certificate.fingerprint()] }
        #expect(denied.client.diagnosis?.code == .revoked)
        let list = try root.revocationList(of: [], age: 90_000, life: 86_400)
        let stale = try await client(good) {
            $0.revocation = { RevocationSettings(mode: .required, lists: [list]) }
        }
        #expect(stale.client.diagnosis?.code == .revocationUnknown)
    }

    @Test func `the name in the commonName alone is accepted only on demand, and told`() async throws {
        let identity = try root.identity { $0.names = [] }
        #expect(try await client(identity).client.diagnosis?.code == .nameMismatch)
        let ends = try await client(identity) { $0.rules.usesCommonName = true }
        #expect(ends.hasTalked)
        #expect(
            ends.client.decision?.findings.map { TLSDiagnosis($0, isClientCertificate: false).code } == [
                .commonNameOnly
            ])
    }

    @Test func `a chain that breaks a rule has the code for rules`() async throws {
        let leaf = try root.identity {
            $0.isAuthority = false; $0.subject = "CN=No Authority"; $0.keyNumber = 714
        }
        let fake = try TestAuthority(identity: leaf)
        let ends = try await client(try fake.identity({ _ in }, chain: leaf.chain))
        #expect(ends.client.diagnosis?.code == .pathInvalid, "\(String(describing: ends.client.diagnosis))")
    }

    @Test func `plain text on a TLS port is told by both ends`() async throws {
        let plain = try await LoopbackServer { channel, _ in
            try channel.pipeline.syncOperations.addHandler(Sayer("SSH-2.0-OpenSSH_9.2\r\n"))
        }
        let ends = try await LinkEnds.meet(port: plain.port, TLSClientSettings(trust: trust))
        await plain.stop()
        #expect(ends.facts.diagnosis?.code == .plainText)
        #expect(ends.facts.diagnosis?.evidence.contains("SSH-2.0-OpenSSH_9.2") == true)

        let identity = try root.identity()
        let (server, _) = try await LoopbackServer.tls {
            try TLSListener(TLSServerSettings(), serving: identity, failed: $0)
        }
        _ = try? await HTTPClient().send(HTTPRequest(url: try HTTPURL("http://127.0.0.1:\(server.port)/")))
        #expect(await server.eventually { $0.events.map(\.diagnosis?.code) == [.plainText] })
        await server.stop()
    }

    @Test func `no version in common is told by both ends`() async throws {
        let identity = try root.identity()
        var settings = TLSClientSettings(trust: trust)
        settings.maximumVersion = .tls12
        let ends = try await LinkEnds.meet(
            { try TLSListener(TLSServerSettings(minimumVersion: .tls13), serving: identity, failed: $0) }, settings)
        #expect(ends.client.diagnosis?.code == .nothingInCommon)
        #expect(ends.server.map(\.diagnosis?.code) == [.nothingInCommon])
        #expect(ends.server.first?.diagnosis?.evidence.contains("TLSv1.2") == true)
    }

    @Test func `a required client certificate: none, and one for another purpose`() async throws {
        let identity = try root.identity()
        let listening = PeerTrust(anchors: [TrustAnchor(root.certificate)], purpose: .clientAuth)
        let server = TLSServerSettings(
            clientCertificates: .required(authorities: [root.certificate], trust: listening))
        for maximum in [TLSServerSettings.MinimumVersion.tls12, .tls13] {
            var settings = TLSClientSettings(trust: trust)
            settings.maximumVersion = maximum
            let none = try await LinkEnds.meet({ try TLSListener(server, serving: identity, failed: $0) }, settings)
            #expect(none.client.diagnosis?.code == .clientCertificateMissing, "\(maximum)")
            #expect(none.server.map(\.diagnosis?.code) == [.clientCertificateMissing])
            settings.identity = try root.identity { $0.purposes = [.serverAuth] }
            let wrong = try await LinkEnds.meet({ try TLSListener(server, serving: identity, failed: $0) }, settings)
            #expect(!wrong.hasTalked && wrong.server.map(\.diagnosis?.code) == [.purposeMissing])
            settings.identity = try root.identity { $0.purposes = [.clientAuth] }
            #expect(
                try await LinkEnds.meet({ try TLSListener(server, serving: identity, failed: $0) }, settings).hasTalked)
        }
    }

    @Test func `refused, cut off and silent connections have names`() async throws {
        let gone = try await LoopbackServer { _, _ in }
        let port = gone.port
        await gone.stop()
        let client = HTTPClient(tls: TLSClientSettings(trust: trust))
        await #expect(throws: NetworkError.self) {
            try await client.send(HTTPRequest(url: try HTTPURL("https://127.0.0.1:\(port)/")))
        }
        let cutter = try await LoopbackServer { channel, _ in
            try channel.pipeline.syncOperations.addHandler(Cutter())
        }
        let cut = try await LinkEnds.meet(port: cutter.port, TLSClientSettings(trust: trust))
        await cutter.stop()
        #expect(cut.facts.diagnosis?.code == .connectionReset)
        let odd = try await LoopbackServer { channel, _ in
            try channel.pipeline.syncOperations.addHandler(Sayer([0x16, 0x03, 0x03, 0x00, 0x04, 0x63, 0, 0, 0]))
        }
        let broken = try await LinkEnds.meet(port: odd.port, TLSClientSettings(trust: trust))
        await odd.stop()
        #expect(broken.facts.diagnosis?.code == .protocolBroken, "\(String(describing: broken.facts.diagnosis))")
    }

    @Test func `the HTTP client tells the diagnosis and its code`() async throws {
        let (server, _) = try await LoopbackServer.tls {
            try TLSListener(
                TLSServerSettings(), serving: try root.identity { $0.names = ["DNS:a.example"] }, failed: $0)
        }
        let client = HTTPClient(tls: TLSClientSettings(trust: trust))
        do {
            _ = try await client.send(HTTPRequest(url: try HTTPURL("https://localhost:\(server.port)/")))
            Issue.record("accepted")
        } catch {
            #expect(error.code == "SW-TLS-022")
        }
        await server.stop()
    }
}

/// Says something as soon as it is spoken to.
final class Sayer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let octets: [UInt8]

    init(_ octets: [UInt8]) { self.octets = octets }
    init(_ text: String) { octets = Array(text.utf8) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
    }
}

/// Ends the connection at the first octet.
final class Cutter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.close(promise: nil) }
}
