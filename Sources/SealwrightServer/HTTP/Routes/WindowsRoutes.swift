// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import HTTPTypes
import Hummingbird
import OMADM
import SealwrightEndpoints
import SealwrightNetwork

/// `/EnrollmentServer`: where Windows devices are taken under management.
///
/// Discovery leads to the listener for devices, where a renewal can show its client certificate; all services answer on
/// both TLS listeners, because administrators type either address.
struct WindowsRoutes: Sendable {
    let endpoint: WindowsEnrollmentEndpoint
    /// Where messages are answered: an enrolment signs and waits for two commits.
    let workers: CryptoPool

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get(RouterPath(MDEService.discovery.path)) { request, _ in
            ReplyAdapter.response(endpoint.probe, to: request)
        }
        for service in MDEService.allCases {
            router.post(RouterPath(service.path)) { request, context in
                try await answer(service, request, context)
            }
        }
    }

    private func answer(
        _ service: MDEService, _ request: Request, _ context: ListenerContext
    ) async throws -> Response {
        guard MDEService.isSOAP(request.headers[.contentType]) else {
            let text = "windows.media-type: send \(MDEService.mediaType)\n"
            return ReplyAdapter.response(.text(.badRequest, text), to: request)
        }
        guard let body = try await request.octets(upTo: WindowsEnrollmentEndpoint.requestLimit) else {
            let text = "An enrolment message may have \(WindowsEnrollmentEndpoint.requestLimit) bytes.\n"
            return ReplyAdapter.response(.text(.tooLarge, text), to: request)
        }
        let peer = context.tls?.peer
        let reply = await workers.converse {
            await endpoint.respond(service, to: body, clientCertificate: peer?.certificate, from: context.peer)
        }
        return ReplyAdapter.response(reply, to: request)
    }
}
