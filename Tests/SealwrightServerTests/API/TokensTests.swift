// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import Testing

@testable import SealwrightServer

@Suite("The administration interface: access tokens with names")
struct TokensTests {
    private func server() async throws -> RunningServer { try await RunningServer.shared.value }

    private func create(_ body: String, _ server: RunningServer) async throws -> HTTPResponse {
        try await server.secure("POST", "/api/v1/tokens", json: body)
    }

    @Test func `who acts with a token of a name stands in the audit trail under it`() async throws {
        let server = try await server()
        let made = try await create(#"{"name": "ada@example.org"}"#, server)
        #expect(made.status == 201)
        #expect(made.json["expiresAt"] == nil)
        let token = try #require(made.json["token"] as? String)
        let challenge = try await server.secure("POST", "/api/v1/challenges", json: "{}", token: token)
        #expect(challenge.status == 201)
        #expect(challenge.json["createdBy"] as? String == "operator:ada@example.org")
        let object = try #require(challenge.json["id"] as? String)
        let trail = try await server.secure("GET", "/api/v1/audit?object=\(object)", token: token)
        let events = try #require(trail.json["items"] as? [[String: Any]])
        #expect(events.compactMap { $0["actor"] as? String } == ["operator:ada@example.org"])
        let own = try await server.secure("POST", "/api/v1/challenges", json: "{}")
        #expect(own.json["createdBy"] as? String == "operator:api")
    }

    @Test func `a token that was taken away lets nobody in, and is in no list and no trail as it is`() async throws {
        let server = try await server()
        let made = try await create(#"{"name": "bela"}"#, server)
        let (token, id) = (try #require(made.json["token"] as? String), try #require(made.json["id"] as? String))
        let list = try await server.secure("GET", "/api/v1/tokens", token: token)
        #expect(list.status == 200)
        #expect(String(decoding: list.body, as: UTF8.self).contains(id))
        #expect(!String(decoding: list.body, as: UTF8.self).contains(token))
        #expect(try await server.secure("DELETE", "/api/v1/tokens/\(id)").status == 204)
        #expect(try await server.secure("DELETE", "/api/v1/tokens/\(id)").status == 404)
        let refused = try await server.secure("GET", "/api/v1/tokens", token: token)
        #expect(refused.status == 401)
        #expect(refused.json["code"] as? String == "api.token-unknown")
        let trail = try await server.secure("GET", "/api/v1/audit?object=\(id)")
        let text = String(decoding: trail.body, as: UTF8.self)
        #expect(text.contains("token.created") && text.contains("token.removed") && text.contains("bela"))
        #expect(!text.contains(token))
    }

    @Test func `a token lets in until its end`() async throws {
        let server = try await server()
        let made = try await create(#"{"name": "short", "ttl": "1h"}"#, server)
        #expect(made.json["expiresAt"] != nil)
        let token = try #require(made.json["token"] as? String)
        #expect(try await server.secure("GET", "/api/v1/status", token: token).status == 200)

        let (text, now) = (AccessTokenText.make(), server.middle.clock.now)
        let ended = AccessToken(
            id: .new(milliseconds: 0), name: "ended", digest: AccessTokenText.digest(text),
            createdAt: now.adding(seconds: -7_200), expiresAt: now.adding(seconds: -1))
        try await server.middle.store.save(
            ended, event: AuditEvent(action: "token.created", at: now, actor: "test", object: ended.id.rawValue))
        let refused = try await server.secure("GET", "/api/v1/status", token: text)
        #expect(refused.status == 401)
        #expect(refused.json["code"] as? String == "api.token-expired")
    }

    @Test func `a name is there once, and the folder's own token stays`() async throws {
        let server = try await server()
        #expect(try await create(#"{"name": "ci"}"#, server).status == 201)
        let again = try await create(#"{"name": "ci"}"#, server)
        #expect(again.status == 409)
        #expect(again.json["code"] as? String == "token.exists")
        let list = try await server.secure("GET", "/api/v1/tokens")
        let items = try #require(list.json["items"] as? [[String: Any]])
        let local = items.first { $0["name"] as? String == AdministratorToken.name }
        let id = try #require(local?["id"] as? String)
        let kept = try await server.secure("DELETE", "/api/v1/tokens/\(id)")
        #expect(kept.status == 409)
        #expect(kept.json["code"] as? String == "token.of-the-folder")
        #expect(try await server.secure("GET", "/api/v1/status").status == 200)
    }

    @Test(arguments: [
        #"{"name": ""}"#, #"{"name": "api"}"#, #"{"name": "a b"}"#, #"{"name": "-a"}"#, #"{"name": "ü"}"#, "{}",
        #"{"name": "a\n"}"#, #"{"name": "c", "ttl": "0d"}"#, #"{"name": "c", "ttl": "soon"}"#,
        #"{"name": "c", "scope": "all"}"#,
    ])
    func `a name or a life that is none is refused`(_ body: String) async throws {
        #expect(try await create(body, server()).status == 400)
    }
}
