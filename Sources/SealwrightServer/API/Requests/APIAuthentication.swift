// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import SealwrightCore
import SealwrightEndpoints

/// Lets a request through when it carries a valid access token, `Authorization: Bearer sw_pat_…`.
///
/// Problems thrown by the routes behind it become problem documents here, so that every answer of the API has one shape.
struct APIAuthentication: RouterMiddleware {
    typealias Context = ListenerContext

    let tokens: any TokenStore
    let clock: any Clock

    func handle(
        _ request: Request, context: ListenerContext,
        next: (Request, ListenerContext) async throws -> Response
    ) async throws -> Response {
        do {
            var context = context
            do {
                let token = try await authorized(request)
                context.operatorName = token.name == AdministratorToken.name ? nil : token.name
            } catch let refusal as ProblemDocument {
                tell(refusal, request, context)
                throw refusal
            }
            return try await next(request, context)
        } catch let problem as ProblemDocument {
            return problem.response(to: context)
        } catch let error as StoreError {
            return ProblemDocument.store(error).response(to: context)
        } catch let error as HTTPError {
            let detail = error.body ?? error.status.reasonPhrase
            let code =
                switch error.status {
                case .notFound: "api.not-found"
                case .unsupportedMediaType: "api.content-coding"
                default: "api.invalid-request"
                }
            return ProblemDocument(code: code, status: error.status, detail: detail).response(to: context)
        }
    }

    /// Whoever tries tokens leaves a trace, and so does the script whose token ended.
    private func tell(_ refusal: ProblemDocument, _ request: Request, _ context: ListenerContext) {
        context.logger.notice(
            "Access to the API refused",
            metadata: [
                "request.id": "\(context.peer.requestID)", "peer": "\(context.peer.address)",
                "method": "\(request.method)", "path": "\(String(request.rawPath.unicodeScalars.prefix(200)))",
                "error.code": "\(refusal.code)",
            ])
    }

    private func authorized(_ request: Request) async throws -> AccessToken {
        guard let field = request.headers[.authorization], field.lowercased().hasPrefix("bearer ") else {
            throw ProblemDocument(code: "api.token-missing", status: .unauthorized, detail: "no access token was sent")
        }
        let digest = AccessTokenText.digest(field.dropFirst(7).drop { $0 == " " })
        guard let token = try await tokens.token(digest: digest) else {
            throw ProblemDocument(
                code: "api.token-unknown", status: .unauthorized, detail: "this access token is not known")
        }
        guard token.expiresAt.map({ $0 > clock.now }) ?? true else {
            throw ProblemDocument(
                code: "api.token-expired", status: .unauthorized, detail: "this access token has expired")
        }
        return token
    }
}
