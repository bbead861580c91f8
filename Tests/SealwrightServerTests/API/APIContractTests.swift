// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import Testing

@testable import SealwrightServer

@Suite("The administration interface: what it refuses instead of guessing")
struct APIContractTests {
    private func server() async throws -> RunningServer { try await RunningServer.shared.value }

    @Test(arguments: [
        ("/api/v1/certificates/00ff/revoke", #"{"raeson": "keyCompromise"}"#, "raeson"),
        ("/api/v1/changes", #"{"subject": "https", "treshold": 5}"#, "treshold"),
        ("/api/v1/server-certificates/self-signed", #"{"dais": 31}"#, "dais"),
        ("/api/v1/authorities/successor", #"{"keyType": "rsa-3072"}"#, "keyType"),
        ("/api/v1/expiry/watches", #"{"target": "a.example:443", "kind": "server"}"#, "kind"),
        ("/api/v1/enrollments/en_x/deny", #"{"raeson": "x"}"#, "raeson"),
        ("/api/v1/authorities/rotate", #"{"to": "x"}"#, "to"), ("/api/v1/authorities/issuing/crl", #"{"a": 1}"#, "a"),
        ("/api/v1/devices/d_x/retire", #"{"reason": "lost"}"#, "reason"),
        ("/api/v1/certificates/00ff/release", #"{"a": null}"#, "a"),
        ("/api/v1/enrollments/en_x/approve", #"{"subject": "CN=b"}"#, "subject"),
        ("/api/v1/server-certificates/rollback", #"{"to": "x"}"#, "to"),
        ("/api/v1/server-certificates/sc_x/discard", #"{"a": 1}"#, "a"),
        ("/api/v1/challenges", #"{"subject": null}"#, "subject"),
        ("/api/v1/backup", #"{"password": null}"#, "password"),
        ("/api/v1/changes", #"{"subject": "https", "candidate": null}"#, "candidate"),
    ])
    func `a field that is none, or null, is told in every body`(
        _ path: String, _ body: String, _ field: String
    ) async throws {
        let answer = try await server().secure("POST", path, json: body)
        #expect(answer.status == 400)
        #expect((answer.json["detail"] as? String)?.hasPrefix(field + ": is n") ?? false, "\(answer.json)")
    }

    @Test func `the form that webhooks call passes over what it does not know`() async throws {
        let answer = try await server().secure(
            "POST", "/api/v1/scep/default/challenges", json: #"{"deviceName": "a", "profile": null}"#)
        #expect(answer.status == 201)
    }

    @Test func `every body that the file describes refuses what it does not describe, but for that form`() throws {
        let file = try JSONSerialization.jsonObject(with: Data(PackageResources.openapi_json)) as? [String: Any]
        let document = try #require(file)
        func member(_ keys: [String], of start: [String: Any]) -> [String: Any]? {
            keys.reduce(Optional(start)) { $0?[$1] as? [String: Any] }
        }
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        var bodies = 0
        for (path, item) in paths where path.hasPrefix("/api/") {
            let content = ["requestBody", "content", "application/json", "schema"]
            guard let post = item["post"], var schema = member(content, of: post) else { continue }
            if let reference = schema["$ref"] as? String {
                let keys = reference.split(separator: "/").dropFirst().map(String.init)
                schema = try #require(member(keys, of: document))
            }
            bodies += 1
            let isClosed = schema["additionalProperties"] as? Bool == false
            #expect(isClosed == (path != "/api/v1/scep/{endpoint}/challenges"), "\(path)")
        }
        #expect(bodies > 15)
    }

    @Test(arguments: [
        "certificates?pem=TRUE", "certificates?pem=", "enrollments?after=en_x", "enrollments?after=",
        "audit?object=issuing&after=0",
    ])
    func `a parameter that would do nothing is refused`(_ path: String) async throws {
        #expect(try await server().secure("GET", "/api/v1/" + path).status == 400)
    }

    @Test(arguments: [
        ("certificates?statsu=valid", "statsu: is no parameter of this path; did you mean status?"),
        ("certificates?limit=5&Limit=6", "Limit: is no parameter of this path; did you mean limit?"),
        ("certificates?limit=5&limit=6", "limit: stands twice in the query"),
        ("status?verbose", "verbose: is no parameter of this path, which takes none"),
        ("devices?nonsense=1", "nonsense: is no parameter of this path"),
        ("certificates/00ff/download?%66ormat=pem", "%66ormat: is no parameter of this path; did you mean format?"),
        ("enrollments?=5", ": is no parameter of this path"),
    ])
    func `a parameter that is none is 400, and the nearest one is told`(_ path: String, _ detail: String) async throws {
        let answer = try await server().secure("GET", "/api/v1/" + path)
        #expect(answer.status == 400)
        #expect(answer.mediaType == "application/problem+json")
        #expect(answer.json["detail"] as? String == detail)
    }

    @Test(arguments: ["certificates?", "certificates?&limit=5&", "audit?object=a&limit=3", "expiry?stage=act"])
    func `a query of the path's own parameters is taken, however it is strung together`(_ path: String) async throws {
        #expect(try await server().secure("GET", "/api/v1/" + path).status == 200)
    }

    @Test(arguments: [
        (#"{"ttl": "1h",}"#, "body"), (#"{"ttl": "1h", "ttl": "2h"}"#, "ttl"),
        (#"{"ttl": "1h", "t\u0074l": "2h"}"#, "ttl"), (#"{"ttl": "1h"} {}"#, "body"),
    ])
    func `a body that two programs could read differently is 400`(_ body: String, _ field: String) async throws {
        for path in ["/api/v1/challenges", "/api/v1/scep/default/challenges"] {
            let answer = try await server().secure("POST", path, json: body)
            #expect(answer.status == 400)
            #expect((answer.json["detail"] as? String)?.hasPrefix(field + ": ") ?? false, "\(answer.json)")
        }
    }

    @Test func `a compressed body is 415, and what is taken is told`() async throws {
        let answer = try await server().secure(
            "POST", "/api/v1/challenges", json: "{}", fields: [("Content-Encoding", "gzip")])
        #expect(answer.status == 415)
        #expect(answer.json["code"] as? String == "api.content-coding")
        #expect(answer.field("Accept-Encoding") == "identity")
    }

    @Test func `a request that no route sees is a problem document too`() async throws {
        let answer = try await server().secure("GET", "/api/v1/status?" + String(repeating: "a", count: 9_000))
        #expect(answer.status == 414)
        #expect(answer.mediaType == "application/problem+json")
        #expect(answer.json["code"] as? String == "api.unreadable-request")
    }

    @Test(arguments: [
        ("text/plain", true), ("Text/Plain; charset=utf-8", true), ("text/plain, */*", true),
        ("application/json;q=0.5, text/plain", true), ("*/*", false), ("application/json, text/plain, */*", false),
        ("text/plain;q=0.1, application/json", false), ("text/plain;q=0", false), ("text/html", false),
    ])
    func `a challenge is plain text for who rather wants that`(_ accept: String, _ isPlain: Bool) async throws {
        let answer = try await server().secure(
            "POST", "/api/v1/challenges", json: "{}", fields: [("Accept", accept)])
        #expect(answer.status == 201)
        #expect(answer.mediaType == (isPlain ? "text/plain" : "application/json"))
    }

    @Test(arguments: ["2024-02-03T04:05:06.789Z", "2024-02-03T05:05:06+01:00", "2024-02-03T04:05:06Z"])
    func `an invalidity date may have any offset and a fraction`(_ text: String) async throws {
        let server = try await server()
        let made = try await server.secure(
            "POST", "/api/v1/certificates", json: try APITests.request("CN=dated-\(UUID().uuidString)"))
        let serial = try #require(made.json["serial"] as? String)
        let revoked = try await server.secure(
            "POST", "/api/v1/certificates/\(serial)/revoke", json: #"{"invalidityDate":"\#(text)"}"#)
        #expect(revoked.status == 200)
        let revocation = revoked.json["revocation"] as? [String: Any]
        #expect(revocation?["invalidityDate"] as? String == "2024-02-03T04:05:06Z")
    }

    /// Puts an enrolment into the store that waits for a person.
    private func wait(
        _ number: UInt8, asking successor: AuthorityID? = nil, request: [UInt8] = [], at server: RunningServer
    ) async throws {
        let digest =
            request.isEmpty
            ? [UInt8](repeating: number, count: 32) : try CertificationRequest(parsing: request).keyDigest
        let waiting = Enrollment(
            id: EnrollmentID(rawValue: "en_\(number)"),
            key: IdempotencyKey(
                endpoint: .default, messageType: "19", transactionID: [number], requestDigest: digest,
                signerDigest: nil),
            state: .pending, certificationRequest: request, keyDigest: digest, signerKeyDigest: digest,
            subject: "CN=\(number)", profile: "device", via: "scep:default", renewedFrom: nil, device: nil,
            successor: successor, createdAt: server.middle.clock.now, updatedAt: server.middle.clock.now)
        let event = AuditEvent(action: "test", at: server.middle.clock.now, actor: "test", object: "en_\(number)")
        _ = try await server.middle.store.recordPending(waiting, consuming: nil, limit: 9, event: event)
    }

    @Test func `what waits tells which authority would issue it, before and after a switch`() async throws {
        let server = try await RunningServer.start()
        let active = try #require(server.middle.registry.issuing()).id
        let staged = try await server.middle.ceremony.stageSuccessor().id
        try await wait(1, at: server)
        try await wait(2, asking: staged, at: server)
        func authorities() async throws -> [String] {
            let list = try await server.secure("GET", "/api/v1/enrollments")
            return (list.json["items"] as? [[String: Any]] ?? []).compactMap { $0["authority"] as? String }
        }
        #expect(try await authorities() == [active.rawValue, staged.rawValue])
        #expect(
            try await server.secure("GET", "/api/v1/enrollments/en_2").json["authority"] as? String == staged.rawValue)
        _ = try await server.middle.ceremony.rotate()
        #expect(try await authorities() == [staged.rawValue, staged.rawValue])
        await server.stop()
    }

    @Test func `who approves sees every name that is asked for, and the key`() async throws {
        let server = try await RunningServer.start()
        let names = [GeneralName.dnsName("vpn.example.test"), .ipAddress([10, 0, 0, 7])]
        let request = try APITests.certificationRequest("CN=printer-1", names: names, key: .rsa2048)
        try await wait(3, request: request, at: server)
        let path = "/api/v1/enrollments/en_3"
        let waiting = try await server.secure("GET", path).json
        // Both names of the field, as long as the older one is told.
        let fields = ["subjectAlternativeNames", "alternativeNames"]
        let expected = ["DNS:vpn.example.test", "IP:10.0.0.7"]
        for field in fields { #expect(waiting[field] as? [String] == expected) }
        #expect(waiting["key"] as? String == "RSA 2048")
        #expect(
            waiting["keyFingerprint"] as? String == Hex.encode(try CertificationRequest(parsing: request).keyDigest))
        #expect(waiting["serial"] == nil)
        let issued = try await server.secure("POST", path + "/approve").json
        let done = try await server.secure("GET", path).json
        let serial = try #require(issued["serial"] as? String)
        #expect(done["serial"] as? String == serial)
        for field in fields { #expect(done[field] as? [String] == expected) }
        await server.stop()
    }

    @Test func `why somebody approved stays with the enrolment and in the audit trail`() async throws {
        let server = try await RunningServer.start()
        try await wait(4, request: try APITests.certificationRequest("CN=printer-2", key: .rsa2048), at: server)
        let path = "/api/v1/enrollments/en_4"
        let issued = try await server.secure("POST", path + "/approve", json: #"{"reason": "ticket 4711"}"#)
        #expect(issued.status == 201)
        let done = try await server.secure("GET", path).json
        #expect(done["reason"] as? String == "ticket 4711")
        #expect(done["state"] as? String == "issued")
        let trail = try await server.secure("GET", "/api/v1/audit?object=en_4").json
        let records = trail["items"] as? [[String: Any]] ?? []
        let approval = records.first { $0["action"] as? String == "enrollment.approved" }
        #expect((approval?["details"] as? [String: String])?["reason"] == "ticket 4711")
        await server.stop()
    }

    @Test func `open challenges come in pages, each once`() async throws {
        let server = try await RunningServer.start()
        for number in 1...5 {
            let body = #"{"subject": "CN=pc-\#(number)"}"#
            #expect(try await server.secure("POST", "/api/v1/challenges", json: body).status == 201)
        }
        var (subjects, after): ([String], String?) = ([], "")
        while let place = after {
            let page = try await server.secure("GET", "/api/v1/challenges?limit=2" + place).json
            let items = page["items"] as? [[String: Any]] ?? []
            #expect(items.count <= 2)
            subjects += items.compactMap { $0["subject"] as? String }
            after = (page["next"] as? String).map { "&after=" + $0 }
        }
        #expect(subjects == ["CN=pc-5", "CN=pc-4", "CN=pc-3", "CN=pc-2", "CN=pc-1"])
        #expect(try await server.secure("GET", "/api/v1/challenges?limit=1001").status == 400)
        await server.stop()
    }

    @Test func `the audit trail names who staged an authority and gave it up`() async throws {
        let server = try await RunningServer.start()
        #expect(try await server.secure("POST", "/api/v1/authorities/successor", json: "{}").status == 201)
        #expect(try await server.secure("DELETE", "/api/v1/authorities/successor").status == 204)
        let records = try await server.secure("GET", "/api/v1/audit").json["items"] as? [[String: Any]] ?? []
        let acts = records.filter { record in
            let action = record["action"] as? String ?? ""
            return record["object"] as? String == "issuing-2" && action.hasPrefix("authority.")
        }
        #expect(acts.compactMap { $0["actor"] as? String } == ["operator:api", "operator:api"])
        await server.stop()
    }

    @Test func `the audit trail is filtered by actor, action and time, also of a device's events`() async throws {
        let server = try await RunningServer.start()
        #expect(try await server.secure("POST", "/api/v1/challenges", json: "{}").status == 201)
        func actions(_ query: String) async throws -> Set<String> {
            let answer = try await server.secure("GET", "/api/v1/audit?" + query)
            #expect(answer.status == 200, "\(query)")
            let records = answer.json["items"] as? [[String: Any]] ?? []
            return Set(records.compactMap { $0["action"] as? String })
        }
        #expect(try await actions("actor=operator") == ["challenge.created"])
        #expect(try await actions("actor=operator:api&after=0") == ["challenge.created"])
        #expect(try await actions("action=crl") == ["crl.published"])
        #expect(try await actions("action=challenge.created&actor=system") == [])
        #expect(try await actions("action=challenge&since=2026-01-01") == ["challenge.created"])
        #expect(try await actions("until=2000-01-01") == [])
        for query in ["since=soon", "until=-1", "actor=", "action=", "since=2026-11-22&until=2026-11-21"] {
            #expect(try await server.secure("GET", "/api/v1/audit?" + query).status == 400, "\(query)")
        }
        await server.stop()
    }

    @Test func `a key that is here is not brought back, and nobody is told to choose another name`() async throws {
        let answer = try await server().secure("POST", "/api/v1/authorities/root/key", json: #"{"key": "any"}"#)
        #expect(answer.status == 409 && answer.json["code"] as? String == "crypto.key-exists")
        #expect((answer.json["hint"] as? String)?.contains("nothing to bring back") == true)
    }

    @Test func `a revoked authority is told as that, with date and reason, whatever it is used for`() async throws {
        let server = try await RunningServer.start()
        let staged = try await server.middle.ceremony.stageSuccessor()
        let serial = staged.certificate.serialNumber
        for (reason, status) in [(CRLReason.certificateHold, "on-hold"), (.cACompromise, "revoked")] {
            _ = try await server.middle.revocation.revoke(serial, reason: reason, actor: "test", force: true)
            try await server.middle.registry.reload()
            let told = try await server.secure("GET", "/api/v1/authorities/\(staged.id)").json
            #expect(told["role"] as? String == "staged" && told["status"] as? String == status)
            let revocation = try #require(told["revocation"] as? [String: Any])
            #expect(revocation["at"] is String && revocation["reason"] as? String == reason.name)
        }
        let active = try #require(server.middle.registry.issuing()).id
        let told = try await server.secure("GET", "/api/v1/authorities/\(active)").json
        #expect(told["role"] as? String == "active" && told["status"] as? String == "active")
        #expect(told["revocation"] == nil)
        #expect(try await server.plain("GET", "/scep/default?operation=GetNextCACert").status == 404)
        await server.stop()
    }

    @Test func `an OCSP address is told of those authorities that have a responder`() async throws {
        let server = try await server()
        let issuing = try #require(server.middle.registry.issuing()).id
        #expect(try await server.secure("GET", "/api/v1/authorities/\(issuing)").json["ocspURL"] != nil)
        #expect(try await server.secure("GET", "/api/v1/authorities/root").json["ocspURL"] == nil)
    }

    @Test func `a running server tells the settings it was started with, and where they are from`() async throws {
        let answer = try await server().secure("GET", "/api/v1/settings")
        let items = try #require(answer.json["items"] as? [[String: Any]])
        func origin(_ key: String) -> String? { items.first { $0["key"] as? String == key }?["origin"] as? String }
        #expect(origin("server.listen") == "flag" && origin("crypto.queue") == "default")
        #expect(origin("expiry.webhook.url") == "not set" && origin("scep.default.preset") == "default")
    }

    @Test func `a device that is gone for good is not blocked, one that came back is`() async throws {
        let server = try await server()
        let made = try await server.secure(
            "POST", "/api/v1/certificates", json: try APITests.request("CN=gone-\(UUID().uuidString)"))
        let device = "/api/v1/devices/" + (try #require(made.json["device"] as? String))
        #expect(try await server.secure("POST", device + "/retire").status == 200)
        let refused = try await server.secure("POST", device + "/block")
        #expect(refused.status == 409 && refused.json["code"] as? String == "device.retired")
        #expect(try await server.secure("GET", device).json["state"] as? String == "retired")
        #expect(try await server.secure("POST", device + "/approve").status == 200)
        #expect(try await server.secure("POST", device + "/block").json["state"] as? String == "blocked")
    }

    @Test func `a walk over enrolments that wait comes to the end, and each is met once`() async throws {
        let server = try await RunningServer.start()
        for number in 0..<5 { try await wait(UInt8(number), at: server) }
        var met: [String] = []
        var after = ""
        for _ in 0..<4 {
            let page = try await server.secure("GET", "/api/v1/enrollments?limit=2" + after)
            #expect(page.status == 200)
            met += (page.json["items"] as? [[String: Any]] ?? []).compactMap { $0["subject"] as? String }
            guard let next = page.json["next"] as? String else { break }
            after = "&after=" + next
        }
        #expect(met == ["CN=0", "CN=1", "CN=2", "CN=3", "CN=4"])
        await server.stop()
    }
}

extension CertificationRequest {
    fileprivate var keyDigest: [UInt8] { subjectPublicKeyInfo.digest }
}
