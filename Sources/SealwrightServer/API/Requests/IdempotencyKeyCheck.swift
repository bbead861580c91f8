// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// Refuses the key where nothing would come of it: who sends an order again in the belief that it is done once would have
/// it done twice.
struct IdempotencyKeyCheck: RouterMiddleware {
    typealias Context = ListenerContext

    /// The operations that are done once for each key, as the OpenAPI file says.
    static let supported: Set<String> = ["POST /api/v1/certificates"]

    /// Operations that other programs ask for in their own way, whose headers nobody here can correct.
    private static let tolerant: Set<String> = ["POST /api/v1/scep/{endpoint}/challenges"]

    func handle(
        _ request: Request, context: ListenerContext,
        next: (Request, ListenerContext) async throws -> Response
    ) async throws -> Response {
        // The other methods may be repeated as they are.
        guard request.method == .post, request.field("Idempotency-Key") != nil else {
            return try await next(request, context)
        }
        let route = Route(method: request.method.rawValue, path: context.endpointPath ?? "").description
        guard Self.supported.contains(route) || Self.tolerant.contains(route) else {
            throw ProblemDocument(
                code: "api.idempotency-key-unsupported", status: .badRequest,
                detail: "this operation is not done once for each Idempotency-Key")
        }
        return try await next(request, context)
    }
}
