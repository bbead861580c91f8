// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SealwrightCore

/// What machines that watch the server ask for.
///
/// Nothing secret is in the answers.
struct OperationsRoutes: Sendable {
    let health: @Sendable () async -> HealthReport
    let metrics: @Sendable () async -> String

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("/healthz") { _, _ in Self.text("ok\n") }
        router.get("/readyz") { request, _ in
            let health = await health()
            let status: HTTPResponse.Status = health.isReady ? .ok : .serviceUnavailable
            if request.uri.queryParameters["verbose"] != nil { return try JSON.response(health, status: status) }
            return Self.text(health.isReady ? "ready\n" : "not ready\n", status: status)
        }
        router.get("/metrics") { _, _ in
            Self.text(await metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        router.get("/version") { _, _ in
            try JSON.response(["name": "sealwright", "version": ServerVersion.number])
        }
        router.get("/openapi.json") { _, _ in
            Self.text(String(decoding: PackageResources.openapi_json, as: UTF8.self), type: "application/json")
        }
    }

    static func text(
        _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        let body = ByteBuffer(string: text)
        return Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store", .contentLength: String(body.readableBytes)],
            body: ResponseBody(byteBuffer: body))
    }
}
