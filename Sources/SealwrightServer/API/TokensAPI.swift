// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import PKIFormats
import SealwrightCore

/// `/api/v1/tokens`: who may administer, and under which name the audit trail knows them.
struct TokensAPI: Sendable {
    /// What the audit trail calls who came with the data folder's own token.
    static let folderOperator = "api"

    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("tokens") { _, _ in
            let items = try await middle.store.tokens().map { TokenDocument($0) }
            return try JSON.response(ListDocument(items: items, next: nil))
        }
        router.post("tokens") { request, context in try await create(request, context) }
        router.delete("tokens/:id") { _, context in try await remove(context) }
    }

    private struct CreateRequest: Decodable {
        let name: String
        /// Such as `90d`; without it the token has no end.
        let ttl: String?
    }

    private func create(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let wish = try await request.json(CreateRequest.self)
        guard Self.isName(wish.name) else {
            throw ProblemDocument.invalid(
                "name", "is not 1 to 64 letters, digits, '.', '_', '@' and '-' that begin with a letter or digit")
        }
        guard wish.name != Self.folderOperator else {
            throw ProblemDocument.invalid("name", "'\(wish.name)' is what the data folder's own token is called")
        }
        let life = try wish.ttl.map { text in
            guard let seconds = Duration.seconds(of: text), seconds > 0 else {
                throw ProblemDocument.invalid("ttl", "'\(text)' is no duration such as 90d or 12h")
            }
            return seconds
        }
        let (now, secret) = (middle.clock.now, AccessTokenText.make())
        let token = AccessToken(
            id: .new(milliseconds: middle.clock.milliseconds), name: wish.name, digest: AccessTokenText.digest(secret),
            createdAt: now, expiresAt: life.map { now.adding(seconds: $0) })
        let event = AuditEvent(
            action: "token.created", at: now, actor: context.actor, object: token.id.rawValue,
            details: ["name": token.name, "expiresAt": token.expiresAt?.iso8601 ?? "never"])
        guard try await middle.store.add(token, event: event) else {
            throw ProblemDocument(
                code: "token.exists", status: .conflict, detail: "there is a token named '\(token.name)'")
        }
        return try JSON.response(TokenDocument(token, secret: secret), status: .created)
    }

    private func remove(_ context: ListenerContext) async throws -> Response {
        let id = TokenID(rawValue: context.parameter("id"))
        guard let token = try await middle.store.tokens().first(where: { $0.id == id }) else { throw Self.noToken(id) }
        guard token.name != AdministratorToken.name else {
            throw ProblemDocument(
                code: "token.of-the-folder", status: .conflict, detail: "this is the token in the data folder")
        }
        let event = AuditEvent(
            action: "token.removed", at: middle.clock.now, actor: context.actor, object: id.rawValue,
            details: ["name": token.name])
        guard try await middle.store.removeToken(id, event: event) else { throw Self.noToken(id) }
        return Response(status: .noContent)
    }

    private static func noToken(_ id: TokenID) -> ProblemDocument {
        .notFound("token \(id)", hint: "`sealwright token list` shows them.")
    }

    /// Names stand in the audit trail behind `operator:`, where nothing may be taken for something else.
    private static func isName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first else { return false }
        guard first.isASCIILetter || first.isASCIIDigit else { return false }
        return text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "._@-".utf8.contains($0) }
    }
}

/// An access token as the API tells it; the secret only in the answer that makes it.
package struct TokenDocument: Codable, Sendable {
    package let id: String
    package let name: String
    package let token: String?
    package let createdAt: String
    package let expiresAt: String?

    init(_ token: AccessToken, secret: String? = nil) {
        id = token.id.rawValue
        name = token.name
        self.token = secret
        createdAt = token.createdAt.iso8601
        expiresAt = token.expiresAt?.iso8601
    }
}
