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

    init(metrics: any MetricsFactory) { self.metrics = RouteMetrics(factory: metrics) }

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
            response = OperationsRoutes.text(
                "internal error, request \(context.peer.requestID)\n", status: .internalServerError)
        }
        if let name = Self.requestID { response.headers[name] = context.peer.requestID }
        metrics.record(path: context.endpointPath, status: response.status, ContinuousClock.now - start)
        log(request, context, response)
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
