// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import HTTPTypes
import Hummingbird
import Logging
import SealwrightCore
import SealwrightEndpoints

/// The URLs under which SCEP endpoints are found, and nothing else of SCEP.
///
/// Devices append `/pkiclient.exe` on their own, so any suffix behind an endpoint's name is accepted. The `mscep.dll`
/// and `cgi-bin` paths are what Windows and Cisco configurations have carried for twenty years.
struct SCEPRoutes: Sendable {
    let endpoints: [EndpointID: SCEPEndpoint]
    /// Served on HTTPS only, because its reader sends a password.
    let challengePages: [EndpointID: NDESChallengePage]
    /// Where messages are answered: each needs three private operations and two commits.
    let workers: CryptoPool

    func add(to router: some RouterMethods<ListenerContext>) {
        for path in ["/scep/:endpoint", "/scep/:endpoint/**"] {
            route(path, on: router) { $0.parameters.get("endpoint").map { EndpointID(rawValue: $0) } }
        }
        for path in [
            "/scep", "/certsrv/mscep/mscep.dll", "/certsrv/mscep/mscep.dll/**", "/cgi-bin/pkiclient.exe",
        ] {
            route(path, on: router) { _ in .default }
        }
    }

    /// The page of the endpoint `default`, and below it those of the others by their names.
    ///
    /// What else stands behind the path is passed over, as NDES does, but for the name of an endpoint without a page: a
    /// challenge of another endpoint would be of no use there.
    func addChallengePages(to router: some RouterMethods<ListenerContext>) {
        for path in ["/certsrv/mscep_admin", "/certsrv/mscep_admin/**"] {
            router.get(RouterPath(path)) { request, context in
                // Every page makes a challenge, and nobody would read this one.
                guard request.method == .get else {
                    return ReplyAdapter.response(
                        .text(.methodNotAllowed(["GET"]), "The challenge page is asked for with GET.\n"), to: request)
                }
                let named = context.parameters.getCatchAll().first.map { EndpointID(rawValue: String($0)) }
                guard let page = challengePage(named) else {
                    return ReplyAdapter.response(.text(.notFound, "There is no challenge page.\n"), to: request)
                }
                let reply = await page.respond(authorization: request.headers[.authorization], from: context.peer)
                return ReplyAdapter.response(reply, to: request)
            }
        }
    }

    private func challengePage(_ named: EndpointID?) -> NDESChallengePage? {
        guard let named, endpoints[named] != nil else { return challengePages[.default] }
        return challengePages[named]
    }

    private func route(
        _ path: String, on router: some RouterMethods<ListenerContext>,
        endpoint: @escaping @Sendable (ListenerContext) -> EndpointID?
    ) {
        router.on(RouterPath(path), method: .get) { request, context in
            guard let found = endpoint(context).flatMap({ endpoints[$0] }) else {
                return Self.unknown(request, context)
            }
            let reply = await workers.converse { await found.respond(toQuery: request.rawQuery, from: context.peer) }
            return ReplyAdapter.response(reply, to: request)
        }
        router.on(RouterPath(path), method: .post) { request, context in
            guard let found = endpoint(context).flatMap({ endpoints[$0] }) else {
                return Self.unknown(request, context)
            }
            guard let body = try await request.octets(upTo: SCEPEndpoint.messageLimit) else {
                Self.tell("SCEP message too large", request, context)
                let text = "A SCEP message may have \(SCEPEndpoint.messageLimit) bytes.\n"
                return ReplyAdapter.response(.text(.tooLarge, text), to: request)
            }
            let reply = await workers.converse {
                await found.respond(toBody: body, rawQuery: request.rawQuery, from: context.peer)
            }
            return ReplyAdapter.response(reply, to: request)
        }
    }

    private static func unknown(_ request: Request, _ context: ListenerContext) -> Response {
        tell("SCEP endpoint unknown", request, context)
        return ReplyAdapter.response(.text(.notFound, "There is no such SCEP endpoint.\n"), to: request)
    }

    /// Devices seldom say why they have no certificate, so that the log must.
    private static func tell(_ what: Logger.Message, _ request: Request, _ context: ListenerContext) {
        context.logger.info(
            what,
            metadata: [
                "request.id": "\(context.peer.requestID)", "peer": "\(context.peer.address)",
                "path": "\(String(request.rawPath.unicodeScalars.prefix(200)))",
            ])
    }
}
