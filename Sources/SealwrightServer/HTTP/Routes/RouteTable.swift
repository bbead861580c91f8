// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// One thing a listener answers to.
package struct Route: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// `GET`, `POST` and so on.
    package let method: String
    /// With `{name}` for a segment and `**` for any rest, such as `/crl/{file}`.
    package let path: String

    package var description: String { "\(method) \(path)" }

    package static func < (left: Route, right: Route) -> Bool { (left.path, left.method) < (right.path, right.method) }

    /// How many segments are themselves; of several routes that match, routers take the one with the most.
    var literals: Int { path.split(separator: "/").count { !$0.hasPrefix("{") && $0 != "**" } }

    /// Whether a path, without query and split into its segments, belongs to this route.
    func matches(segments: [some StringProtocol]) -> Bool {
        var pattern = path.split(separator: "/")[...]
        for segment in segments {
            guard let wanted = pattern.first else { return false }
            if wanted == "**" { return true }
            guard wanted.hasPrefix("{") || wanted == segment else { return false }
            pattern = pattern.dropFirst()
        }
        return pattern.isEmpty
    }
}

/// Notes routes instead of serving them: what a listener answers to, for 405 answers and for the test of the OpenAPI
/// file.
final class RouteTable: RouterMethods {
    typealias Context = ListenerContext

    private(set) var routes: [Route] = []

    func on<Responder: HTTPResponder>(
        _ path: RouterPath, method: HTTPRequest.Method, responder: Responder
    ) -> Self where Responder.Context == ListenerContext {
        routes.append(Route(method: method.rawValue, path: path.description))
        return self
    }

    func add(middleware: any MiddlewareProtocol<Request, Response, ListenerContext>) -> Self { self }
}
