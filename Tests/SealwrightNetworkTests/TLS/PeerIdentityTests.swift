// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightNetwork
import SealwrightTesting
import Synchronization
import Testing
import TrustEvaluation

@Suite("TLS: who the peer is, once per connection, judged per request")
struct PeerIdentityTests {
    let authority: TestAuthority
    let intermediate: TestAuthority

    init() throws {
        authority = try TestAuthority()
        intermediate = try TestAuthority("CN=Link Intermediate", number: 711, below: authority)
    }

    private func trust(_ anchors: [CertificateView]? = nil) -> PeerTrust {
        PeerTrust(
            anchors: (anchors ?? [authority.certificate]).map { TrustAnchor($0) }, purpose: .serverAuth,
            names: [.host("localhost")])
    }

    private func requesting() throws -> (@escaping @Sendable (TLSEvent) -> Void) throws -> TLSListener {
        let settings = TLSServerSettings(clientCertificates: .requested(authorities: [authority.certificate]))
        let identity = try authority.identity()
        return { try TLSListener(settings, serving: identity, failed: $0) }
    }

    @Test func `the chain is kept as received, and nobody is refused in the handshake`() async throws {
        let stranger = try TestAuthority("CN=Stranger", number: 712)
        let shown = try intermediate.identity({ $0.subject = "CN=device" }, chain: [intermediate.certificate])
        let foreign = try stranger.identity { $0.subject = "CN=foreign" }
        let (server, _) = try await LoopbackServer.tls(requesting())
        for identity in [shown, foreign, nil] {
            let ends = try await LinkEnds.meet(
                port: server.port, TLSClientSettings(trust: trust(), identity: identity))
            #expect(ends.hasTalked)
        }
        await server.stop()
        #expect(server.peers.map { $0?.chain } == [shown.chain, foreign.chain, nil])
        var judge = PeerTrust(anchors: [TrustAnchor(authority.certificate)], purpose: .clientAuth)
        #expect(judge.judge(shown.chain)?.isTrusted == true)
        #expect(judge.judge(foreign.chain)?.reason?.code == .issuerUnknown)
        let list = try intermediate.revocationList(of: [shown.certificate])
        judge.revocation = { RevocationSettings(mode: .ifAvailable, lists: [list]) }
        #expect(judge.judge(shown.chain)?.reason?.code == .revoked)
    }

    @Test(.enabled(if: OpenSSL.isInstalled, "openssl is missing"), arguments: ["-tls1_2", "-tls1_3"])
    func `a resumed session is known by the certificates of the one it continues`(version: String) async throws {
        let shown = try intermediate.identity({ $0.subject = "CN=device" }, chain: [intermediate.certificate])
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("session-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        let key = try TestKeys.shared.key(.ecP256, 700)
        try PEM.encode(PrivateKeyInfo(try key.material()).derBytes, label: "PRIVATE KEY")
            .write(toFile: path("key"), atomically: true, encoding: .utf8)
        for (name, certificate) in [("leaf", shown.certificate), ("chain", intermediate.certificate)] {
            try PEM.encode(certificate.encoded, label: "CERTIFICATE")
                .write(toFile: path(name), atomically: true, encoding: .utf8)
        }
        let (server, listener) = try await LoopbackServer.tls(requesting())
        let own = ["-cert", path("leaf"), "-key", path("key"), "-cert_chain", path("chain"), version]
        let first = try await SClient.run(port: server.port, own + ["-sess_out", path("session")])
        let second = try await SClient.run(port: server.port, own + ["-sess_in", path("session")])
        try listener.serve(listener.identity)
        let third = try await SClient.run(port: server.port, own + ["-sess_in", path("session")])
        await server.stop()
        #expect(first.contains("New, TLS") && second.contains("Reused, TLS"), "\(second)")
        #expect(third.contains("New, TLS"), "a new certificate ends the old sessions: \(third)")
        #expect(server.peers.map { $0?.isResumed } == [false, true, false])
        #expect(server.peers.map { $0?.chain } == [shown.chain, shown.chain, shown.chain])
    }

    /// Sessions hold all that clients showed, and BoringSSL keeps those of clients without tickets for two hours.
    @Test(
        .enabled(if: OpenSSL.isInstalled, "openssl is missing"), arguments: [(1 << 20, "Reused, TLS"), (1, "New, TLS")])
    func `sessions end when clients have shown more than may be kept`(limit: Int, ending: String) async throws {
        let shown = try authority.identity { $0.subject = "CN=" + String(repeating: "device", count: 1_000) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shown-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        try PEM.encode(PrivateKeyInfo(try TestKeys.shared.key(.ecP256, 700).material()).derBytes, label: "PRIVATE KEY")
            .write(toFile: path("key"), atomically: true, encoding: .utf8)
        try PEM.encode(shown.certificate.encoded, label: "CERTIFICATE")
            .write(toFile: path("leaf"), atomically: true, encoding: .utf8)
        let settings = TLSServerSettings(clientCertificates: .requested(authorities: [authority.certificate]))
        let identity = try authority.identity()
        let (server, _) = try await LoopbackServer.tls {
            try TLSListener(settings, serving: identity, shownLimit: limit, failed: $0)
        }
        let own = ["-cert", path("leaf"), "-key", path("key"), "-tls1_2", "-no_ticket"]
        _ = try await SClient.run(port: server.port, own + ["-sess_out", path("session")])
        let second = try await SClient.run(port: server.port, own + ["-sess_in", path("session")])
        await server.stop()
        #expect(second.contains(ending), "\(second)")
        #expect(server.peers.map { $0?.chain } == [shown.chain, shown.chain])
    }

    @Test func `the certificate is switched under load without one request lost`() async throws {
        let first = try authority.identity { $0.subject = "CN=first" }
        let second = try authority.identity {
            $0.subject = "CN=second"
            $0.keyNumber = 704
        }
        let (server, listener) = try await LoopbackServer.tls {
            try TLSListener(TLSServerSettings(), serving: first, failed: $0)
        }
        let client = HTTPClient(tls: .trusting([authority.certificate]))
        let url = try HTTPURL("https://localhost:\(server.port)/")
        let isDone = Flag()
        let answered = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var count = 0
                    while !isDone.isRaised || count < 10 {
                        guard try await client.send(HTTPRequest(url: url)).status == 200 else { break }
                        count += 1
                    }
                    return count
                }
            }
            for round in 0..<40 {
                try listener.serve(round.isMultiple(of: 2) ? second : first)
                #expect(try await client.send(HTTPRequest(url: url)).status == 200)
            }
            isDone.raise()
            return try await group.reduce(0, +)
        }
        let last = try await LinkEnds.meet(port: server.port, TLSClientSettings(trust: trust()))
        await server.stop()
        #expect(answered >= 80 && server.events.isEmpty, "\(server.events.compactMap(\.diagnosis))")
        #expect(last.facts.peerChain == first.chain)
    }
}

/// Tells tasks that it is enough.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}
