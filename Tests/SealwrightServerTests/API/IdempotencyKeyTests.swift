// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightNetwork
import Testing

@testable import SealwrightServer

@Suite("draft-ietf-httpapi-idempotency-key-header: an order that may be sent again")
struct IdempotencyKeyTests {
    private func server() async throws -> RunningServer { try await RunningServer.shared.value }

    private func order(_ body: String, _ key: String) async throws -> HTTPResponse {
        try await server().secure("POST", "/api/v1/certificates", json: body, fields: [("Idempotency-Key", key)])
    }

    @Test func `the same key and body give the same certificate, and the key in quotes is the same`() async throws {
        let key = UUID().uuidString
        let body = try APITests.request("CN=again-\(key)")
        let first = try await order(body, key)
        #expect(first.status == 201)
        let serial = try #require(first.json["serial"] as? String)
        for other in [key, "\"\(key)\""] {
            let again = try await order(body, other)
            #expect(again.status == 201 && again.json["serial"] as? String == serial)
        }
        // White space and the order of the fields are no content.
        let spaced = try await order("{ " + body.dropFirst() + "\n", key)
        #expect(spaced.json["serial"] as? String == serial)
        // A repetition is none any more when the certificate is revoked: the answer tells that it is.
        let revoke = "/api/v1/certificates/\(serial)/revoke"
        #expect(try await server().secure("POST", revoke, json: "{}").status == 200)
        let late = try await order(body, key)
        #expect(late.status == 201 && late.json["serial"] as? String == serial)
        #expect(late.json["status"] as? String == "revoked")
    }

    @Test(arguments: ["/api/v1/challenges", "/api/v1/authority-requests", "/api/v1/devices/d_none/commands"])
    func `where it would be done twice the key is refused, and nothing is done`(_ path: String) async throws {
        let answer = try await server().secure("POST", path, json: "{}", fields: [("Idempotency-Key", "k-1")])
        #expect(answer.status == 400 && answer.json["code"] as? String == "api.idempotency-key-unsupported")
        let webhook = "/api/v1/scep/default/challenges"
        let told = try await server().secure("POST", webhook, json: "{}", fields: [("Idempotency-Key", "k-1")])
        #expect(told.status == 201)
    }

    @Test func `the same key with another body is 422, be it another request or another wish beside it`() async throws {
        let key = UUID().uuidString
        let body = try APITests.request("CN=first-\(key)")
        #expect(try await order(body, key).status == 201)
        let wished = body.dropLast() + #","validity":"7d"}"#
        for other in [try APITests.request("CN=second-\(key)"), String(wished)] {
            let answer = try await order(other, key)
            #expect(answer.status == 422)
            #expect(answer.json["code"] as? String == "api.idempotency-key-reused")
            #expect(answer.json["hint"] as? String != nil)
        }
    }

    @Test func `of the same order sent many times at once one is carried out, and the others learn so`() async throws {
        let key = UUID().uuidString
        let body = try APITests.request("CN=many-\(key)")
        let answers = try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
            for _ in 0..<8 { group.addTask { try await order(body, key) } }
            return try await group.reduce(into: [HTTPResponse]()) { $0.append($1) }
        }
        let serials = Set(answers.compactMap { $0.json["serial"] as? String })
        #expect(serials.count == 1)
        for answer in answers where answer.status != 201 {
            #expect(answer.status == 409)
            #expect(answer.json["code"] as? String == "api.idempotency-key-in-flight")
        }
    }

    @Test func `an order under way keeps its key from others until it is done`() async throws {
        let orders = OrdersUnderWay()
        let key = IdempotencyKeyField(text: "a")
        try await orders.carryOut(key) {
            await #expect(throws: ProblemDocument.self) { try await orders.carryOut(key) {} }
            try await orders.carryOut(IdempotencyKeyField(text: "b")) {}
        }
        await #expect(throws: CancellationError.self) { try await orders.carryOut(key) { throw CancellationError() } }
        try await orders.carryOut(key) {}
    }

    @Test(arguments: [
        "", "\"\"", "a b", "a,b", "\"a", "\"a\"b", "\"a\\b\"", "a\"b", "\"a\";p=1", String(repeating: "a", count: 256),
    ])
    func `what is no key is 400`(_ key: String) async throws {
        let answer = try await order(try APITests.request("CN=none"), key)
        #expect(answer.status == 400)
        #expect((answer.json["detail"] as? String)?.hasPrefix("Idempotency-Key: ") ?? false)
    }
}
