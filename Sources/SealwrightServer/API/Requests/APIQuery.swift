// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import SealwrightCore

/// The query parameters of the administration interface.
///
/// A filter that is misspelt would be a longer list and not an error, so that whoever goes through it revokes too much.
/// The table is the only one: a test compares it with the OpenAPI file in both directions.
enum APIQuery {
    /// The parameters of each route that takes any, by ``Route/description``.
    static let known: [String: [String]] = [
        "GET /api/v1/audit": ["object", "device", "actor", "action", "since", "until", "after", "limit"],
        "GET /api/v1/audit/verify": ["head"],
        "GET /api/v1/certificates": [
            "subject", "device", "authority", "owner", "status", "fingerprint", "pem", "expiring", "limit", "after",
        ],
        "GET /api/v1/certificates/{serial}/download": ["format"],
        "GET /api/v1/challenges": ["limit", "after"],
        "GET /api/v1/devices": ["state", "find", "limit", "after"],
        "GET /api/v1/devices/{id}/certificates": ["stage", "limit", "after"],
        "GET /api/v1/devices/{id}/commands": ["state", "limit", "after"],
        "GET /api/v1/devices/{id}/messages": ["session", "limit"],
        "GET /api/v1/enrollments": ["state", "limit", "after"],
        "GET /api/v1/expiry": ["stage"],
        "GET /api/v1/installations": ["stage", "limit", "after"],
    ]

    /// Refuses a query with a parameter that the route does not have, or that stands in it twice.
    ///
    /// - Parameters:
    ///   - query: names and values in their order, names as they came.
    ///   - route: the ``Route/description`` of the one that will answer.
    /// - Throws: ``ProblemDocument`` that names the parameter, and the one that was probably meant.
    fileprivate static func demandKnown(
        _ query: some Sequence<(key: Substring, value: Substring)>, of route: String
    ) throws(ProblemDocument) {
        let known = known[route] ?? []
        var met: Set<Substring> = []
        for (name, value) in query where !name.isEmpty || !value.isEmpty {
            guard known.contains(String(name)) else { throw unknown(name, known) }
            guard met.insert(name).inserted else { throw .invalid(String(name), "stands twice in the query") }
        }
    }

    private static func unknown(_ name: Substring, _ known: [String]) -> ProblemDocument {
        let shown = String(name.prefix(80))
        let nearest = EditDistance.nearest(to: shown, among: known, within: 3)
        let hint = nearest.map { "; did you mean \($0)?" } ?? (known.isEmpty ? ", which takes none" : "")
        return .invalid(shown, "is no parameter of this path" + hint)
    }
}

/// Stands before the routes of the API and lets their own query parameters through only.
struct APIQueryCheck: RouterMiddleware {
    typealias Context = ListenerContext

    func handle(
        _ request: Request, context: ListenerContext,
        next: (Request, ListenerContext) async throws -> Response
    ) async throws -> Response {
        let method = request.method == .head ? HTTPRequest.Method.get : request.method
        let route = Route(method: method.rawValue, path: context.endpointPath ?? "")
        try APIQuery.demandKnown(request.uri.queryParameters, of: route.description)
        return try await next(request, context)
    }
}
