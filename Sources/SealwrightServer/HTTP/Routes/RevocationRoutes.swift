// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import SealwrightCore
import SealwrightEndpoints

/// The URLs that stand in certificates: CRL, OCSP and CA certificates.
struct RevocationRoutes: Sendable {
    let crls: CRLEndpoint
    let ocsp: OCSPEndpoint
    let certificates: AuthorityCertificateEndpoint

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("/crl/:file") { request, context in
            let reply = crls.respond(toFile: context.parameters.get("file") ?? "")
            return ReplyAdapter.response(reply, to: request)
        }
        router.get("/crl/:file/:part") { request, context in
            let reply = crls.respond(
                toPart: context.parameters.get("part") ?? "", of: context.parameters.get("file") ?? "")
            return ReplyAdapter.response(reply, to: request)
        }
        router.get("/ca/:file") { request, context in
            let reply = certificates.respond(toFile: context.parameters.get("file") ?? "")
            return ReplyAdapter.response(reply, to: request)
        }
        router.post("/ocsp/**") { request, _ in
            guard let body = try await request.octets(upTo: OCSPEndpoint.requestLimit) else {
                return ReplyAdapter.response(
                    .text(.tooLarge, "An OCSP request may have \(OCSPEndpoint.requestLimit) bytes.\n"), to: request)
            }
            let name = Self.behindOCSP(request).prefix { $0 != "/" }
            let reply = await ocsp.respond(toBody: body, authority: name.isEmpty ? nil : String(name))
            return ReplyAdapter.response(reply, to: request)
        }
        // The base64 of a GET may hold unescaped slashes, so the rest of the path is taken as it came.
        router.get("/ocsp/**") { request, _ in
            ReplyAdapter.response(await ocsp.respond(toPath: Self.behindOCSP(request)), to: request)
        }
    }

    /// What follows `/ocsp/` in the path.
    private static func behindOCSP(_ request: Request) -> Substring {
        let path = request.rawPath
        return Substring(path.utf8.dropFirst("/ocsp/".utf8.count))
    }
}
