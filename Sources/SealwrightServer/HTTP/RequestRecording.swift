// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import Metrics
import SealwrightEndpoints

/// Counts and times every request, names it in the answer, and makes sure that no error leaves without a body.
struct RequestRecording: RouterMiddleware {
    typealias Context = ListenerContext

    let metrics: any MetricsFactory

    func handle(
        _ request: Request, context: ListenerContext,
        next: (Request, ListenerContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPError {
            response = OperationsRoutes.text(
                "\(error.body ?? error.status.reasonPhrase)\n", status: error.status)
        } catch {
            context.logger.error(
                "Request failed", metadata: ["request.id": "\(context.peer.requestID)", "error": "\(error)"])
            response = OperationsRoutes.text("internal error, request \(context.peer.requestID)\n", status: .internalServerError)
        }
        if let name = HTTPField.Name("X-Request-ID") { response.headers[name] = context.peer.requestID }
        record(request, context, response, since: start)
        return response
    }

    /// Labels are the first path segment only: never an identifier, never unbounded.
    private func record(
        _ request: Request, _ context: ListenerContext, _ response: Response, since start: ContinuousClock.Instant
    ) {
        let route = context.endpointPath.map { "/" + $0.split(separator: "/").prefix(3).joined(separator: "/") } ?? "-"
        let code = String(response.status.code)
        Counter(
            label: "sealwright_http_requests_total", dimensions: [("route", route), ("code", code)], factory: metrics
        ).increment()
        let elapsed = ContinuousClock.now - start
        Metrics.Timer(
            label: "sealwright_http_request_duration_seconds", dimensions: [("route", route)], factory: metrics
        ).recordNanoseconds(elapsed.components.seconds * 1_000_000_000 + elapsed.components.attoseconds / 1_000_000_000)
        context.logger.debug(
            "Request answered",
            metadata: [
                "request.id": "\(context.peer.requestID)", "method": "\(request.method)", "path": "\(request.rawPath)",
                "status": "\(code)", "peer": "\(context.peer.address)",
            ])
    }
}
