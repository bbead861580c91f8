// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import NIOCore
import PKIFormats
import SealwrightTesting
import Testing
import TrustEvaluation

@testable import SealwrightNetwork

@Suite("TLS probe: every fault of a peer")
struct TLSProbeTests {
    let root: TestAuthority
    let middle: TestAuthority

    init() throws {
        root = try TestAuthority()
        middle = try TestAuthority("CN=Link Intermediate", number: 711, below: root)
    }

    private func options(_ change: (inout TLSProbe.Options) -> Void = { _ in }) -> TLSProbe.Options {
        var options = TLSProbe.Options(
            trust: PeerTrust(
                anchors: [TrustAnchor(root.certificate)], purpose: .serverAuth, names: [.host("localhost")]))
        options.serverName = "localhost"
        options.seconds = 20
        change(&options)
        return options
    }

    private func probe(
        _ identity: ServedIdentity, settings: TLSServerSettings = TLSServerSettings(),
        _ change: (inout TLSProbe.Options) -> Void = { _ in }
    ) async throws -> TLSProbeReport {
        let (server, _) = try await LoopbackServer.tls { try TLSListener(settings, serving: identity, failed: $0) }
        let report = await TLSProbe(.init(host: "127.0.0.1", port: server.port), options: options(change)).run()
        await server.stop()
        return report
    }

    @Test func `our own listener has no fault`() async throws {
        let report = try await probe(
            try middle.identity({ $0.key = .rsa2048 }, chain: [middle.certificate]))
        #expect(report.findings.isEmpty, "\(report.findings)")
        #expect(report.isAcceptable && report.isEstablished && report.decision?.isTrusted == true)
        #expect(report.versions.filter(\.isOffered).map(\.version) == [.tls12, .tls13])
        #expect(report.versions.last?.suites.count == 3)
        #expect(
            Set(report.versions[3].suites.map(\.name)) == [
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            ])
        #expect(report.chain.count == 2 && report.clientCertificate == .notAskedFor)
        #expect(report.facts.applicationProtocol == "http/1.1")
    }

    @Test func `several faults are told together`() async throws {
        let stranger = try TestAuthority("CN=Stranger", number: 712)
        let report = try await probe(
            try stranger.identity(
                {
                    $0.names = ["DNS:other.example"]
                    $0.begin = -7_200
                    $0.end = -3_600
                    $0.purposes = [.clientAuth]
                }, chain: [root.certificate, stranger.certificate]))
        let codes = Set(report.findings.map(\.code))
        #expect(
            codes.isSuperset(of: [.issuerUnknown, .nameMismatch, .notValidNow, .purposeMissing, .chainUntidy]),
            "\(codes)")
        #expect(!report.isAcceptable)
        let weights = report.findings.map(\.severity.rawValue)
        #expect(weights == weights.sorted(by: >))
    }

    @Test func `an intermediate that is not sent, and a root that is`() async throws {
        let lone = try await probe(try middle.identity())
        #expect(lone.findings.map(\.code) == [.issuerUnknown])
        let rooted = try await probe(try middle.identity({ _ in }, chain: [middle.certificate, root.certificate]))
        #expect(rooted.isAcceptable && rooted.findings.map(\.code) == [.chainUntidy])
    }

    @Test func `revocation by the lists given, and a pinned serial number`() async throws {
        let identity = try root.identity()
        let list = try root.revocationList(of: [identity.certificate])
        let report = try await probe(identity) { options in
            options.trust.revocation = { RevocationSettings(mode: .ifAvailable, lists: [list]) }
            options.trust.serialNumber = SerialNumber(octets: [7])
        }
        #expect(Set(report.findings.map(\.code)) == [.revoked, .pinMismatch])
        #expect(report.event.lines.last?.text == "revoked")
    }

    @Test func `who asks for the client's certificate, and who insists on it`() async throws {
        let identity = try root.identity()
        let asking = TLSServerSettings(clientCertificates: .requested(authorities: [root.certificate]))
        #expect(
            try await probe(identity, settings: asking).clientCertificate
                == .askedFor(authorities: [root.certificate.subject]))
        let trust = PeerTrust(anchors: [TrustAnchor(root.certificate)], purpose: .clientAuth)
        let insisting = TLSServerSettings(clientCertificates: .required(authorities: [root.certificate], trust: trust))
        let refused = try await probe(identity, settings: insisting)
        #expect(refused.clientCertificate == .required(authorities: [root.certificate.subject]))
        #expect(refused.findings.map(\.code) == [.clientCertificateMissing])
        #expect(refused.chain.count == 1, "what is wrong elsewhere is told all the same")
        let shown = try await probe(identity, settings: insisting) {
            $0.identity = try? root.identity { $0.keyNumber = 705 }
        }
        #expect(shown.isAcceptable, "\(shown.findings)")
    }

    @Test func `a server of old versions and suites`() async throws {
        let server = try await OldServer.start(root, options: ["-tls1_2", "-cipher", "ALL:@SECLEVEL=0"])
        let report = await TLSProbe(.init(host: "127.0.0.1", port: server.port), options: options()).run()
        await server.stop()
        let weak = report.findings.filter { $0.code == .weakOffer }
        #expect(weak.contains { $0.severity == .warning && $0.evidence.contains("AES_128_CBC") }, "\(report.findings)")
        #expect(
            weak.contains { $0.evidence.contains("does not speak TLSv1.3") && $0.remedy.contains("TLSv1.3 on") })
        #expect(report.versions.filter(\.isOffered).map(\.version) == [.tls12])
        #expect((report.versions.first { $0.version == .tls12 }?.suites.count ?? 0) > 10)
    }

    @Test func `a server of TLS 1.0 alone is below the least`() async throws {
        let server = try await OldServer.start(root, options: ["-tls1", "-cipher", "ALL:@SECLEVEL=0"])
        let report = await TLSProbe(.init(host: "127.0.0.1", port: server.port), options: options()).run()
        await server.stop()
        #expect(report.versions.filter(\.isOffered).map(\.version) == [.tls10], "\(report.versions)")
        #expect(report.findings.contains { $0.code == .nothingInCommon && $0.severity == .error })
        #expect(!report.isAcceptable && report.chain.count == 1)
    }

    @Test func `an OCSP response that is stapled is asked for and seen`() async throws {
        // What it says does not count here: "unauthorized" is the shortest.
        let unauthorized: [UInt8] = [0x30, 3, 0x0A, 1, 6]
        for status in [unauthorized, nil] {
            // In TLS 1.3 it stands in the encrypted certificate message, whatever key and suite that is under.
            for version in [
                ["-tls1_2"], ["-tls1_3"], ["-tls1_3", "-groups", "P-256"],
                ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"],
            ] {
                let server = try await OldServer.start(root, options: version, status: status)
                let report = await TLSProbe(.init(host: "127.0.0.1", port: server.port), options: options()).run()
                await server.stop()
                #expect(report.hasStapledStatus == (status != nil), "\(version)")
            }
        }
    }

    @Test(arguments: [["-groups", "P-384"], ["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"]])
    func `what cannot be read of a server of TLS 1.3 is not guessed`(options more: [String]) async throws {
        let server = try await OldServer.start(root, options: ["-tls1_3"] + more)
        let report = await TLSProbe(.init(host: "127.0.0.1", port: server.port), options: options()).run()
        await server.stop()
        #expect(report.isEstablished && report.hasStapledStatus == nil)
    }

    @Test func `a group that is not shared is named`() async throws {
        let server = try await OldServer.start(root, options: ["-groups", "P-521"])
        let report = await TLSProbe(.init(host: "127.0.0.1", port: server.port), options: options()).run()
        await server.stop()
        let error = try #require(report.findings.first { $0.severity == .error })
        #expect(error.code == .nothingInCommon && error.evidence.contains("a key in P-521"), "\(report.findings)")
        #expect(error.remedy.contains("X25519") && report.handshakeFault == error)
    }

    @Test func `a key usage that forbids the handshake is a wrong purpose, and the certificate is shown all the same`()
        async throws
    {
        let server = try await OldServer.start(root, options: []) { $0.keyUsage = [.keyEncipherment] }
        let report = await TLSProbe(.init(host: "127.0.0.1", port: server.port), options: options()).run()
        await server.stop()
        #expect(report.findings.first?.code == .purposeMissing, "\(report.findings)")
        #expect(report.findings.first?.remedy.contains("digitalSignature") == true)
        #expect(report.event.lines.contains { $0.name == "certificate" && $0.text.contains("CN=localhost") })
    }

    @Test func `a version that the handshake agreed on is offered, whatever a hello of its own was answered`() throws {
        var report = TLSProbeReport(target: .init(host: "localhost", port: 1))
        report.takeVersions(ProtocolVersion.all.map { TLSProbe.VersionAnswer(version: $0, flight: nil) })
        let suite = try #require(CipherSuite.tls13.first)
        var facts = TLSConnectionFacts()
        facts.version = .tls13
        facts.suite = suite
        report.takeAgreement(facts)
        #expect(report.versions.filter(\.isOffered).map(\.version) == [.tls13])
        #expect(report.versions.last?.suites == [suite])
    }

    @Test func `plain text, nobody, silence and a cut are one finding each, in time`() async throws {
        let plain = try await LoopbackServer { channel, _ in
            try channel.pipeline.syncOperations.addHandler(Sayer("220 mail.example ESMTP\r\n"))
        }
        let silent = try await LoopbackServer { _, _ in }
        let gone = try await LoopbackServer { _, _ in }
        let port = gone.port
        await gone.stop()
        let begin = ContinuousClock.now
        for (target, seconds, code) in [
            (plain.port, 20.0, TLSDiagnosisCode.plainText), (silent.port, 1, .timedOut), (port, 20, .unreachable),
        ] {
            let report = await TLSProbe(
                .init(host: "127.0.0.1", port: target), options: options { $0.seconds = seconds }
            ).run()
            #expect(report.findings.map(\.code) == [code])
            #expect(report.isUnreachable == (code != .plainText))
        }
        #expect(begin.duration(to: .now) < .seconds(45))
        await plain.stop()
        await silent.stop()
    }

    @Test func `a peer that sends octets without end is given up`() async throws {
        for first in [[UInt8](repeating: 0x16, count: 1), [0x16, 3, 3, 0x40, 0, 11, 0, 0xFF, 0xFF]] {
            let flood = try await LoopbackServer { channel, _ in
                try channel.pipeline.syncOperations.addHandler(Sayer(first + [UInt8](repeating: 3, count: 1 << 20)))
            }
            let begin = ContinuousClock.now
            let report = await TLSProbe(.init(host: "127.0.0.1", port: flood.port), options: options { $0.seconds = 3 })
                .run()
            #expect(!report.isAcceptable && begin.duration(to: .now) < .seconds(45))
            await flood.stop()
        }
    }

    @Test func `a flood of handshake records breaks the protocol and is no plain text`() async throws {
        let record: [UInt8] = [0x16, 3, 3, 0x40, 0] + [UInt8](repeating: 11, count: 0x4000)
        let flood = try await LoopbackServer { channel, _ in
            try channel.pipeline.syncOperations.addHandler(Sayer((0..<32).flatMap { _ in record }))
        }
        let report = await TLSProbe(.init(host: "127.0.0.1", port: flood.port), options: options()).run()
        #expect(report.findings.map(\.code) == [.protocolBroken], "\(report.findings)")
        await flood.stop()
    }

    @Test func `the address is told, and revocation only when it was looked at`() async throws {
        let identity = try root.identity()
        let (server, _) = try await LoopbackServer.tls {
            try TLSListener(TLSServerSettings(), serving: identity, failed: $0)
        }
        let target = TLSProbe.Target(host: "127.0.0.1", port: server.port)
        let plain = await TLSProbe(target, options: options()).run()
        #expect(plain.event.lines.first?.text == "127.0.0.1:\(server.port)")
        #expect(plain.event.lines.last?.text == "not checked")
        let list = try root.revocationList(of: [])
        let looked = await TLSProbe(
            target,
            options: options { $0.trust.revocation = { RevocationSettings(mode: .ifAvailable, lists: [list]) } }
        ).run()
        #expect(looked.event.lines.last?.text == "no revocation found", "\(looked.findings)")
        await server.stop()
    }
}

/// `openssl s_server`, for what no listener of ours would do.
final class OldServer: Sendable {
    let port: Int
    private let process: ForeignProgram
    private let folder: URL

    private init(port: Int, process: ForeignProgram, folder: URL) {
        self.port = port
        self.process = process
        self.folder = folder
    }

    static func start(
        _ authority: TestAuthority, options: [String], status: [UInt8]? = nil,
        _ change: (inout TestAuthority.Wish) -> Void = { _ in }
    ) async throws -> OldServer {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("old-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let identity = try authority.identity {
            $0.key = .rsa2048
            change(&$0)
        }
        var options = options
        if let status {
            try Data(status).write(to: folder.appendingPathComponent("status"))
            options += ["-status_file", "status"]
        }
        let key = try TestKeys.shared.key(.rsa2048, 700)
        try PEM.encode(identity.certificate.encoded, label: "CERTIFICATE")
            .write(to: folder.appendingPathComponent("cert"), atomically: true, encoding: .utf8)
        try PEM.encode(PrivateKeyInfo(try key.material()).derBytes, label: "PRIVATE KEY")
            .write(to: folder.appendingPathComponent("key"), atomically: true, encoding: .utf8)
        let port = try FreePort.any()
        let process = try ForeignProgram(
            "openssl",
            ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", "cert", "-key", "key", "-www", "-quiet"] + options,
            in: folder)
        let server = OldServer(port: port, process: process, folder: folder)
        let isUp = try await eventually {
            let target = TLSProbe.Target(host: "127.0.0.1", port: port)
            let connection = ProbeConnection(target: target, seconds: 1)
            let arrival: Void? = try? await connection.run { (channel, promise: EventLoopPromise<Void>) in
                try channel.pipeline.syncOperations.addHandler(Arrival(promise))
            }
            return arrival != nil
        }
        try #require(isUp, "\(process.errors)")
        return server
    }

    func stop() async {
        await process.stop()
        try? FileManager.default.removeItem(at: folder)
    }
}

/// Tells when there is a connection.
private final class Arrival: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<Void>

    init(_ promise: EventLoopPromise<Void>) { self.promise = promise }

    func channelActive(context: ChannelHandlerContext) { promise.succeed(()) }
}
