// SPDX-License-Identifier: Apache-2.0

import Configuration
import CryptoProvider
import Foundation
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("Requiring HTTPS: at installation, or later without losing a device")
struct RequireHTTPSTests {
    /// A device with a certificate of its own, as the API issues one.
    private struct Client {
        let identity: ServedIdentity
        let device: DeviceID

        init(_ number: Int, of server: RunningServer, lastSeen: Timestamp? = nil) async throws {
            let pool = server.middle.pool
            let key = try SoftwareKey.generate(.ecP256, id: KeyID(rawValue: "device-\(number)"), pool: pool)
            let authority = try #require(server.middle.registry.issuing())
            let name = try DistinguishedName(text: "CN=device-\(number)")
            let planner = try IssuancePlanner(
                profile: .device, issuer: PlanIssuer(authority, publication: server.middle.publication))
            let plan = try planner.plan(
                RequestedCertificate(subject: name, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey)),
                now: server.middle.clock.now)
            let linted = try PreIssuanceLint.check(
                plan, profile: .device, issuer: PlanIssuer(authority, publication: server.middle.publication))
            let der = try await PlanSigner.sign(linted, with: try #require(authority.key))
            let now = server.middle.clock.now
            device = DeviceID(rawValue: "d_\(number)")
            let credential = Credential(
                id: .new(milliseconds: server.middle.clock.milliseconds), authority: authority.id,
                serial: plan.serialNumber, certificate: der, subject: name.rfc4514, notBefore: plan.notBefore,
                notAfter: plan.notAfter, keyDigest: SubjectPublicKeyInfo(key.publicKey).digest,
                fingerprint: DigestAlgorithm.sha256.hash(der), profile: "device", owner: .device, device: device,
                issuedVia: "test", enrollment: nil, challenge: nil, approver: nil, renewedFrom: nil, issuedAt: now)
            try await server.middle.store.recordCertificate(
                credential,
                device: Device(
                    id: device, name: name.rfc4514, state: .active, createdAt: now, lastSeenAt: lastSeen ?? now,
                    attachments: [.scepSubject(name.rfc4514)]),
                event: AuditEvent(action: "test.issued", at: now, actor: "test", object: device.rawValue))
            identity = try ServedIdentity(
                chain: [try CertificateView(parsing: der), authority.certificate], key: key)
        }

        /// Asks on the device listener.
        func ask(
            _ server: RunningServer, _ method: String = "GET", _ path: String, json: String = "",
            withCertificate: Bool = true
        ) async throws -> HTTPResponse {
            let anchor = server.middle.serverCertificates.served.current?.anchor.map { [$0] } ?? []
            let roots = server.middle.registry.all.filter { $0.authority.kind == .root }.map(\.certificate) + anchor
            var tls = TLSClientSettings.trusting(roots)
            if withCertificate { tls.identity = identity }
            return try await HTTPClient(tls: tls).send(
                HTTPRequest(
                    method: method, url: try HTTPURL("https://127.0.0.1:\(server.address.devicePort)\(path)"),
                    body: Array(json.utf8)))
        }

        func confirm(
            _ server: RunningServer, _ change: String, _ fingerprint: String, _ evidence: String, role: String = "agent"
        )
            async throws -> HTTPResponse
        {
            try await ask(
                server, "POST", "/device/v1/changes/\(change)/confirm",
                json: #"{"fingerprint":"\#(fingerprint)","evidence":"\#(evidence)","role":"\#(role)"}"#)
        }
    }

    private func post(_ server: RunningServer, _ path: String, _ json: String = "{}") async throws -> HTTPResponse {
        try await server.secure("POST", "/api/v1/" + path, json: json)
    }

    private func expectOpenPaths(_ server: RunningServer) async throws {
        for path in [
            "/scep/default?operation=GetCACaps", "/certsrv/mscep/mscep.dll?operation=GetCACaps",
            "/CertSrv/mscep/mscep.dll/pkiclient.exe?operation=GetCACaps",
            "/cgi-bin/pkiclient.exe?operation=GetCACaps", "/crl/issuing.crl", "/ca/issuing.cer", "/trust",
            "/trust/anchors.pem", "/healthz", "/readyz", "/metrics", "/version",
        ] {
            #expect(try await server.plain("GET", path).status == 200, "\(path)")
        }
        #expect(try await server.plain("POST", "/ocsp/issuing", body: [0x30]).status != 426)
    }

    @Test func `at installation HTTPS is required at once and what protects itself stays`() async throws {
        let server = try await RunningServer.start(settings: ["server.require-https": .bool(true)])
        #expect(server.middle.httpsPolicy.mode == .required)
        try await expectOpenPaths(server)
        let summary = ServerSummary(server.middle, isNew: true)
        #expect(summary.scepURL == "https://127.0.0.1:\(server.address.httpsPort)/scep/default")
        let challenge = try await post(server, "challenges")
        #expect(challenge.json["url"] as? String == summary.scepURL)
        #expect((challenge.json["trustAnchors"] as? String)?.contains("BEGIN CERTIFICATE") ?? false)
        #expect(try await server.secure("GET", "/api/v1/status").json["https"] as? String == "required")
        await server.stop()
    }

    @Test func `of two who take the same step one takes it`() async throws {
        let server = try await RunningServer.start()
        let made = try await post(server, "changes", #"{"subject":"https"}"#)
        let path = "changes/\(try #require(made.json["id"] as? String))/"
        let order = #"{"from":"planned"}"#
        async let first = post(server, path + "advance", order)
        async let second = post(server, path + "advance", order)
        let answers = try await [first, second]
        #expect(answers.map(\.status).sorted() == [200, 409])
        #expect(answers.compactMap { $0.json["code"] as? String } == ["change.changed-meanwhile"])
        for verb in ["advance", "finalize", "back", "cancel"] {
            #expect(try await post(server, path + verb, order).json["code"] as? String == "change.changed-meanwhile")
        }
        #expect(try await post(server, path + "cancel", #"{"from":"soon"}"#).status == 400)
        let shown = try await server.secure("GET", "/api/v1/" + path.dropLast())
        #expect(shown.json["phase"] as? String == "checked")
        let cancelled = try await post(server, path + "cancel", #"{"from":"checked"}"#)
        #expect(cancelled.json["phase"] as? String == "cancelled")
        await server.stop()
    }

    @Test func `a browser is sent to HTTPS and a program is told why`() async throws {
        let server = try await RunningServer.start(settings: ["server.require-https": .bool(true)])
        let origin = "https://127.0.0.1:\(server.address.httpsPort)"
        let browser = await server.raw(
            "GET /api/v1/status?x=1 HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html,*/*\r\nConnection: close\r\n\r\n"
        )
        #expect(browser.statuses == [308])
        #expect(browser.hasField("Location: \(origin)/api/v1/status?x=1"))
        let program = try await server.plain("POST", "/ManagementServer/MDM.svc", body: [1])
        #expect(program.status == 426)
        #expect(program.mediaType == "application/problem+json")
        #expect(program.json["code"] as? String == "https.required")
        #expect((program.json["hint"] as? String)?.contains(origin) ?? false)
        #expect(program.field("Upgrade") == "TLS/1.2, HTTP/1.1")
        for path in ["/scepter", "/trustme", "/caller", "/crl.txt"] {
            #expect(try await server.plain("GET", path).status == 426, "\(path)")
        }
        #expect(try await server.secure("GET", "/api/v1/status").status == 200)
        await server.stop()
    }

    @Test func `later it goes step by step, each gated by the devices' own word, and back`() async throws {
        let server = try await RunningServer.start()
        let (first, second) = (try await Client(1, of: server), try await Client(2, of: server))
        let old = server.middle.clock.now.adding(seconds: -31 * 86_400)
        _ = try await Client(3, of: server, lastSeen: old)
        let planned = try await post(server, "changes", #"{"subject":"https"}"#)
        #expect(planned.status == 201 && planned.json["phase"] as? String == "planned")
        let id = try #require(planned.json["id"] as? String)
        let fingerprint = try #require(planned.json["fingerprint"] as? String)
        #expect(try await post(server, "changes", #"{"subject":"https"}"#).status == 409)
        for phase in ["checked", "trust-staged", "dual"] {
            #expect(try await post(server, "changes/\(id)/advance").json["phase"] as? String == phase)
        }
        #expect(server.middle.httpsPolicy.mode == .offered)
        #expect(try await server.plain("GET", "/nothing").status == 404)

        let offers = try await first.ask(server, "GET", "/device/v1/changes")
        let offer = try #require((offers.json["items"] as? [[String: Any]])?.first)
        #expect(offer["wanted"] as? String == "https" && offer["fingerprint"] as? String == fingerprint)
        #expect(try await first.confirm(server, id, fingerprint, "https").status == 201)
        #expect(try await first.confirm(server, id, fingerprint, "https").status == 200)
        #expect(try await second.confirm(server, id, String(repeating: "ab", count: 32), "https").status == 422)
        #expect(try await second.confirm(server, id, String(repeating: "ab", count: 20_000), "https").status == 413)

        let early = try await post(server, "changes/\(id)/advance")
        #expect(early.status == 409 && early.json["code"] as? String == "change.threshold-not-reached")
        let progress = try await server.secure("GET", "/api/v1/changes/\(id)")
        let https = try #require((progress.json["progress"] as? [String: [String: Any]])?["https"])
        #expect(https["confirmed"] as? Int == 1 && https["total"] as? Int == 2, "the third was not seen for 31 days")
        #expect(https["laggards"] as? [String] == ["d_2"])

        #expect(try await second.confirm(server, id, fingerprint, "https", role: "site-server").status == 201)
        #expect(try await post(server, "changes/\(id)/advance").json["phase"] as? String == "enforced")
        #expect(try await server.plain("GET", "/nothing").status == 426)
        try await expectOpenPaths(server)
        #expect(try await post(server, "changes/\(id)/back").json["phase"] as? String == "dual")
        #expect(try await server.plain("GET", "/nothing").status == 404)
        #expect(try await post(server, "changes/\(id)/advance").json["phase"] as? String == "enforced")
        #expect(try await post(server, "changes/\(id)/finalize").json["phase"] as? String == "final")
        #expect(server.middle.httpsPolicy.mode == .required)
        #expect(try await post(server, "changes/\(id)/cancel").status == 409)
        await server.stop()
    }

    @Test func `cancelling while required makes everything as before`() async throws {
        let server = try await RunningServer.start()
        let made = try await post(server, "server-certificates/self-signed")
        let candidate = try #require(made.json["id"] as? String)
        let id = try #require(
            try await post(server, "changes", #"{"subject":"https","candidate":"\#(candidate)"}"#).json["id"] as? String
        )
        for _ in 0..<4 { #expect(try await post(server, "changes/\(id)/advance").status == 200) }
        #expect(server.middle.httpsPolicy.mode == .required)
        #expect(server.middle.serverCertificates.served.current?.choice.rawValue == candidate)
        #expect(try await post(server, "changes/\(id)/cancel").json["phase"] as? String == "cancelled")
        #expect(server.middle.httpsPolicy.mode == .off)
        #expect(server.middle.serverCertificates.served.current?.choice == .ownAuthority)
        #expect(try await server.plain("GET", "/nothing").status == 404)
        await server.stop()
    }

    @Test func `a certificate is replaced once devices trust it, or by naming those that do not`() async throws {
        let server = try await RunningServer.start()
        let client = try await Client(1, of: server)
        let made = try await post(server, "server-certificates/self-signed")
        let candidate = try #require(made.json["id"] as? String)
        let refused = try await post(server, "server-certificates/\(candidate)/activate")
        #expect(refused.status == 409 && refused.json["code"] as? String == "servercert.clients-do-not-trust")
        let change = try await post(
            server, "changes", #"{"subject":"server-certificate","candidate":"\#(candidate)"}"#)
        let id = try #require(change.json["id"] as? String)
        let fingerprint = try #require(change.json["fingerprint"] as? String)
        #expect(try await client.confirm(server, id, fingerprint, "trust").status == 409)
        for _ in 0..<2 { #expect(try await post(server, "changes/\(id)/advance").status == 200) }
        #expect(
            try await post(server, "changes/\(id)/finalize").json["code"] as? String == "change.threshold-not-reached")
        let named = try await post(server, "changes/\(id)/finalize", #"{"without":["d_9"]}"#)
        #expect(named.json["code"] as? String == "change.threshold-not-reached")
        #expect(try await client.confirm(server, id, fingerprint, "trust").status == 201)
        #expect(try await post(server, "changes/\(id)/finalize").json["phase"] as? String == "final")
        #expect(server.middle.serverCertificates.served.current?.choice.rawValue == candidate)
        await server.stop()
    }

    @Test func `an authority is rotated by the same machine`() async throws {
        let server = try await RunningServer.start()
        let client = try await Client(1, of: server)
        let staged = try await post(server, "authorities/successor")
        let successor = try #require(staged.json["id"] as? String)
        let change = try await post(server, "changes", #"{"subject":"authority","candidate":"\#(successor)"}"#)
        let id = try #require(change.json["id"] as? String)
        for _ in 0..<2 { #expect(try await post(server, "changes/\(id)/advance").status == 200) }
        #expect(try await post(server, "changes/\(id)/finalize").status == 409)
        let fingerprint = try #require(change.json["fingerprint"] as? String)
        #expect(try await client.confirm(server, id, fingerprint, "trust").status == 201)
        #expect(try await post(server, "changes/\(id)/finalize").status == 200)
        let issuing = try #require(server.middle.registry.issuing())
        #expect(issuing.id.rawValue == successor)
        let served = try #require(server.middle.serverCertificates.served.current?.leaf)
        #expect(served.issuer.matches(issuing.certificate.subject), "the listeners follow")
        await server.stop()
    }

    @Test func `only a device of ours that may come in is listened to`() async throws {
        let server = try await RunningServer.start()
        let client = try await Client(1, of: server)
        let path = "/device/v1/changes"
        #expect(try await client.ask(server, "GET", path).status == 200)
        let without = try await client.ask(server, "GET", path, withCertificate: false)
        #expect(without.status == 401 && without.json["code"] as? String == "device.no-certificate")
        _ = try await server.secure("POST", "/api/v1/devices/d_1/block", json: "{}")
        let blocked = try await client.ask(server, "GET", path)
        #expect(blocked.status == 403 && blocked.json["code"] as? String == "device.refused")
        _ = try await server.secure("POST", "/api/v1/devices/d_1/approve", json: "{}")
        let serial = client.identity.certificate.serialNumber.hex
        _ = try await server.secure(
            "POST", "/api/v1/certificates/\(serial)/revoke", json: #"{"reason":"keyCompromise"}"#)
        let revoked = try await client.ask(server, "GET", path)
        #expect(revoked.status == 403 && revoked.json["code"] as? String == "device.certificate-revoked")
        let trail = try await server.middle.store.newestAuditRecords(object: "d_1", limit: 100).map(\.event)
        let refusals = trail.filter { $0.action == "device.refused" }.map(\.outcome)
        #expect(refusals == ["device.certificate-revoked", "device.refused"])
        await server.stop()
    }

    @Test func `the flag on a server that devices use warns and waits for the staged change`() async throws {
        let server = try await RunningServer.start()
        _ = try await Client(1, of: server)
        let folder = server.folder
        await server.stop(keepingFolder: true)
        var again = try await RunningServer.start(in: folder, settings: ["server.require-https": .bool(true)])
        #expect(again.middle.httpsPolicy.mode == .off)
        let findings = await Doctor(middle: again.middle).findings()
        #expect(findings.contains { $0.topic == "https" && $0.severity == .warning })
        try await again.middle.store.setHTTPSMode(
            .required, event: AuditEvent(action: "test", at: again.middle.clock.now, actor: "test", object: "x"))
        await again.stop(keepingFolder: true)
        again = try await RunningServer.start(in: folder)
        #expect(again.middle.httpsPolicy.mode == .required, "what was required stays required without the flag")
        await again.stop()
    }

    @Test func `the trust page shows fingerprints and escapes what certificates say`() async throws {
        let server = try await RunningServer.shared.value
        let page = try await server.plain("GET", "/trust")
        #expect(page.mediaType == "text/html")
        #expect(page.field("Content-Security-Policy")?.contains("default-src 'none'") ?? false)
        let text = String(decoding: page.body, as: UTF8.self)
        for context in server.middle.registry.all {
            let digits = context.certificate.fingerprint(.sha256).map { Hex.encode([$0]).uppercased() }
            #expect(text.contains(digits.joined(separator: ":")))
            #expect(text.contains("/ca/\(context.id.rawValue).cer"))
        }
        #expect(text.contains("HTTPS, which devices"), "it answers whether or not devices are told to use it")
        #expect(HTMLText.escape("<script>\"'&") == "&lt;script&gt;&quot;&#39;&amp;")
        #expect(page.field("X-Frame-Options") == "DENY")
        let anchors = try await server.plain("GET", "/trust/anchors.pem")
        #expect(try PEM.decode(anchors.body).count == 1)
    }
}
