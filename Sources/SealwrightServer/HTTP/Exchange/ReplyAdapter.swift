// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import PKIFormats
import SealwrightEndpoints

/// Turns an endpoint's reply into an HTTP response: status line, validators, cache rules.
///
/// Always a Content-Length and never chunks: routers and IIS-era clients read nothing else.
enum ReplyAdapter {
    /// The response to a request; `304` when the client has it already, `412` when it wanted another.
    static func response(_ reply: EndpointReply, to request: Request) -> Response {
        var fields = HTTPFields()
        fields[.contentType] = reply.mediaType
        switch reply.status {
        case .unavailable(let seconds): fields[.retryAfter] = String(seconds)
        case .methodNotAllowed(let methods): fields[.allow] = methods.joined(separator: ", ")
        case .unauthorized(let realm): fields[.wwwAuthenticate] = "Basic realm=\"\(realm)\""
        case .tooLarge: fields[.connection] = "close"
        case .found(let location): fields[.location] = location
        default: break
        }
        for (name, value) in reply.protection?.fields ?? [] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        if let cookie = reply.cookie { fields[.setCookie] = cookie }
        guard let freshness = reply.freshness else {
            fields[.cacheControl] = "no-store"
            return respond(reply, status(of: reply.status), fields, to: request)
        }
        let tag = "\"" + Hex.encode(freshness.digest.prefix(16)) + "\""
        fields[.eTag] = tag
        fields[.cacheControl] = "max-age=\(max(freshness.maxAge, 0)), public, no-transform, must-revalidate"
        fields[.lastModified] = HTTPDate.text(freshness.producedAt)
        // From now, like max-age: thisUpdate lies some minutes in the past.
        fields[.expires] = HTTPDate.text(SystemClock().now.adding(seconds: Int64(max(freshness.maxAge, 0))))
        switch Preconditions.judge(request, tag: tag, producedAt: freshness.producedAt) {
        case .proceed: return respond(reply, status(of: reply.status), fields, to: request)
        case .notModified: return Response(status: .notModified, headers: fields)
        case .failed: return OperationsRoutes.text("This is another one now.\n", status: .preconditionFailed)
        }
    }

    private static func respond(
        _ reply: EndpointReply, _ status: HTTPResponse.Status, _ fields: HTTPFields, to request: Request
    ) -> Response {
        let bytes: [UInt8]
        switch reply.body {
        case .bytes(let content): bytes = content
        case .file(let path): bytes = FileManager.default.contents(atPath: path).map(Array.init) ?? []
        }
        var fields = fields
        fields[.contentLength] = String(bytes.count)
        let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        return Response(status: status, headers: fields, body: body)
    }

    private static func status(of status: EndpointReply.Status) -> HTTPResponse.Status {
        switch status {
        case .ok: .ok
        case .found: .found
        case .badRequest: .badRequest
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .tooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .unavailable: .serviceUnavailable
        case .internalError: .internalServerError
        }
    }
}
