// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import HTTPTypes
import Hummingbird
import OMADM
import SealwrightEndpoints
import SealwrightNetwork

/// `/ManagementServer/MDM.svc`: where managed devices report.
///
/// On the listener for devices, which knows them by their certificates; and on the HTTPS listener for those behind a
/// proxy that ends TLS, which sign their messages.
struct OMADMRoutes: Sendable {
    let endpoint: OMADMEndpoint
    /// Where messages are answered: each waits for a commit or two.
    let workers: CryptoPool

    func add(to router: some RouterMethods<ListenerContext>) {
        router.post(RouterPath(WindowsEnrollmentConfiguration.managementPath)) { request, context in
            try await answer(request, context)
        }
    }

    private func answer(_ request: Request, _ context: ListenerContext) async throws -> Response {
        guard let body = try await request.octets(upTo: OMADMEndpoint.requestLimit) else {
            let text = "A management message may have \(OMADMEndpoint.requestLimit) bytes.\n"
            return ReplyAdapter.response(.text(.tooLarge, text), to: request)
        }
        let peer = context.tls?.peer
        let signature = MDMSignature.acceptedHeaderNames.lazy
            .compactMap { HTTPField.Name($0).flatMap { request.headers[$0] } }.first
        let message = OMADMRequest(
            body: body, mediaType: request.headers[.contentType], query: request.rawQuery,
            clientCertificate: peer?.certificate, signature: signature)
        let reply = await workers.converse { await endpoint.respond(to: message, from: context.peer) }
        return ReplyAdapter.response(reply, to: request)
    }
}
