// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import HTTPTypes
import Hummingbird
import PKIFormats
import SealwrightCore

/// `/api/v1/expiry`: every certificate whose end comes near, and what is watched elsewhere.
struct ExpiryAPI: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("expiry") { request, _ in try await list(request) }
        router.get("expiry/watches") { _, _ in
            let watches = try await middle.store.expiryWatches()
            let now = middle.clock.now
            return try JSON.response(
                ListDocument(items: watches.map { ExpiryWatchDocument($0, now: now) }, next: nil))
        }
        router.post("expiry/watches") { request, context in try await add(request, context) }
        router.delete("expiry/watches/:id") { _, context in try await remove(context) }
    }

    private func list(_ request: Request) async throws -> Response {
        var least = ExpiryStage.warn
        if let text = request.queryText("stage") {
            guard let stage = ExpiryStage(rawValue: text) else {
                let known = ExpiryStage.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProblemDocument.invalid("stage", "choose one of \(known)")
            }
            least = stage
        }
        let now = middle.clock.now
        let items = try await middle.radar.fixedItems() + middle.radar.issuedItems()
        let shown = items.map { (item: $0, stage: $0.stage(at: now)) }.filter { $0.stage >= least }
            .sorted { ($1.stage, $0.item.notAfter) < ($0.stage, $1.item.notAfter) }
            .map { ExpiryDocument($0.item, $0.stage) }
        return try JSON.response(ListDocument(items: shown, next: nil))
    }

    private struct WatchWish: Codable {
        /// `host:port`, or the path of a file on the server's machine.
        var target: String
        /// `server` or `file`; told by the shape of the target without one.
        var place: String?
    }

    private func add(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let wish = try await request.json(WatchWish.self)
        let isPath = wish.target.hasPrefix("/")
        guard let place = ExpiryWatch.Place(rawValue: wish.place ?? (isPath ? "file" : "server")) else {
            throw ProblemDocument.invalid("place", "choose server or file")
        }
        // Without a word to the contrary it would be the name of a host.
        guard wish.place == "server" || !ExpiryProbing.isRelativePath(wish.target) else {
            throw ProblemDocument.invalid(
                "target", "'\(wish.target)' looks like a file; its path must be absolute, because the server reads it")
        }
        guard let target = ExpiryProbing.target(wish.target, place) else {
            throw ProblemDocument.invalid("target", "'\(wish.target)' is neither HOST:PORT nor an absolute path")
        }
        let watch = ExpiryWatch(
            id: .new(milliseconds: middle.clock.milliseconds), place: place, target: target,
            createdAt: middle.clock.now, createdBy: context.actor)
        let event = AuditEvent(
            action: "expiry.watch-added", at: middle.clock.now, actor: context.actor, object: watch.id.rawValue,
            details: ["target": target, "place": place.rawValue])
        guard try await middle.store.save(watch, event: event) else {
            throw ProblemDocument(
                code: "expiry.watched-already", status: .conflict, detail: "\(target) is watched already")
        }
        try await middle.radar.look(at: watch, ExpiryProbing())
        let seen = try await middle.store.expiryWatches().first { $0.id == watch.id } ?? watch
        return try JSON.response(ExpiryWatchDocument(seen, now: middle.clock.now), status: .created)
    }

    private func remove(_ context: ListenerContext) async throws -> Response {
        let id = ExpiryWatchID(rawValue: context.parameter("id"))
        let event = AuditEvent(
            action: "expiry.watch-removed", at: middle.clock.now, actor: context.actor, object: id.rawValue)
        guard try await middle.store.removeExpiryWatch(id, event: event) else {
            throw ProblemDocument.notFound("watch \(id)", hint: "`sealwright expiry watch list` shows them.")
        }
        return Response(status: .noContent)
    }
}

/// A certificate on the radar as the API tells it.
package struct ExpiryDocument: Codable, Sendable {
    /// `issued`, `authority`, `service`, `server` or `watched`.
    package let kind: String
    package let name: String
    /// `fine`, `warn`, `act`, `critical` or `expired`.
    package let stage: String
    package let notBefore: String
    package let notAfter: String
    package let renewsItself: Bool
    /// SHA-256 of the certificate, hexadecimal.
    package let fingerprint: String

    init(_ item: ExpiryItem, _ stage: ExpiryStage) {
        kind = item.kind.rawValue
        name = item.name
        self.stage = stage.rawValue
        notBefore = item.notBefore.iso8601
        notAfter = item.notAfter.iso8601
        renewsItself = item.renewsItself
        fingerprint = Hex.encode(item.fingerprint)
    }
}

/// Something watched as the API tells it.
package struct ExpiryWatchDocument: Codable, Sendable {
    package let id: String
    package let place: String
    package let target: String
    package let lookedAt: String?
    package let subject: String?
    package let notAfter: String?
    package let stage: String?
    /// Why the last look failed.
    package let failure: String?

    init(_ watch: ExpiryWatch, now: Timestamp) {
        id = watch.id.rawValue
        place = watch.place.rawValue
        target = watch.target
        lookedAt = watch.observation?.at.iso8601
        failure = watch.observation?.failure
        let certificate = watch.observation?.certificate.flatMap { try? CertificateView(parsing: $0) }
        subject = certificate?.subject.rfc4514
        notAfter = certificate?.notAfter?.iso8601
        stage = certificate.flatMap { certificate in
            guard let from = certificate.notBefore, let to = certificate.notAfter else { return nil }
            return ExpiryStage(notBefore: from, notAfter: to, now: now).rawValue
        }
    }
}
