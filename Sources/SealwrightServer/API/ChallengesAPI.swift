// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import PKIFormats
import SealwrightCore

/// `/api/v1/challenges`: create, list, remove; and `/api/v1/scep/<endpoint>/challenges`, the plain-text form that
/// managers' webhooks call.
struct ChallengesAPI: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("challenges") { _, _ in try JSON.response(try await list()) }
        router.post("challenges") { request, context in try await create(request, context, endpoint: nil) }
        router.post("scep/:endpoint/challenges") { request, context in
            try await create(request, context, endpoint: context.parameter("endpoint"))
        }
        router.delete("challenges/:id") { _, context in try await remove(context) }
    }

    private struct CreateRequest: Codable {
        var endpoint: String?
        /// RFC 4514.
        var subject: String?
        var subjectAlternativeNames: [String]?
        var profile: String?
        var device: String?
        /// The only user who may use it, where users sign in.
        var user: String?
        /// Such as `1h`, the default.
        var ttl: String?
        var uses: Int?
    }

    private func create(_ request: Request, _ context: ListenerContext, endpoint: String?) async throws -> Response {
        let wish = try await request.json(CreateRequest.self)
        let id = EndpointID(rawValue: endpoint ?? wish.endpoint ?? EndpointID.default.rawValue)
        guard middle.configuration.policies[id] != nil else {
            throw ProblemDocument.notFound("endpoint \(id)", hint: "`sealwright status` names them.")
        }
        guard let life = Duration.seconds(of: wish.ttl ?? "1h"), life > 0 else {
            throw ProblemDocument.invalid("ttl", "'\(wish.ttl ?? "")' is no duration such as 1h or 30m")
        }
        guard (1...100_000).contains(wish.uses ?? 1) else {
            throw ProblemDocument.invalid("uses", "is not 1 to 100000")
        }
        if let user = wish.user, !(1...256).contains(user.utf8.count) || user.contains(where: \.isNewline) {
            throw ProblemDocument.invalid("user", "is not a name of 1 to 256 octets on one line")
        }
        let order = ChallengeOrder(
            endpoint: id, profile: wish.profile, subject: wish.subject,
            subjectAlternativeNames: wish.subjectAlternativeNames, device: wish.device.map { DeviceID(rawValue: $0) },
            user: wish.user, timeToLive: life, uses: wish.uses ?? 1, createdBy: context.actor)
        let made: NewChallenge
        do { made = try await middle.challenges.create(order) } catch { throw ProblemDocument.refused(error) }
        if request.headers[.accept]?.hasPrefix("text/plain") ?? false {
            return OperationsRoutes.text(made.secret.reveal(), status: .created)
        }
        return try JSON.response(
            ChallengeDocument(
                made.challenge, secret: made.secret.reveal(), url: middle.enrollmentURL(id),
                trustAnchors: middle.trustAnchorsText), status: .created)
    }

    private func list() async throws -> ListDocument<ChallengeDocument> {
        do {
            return ListDocument(items: try await middle.challenges.list().map { ChallengeDocument($0) }, next: nil)
        } catch {
            throw ProblemDocument.refused(error)
        }
    }

    private func remove(_ context: ListenerContext) async throws -> Response {
        let id = ChallengeID(rawValue: context.parameter("id"))
        do {
            guard try await middle.challenges.remove(id, by: context.actor) else {
                throw ProblemDocument.notFound("challenge \(id)", hint: "`sealwright challenge list` shows them.")
            }
        } catch let refusal as EnrollmentRefusal {
            throw ProblemDocument.refused(refusal)
        }
        return Response(status: .noContent)
    }
}

/// A challenge as the API tells it; the secret only in the answer that makes it.
package struct ChallengeDocument: Codable, Sendable {
    package let id: String
    package let challenge: String?
    package let endpoint: String
    package let subject: String?
    package let subjectAlternativeNames: [String]?
    package let profile: String?
    package let createdAt: String
    package let createdBy: String
    package let expiresAt: String
    package let uses: Int?
    package let used: Int
    package let name: String?
    /// Where to enrol with it: over HTTPS once that is offered; only in the answer that makes it.
    package let url: String?
    /// What to trust there, PEM; only in the answer that makes it.
    package let trustAnchors: String?

    init(_ challenge: Challenge, secret: String? = nil, url: String? = nil, trustAnchors: String? = nil) {
        self.url = url
        self.trustAnchors = trustAnchors
        id = challenge.id.rawValue
        self.challenge = secret
        endpoint = challenge.endpoint.rawValue
        subject = challenge.subject
        subjectAlternativeNames = challenge.subjectAlternativeNames
        profile = challenge.profile
        createdAt = challenge.createdAt.iso8601
        createdBy = challenge.createdBy
        expiresAt = challenge.expiresAt.iso8601
        uses = challenge.uses
        used = challenge.used
        name = challenge.name
    }
}
