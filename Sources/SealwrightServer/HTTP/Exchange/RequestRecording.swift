// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import Metrics
import SealwrightEndpoints

/// Counts and times every request, names it in the answer, and makes sure that no error leaves without a body.
struct RequestRecording: RouterMiddleware {
    typealias Context = ListenerContext

    private let metrics: RouteMetrics
    private let routes: [Route]

    /// Records into a registry; `routes` are all that the listener has.
    init(metrics: any MetricsFactory, routes: [Route]) {
        self.metrics = RouteMetrics(factory: metrics)
        self.routes = routes
    }

    func handle(
        _ request: Request, context: ListenerContext,
        next: (Request, ListenerContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            response = noRoute(request, context)
        } catch let error as HTTPError {
            response = OperationsRoutes.text(
                "\(error.body ?? error.status.reasonPhrase)\n", status: error.status)
            response.headers.append(contentsOf: error.headers)
        } catch {
            context.logger.error(
                "Request failed", metadata: ["request.id": "\(context.peer.requestID)", "error": "\(error)"])
            response = OperationsRoutes.text(
                "internal error, request \(context.peer.requestID)\n", status: .internalServerError)
        }
        if let name = Self.requestID { response.headers[name] = context.peer.requestID }
        metrics.record(path: context.endpointPath, status: response.status, ContinuousClock.now - start)
        log(request, context, response)
        return response
    }

    /// 405 when the path exists for other methods, else 404; a problem document where the API lives.
    private func noRoute(_ request: Request, _ context: ListenerContext) -> Response {
        // Once and not for each route: a stranger's path may have four thousand.
        let segments = request.rawPath.split(separator: "/")
        let matching = routes.filter { $0.matches(segments: segments) }
        let most = matching.map(\.literals).max()
        let methods = Set(matching.filter { $0.literals == most }.map(\.method))
        let status: HTTPResponse.Status = methods.isEmpty ? .notFound : .methodNotAllowed
        let detail =
            methods.isEmpty
            ? "there is nothing at this path" : "this path takes \(methods.sorted().joined(separator: " and "))"
        let isAPI = request.rawPath.hasPrefix("/api/")
        var response =
            isAPI
            ? ProblemDocument(
                code: methods.isEmpty ? "api.not-found" : "api.method-not-allowed", status: status, detail: detail
            ).response(to: context)
            : OperationsRoutes.text(detail + "\n", status: status)
        if !methods.isEmpty {
            let allowed = methods.contains("GET") ? methods.union(["HEAD"]) : methods
            response.headers[.allow] = allowed.sorted().joined(separator: ", ")
        }
        return response
    }

    private static let requestID = HTTPField.Name("X-Request-ID")

    private func log(_ request: Request, _ context: ListenerContext, _ response: Response) {
        context.logger.debug(
            "Request answered",
            metadata: [
                "request.id": "\(context.peer.requestID)", "method": "\(request.method)", "path": "\(request.rawPath)",
                "status": "\(response.status.code)", "peer": "\(context.peer.address)",
            ])
    }
}
