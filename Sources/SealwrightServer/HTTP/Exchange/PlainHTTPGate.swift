// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SealwrightCore

/// Sends whoever comes over plain HTTP to HTTPS once that is required.
///
/// What protects itself or tells about the server stays: devices fetch a CRL, a CA certificate or their first
/// certificate over plain HTTP, and a requirement must never cut them off from it.
struct PlainHTTPGate: RouterMiddleware {
    typealias Context = ListenerContext

    let policy: HTTPSPolicy
    let address: ListeningAddress

    /// Paths that plain HTTP answers whatever is required.
    fileprivate static let alwaysOpen = [
        "/scep", "/certsrv/mscep", "/cgi-bin/pkiclient.exe", "/crl", "/ocsp", "/ca", "/trust", "/healthz", "/readyz",
        "/metrics", "/version",
    ]

    func handle(
        _ request: Request, context: ListenerContext,
        next: (Request, ListenerContext) async throws -> Response
    ) async throws -> Response {
        guard policy.mode == .required, !Self.isAlwaysOpen(request.rawPath) else {
            return try await next(request, context)
        }
        let place = address.httpsOrigin + request.uri.string.prefix(Self.longestTarget)
        return Self.isBrowser(request) ? Self.redirect(to: place) : Self.refuse(place, context)
    }

    /// Octets of a target that is repeated in an answer.
    private static let longestTarget = 2_048

    /// Whether a path is one of those, or lies below one; `/scepter` does not, `/certsrv/mscep_admin/` does not.
    fileprivate static func isAlwaysOpen(_ path: some StringProtocol) -> Bool {
        alwaysOpen.contains { open in
            guard path.hasPrefix(open) else { return false }
            let rest = path.dropFirst(open.count)
            return rest.isEmpty || rest.hasPrefix("/")
        }
    }

    /// Browsers say that they want HTML, and only reading can be repeated elsewhere without asking.
    private static func isBrowser(_ request: Request) -> Bool {
        (request.method == .get || request.method == .head)
            && (request.headers[.accept]?.lowercased().contains("text/html") ?? false)
    }

    private static func redirect(to place: String) -> Response {
        var response = OperationsRoutes.text("This server is at \(place)\n", status: .permanentRedirect)
        response.headers[.location] = place
        return response
    }

    /// Source: RFC 9110, section 15.5.22; RFC 2817, section 4.2.
    private static func refuse(_ place: String, _ context: ListenerContext) -> Response {
        var response = ProblemDocument(
            code: "https.required", status: .upgradeRequired,
            detail: "this server answers this path over HTTPS only", hint: "Use \(place)."
        ).response(to: context)
        response.headers[.upgrade] = "TLS/1.2, HTTP/1.1"
        response.headers[.connection] = "Upgrade"
        return response
    }
}
