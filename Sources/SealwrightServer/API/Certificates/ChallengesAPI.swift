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
        router.get("challenges") { request, _ in try JSON.response(try await list(request)) }
        router.post("challenges") { request, context in try await create(request, context, endpoint: nil) }
        router.post("scep/:endpoint/challenges") { request, context in
            try await create(request, context, endpoint: context.parameter("endpoint"))
        }
        router.delete("challenges/:id") { _, context in try await remove(context) }
    }

    private struct CreateRequest: Decodable {
        let endpoint: String?
        /// RFC 4514.
        let subject: String?
        let subjectAlternativeNames: [String]?
        let profile: String?
        let device: String?
        /// The only user who may use it, where users sign in.
        let user: String?
        /// Such as `1h`, the default.
        let ttl: String?
        let uses: Int?
    }

    /// A challenge for a profile or a device that does not exist could never be used as it was meant.
    private func checkReferences(of wish: CreateRequest) async throws {
        if let profile = wish.profile, middle.configuration.profiles[profile] == nil {
            throw ProblemDocument.invalid("profile", "there is no profile '\(profile)'")
        }
        guard let device = wish.device.map({ DeviceID(rawValue: $0) }) else { return }
        let known: Device?
        do { known = try await middle.store.device(device) } catch { throw ProblemDocument.store(error) }
        if known == nil { throw ProblemDocument.noDevice(device) }
    }

    private func create(_ request: Request, _ context: ListenerContext, endpoint: String?) async throws -> Response {
        // A misspelt bound would make a challenge for anybody. The other form takes what a manager's webhook sends.
        let wish: CreateRequest = try await endpoint == nil ? request.json() : request.tolerantJSON()
        let id = EndpointID(rawValue: endpoint ?? wish.endpoint ?? EndpointID.default.rawValue)
        guard middle.configuration.policies[id] != nil else {
            throw ProblemDocument.noEndpoint(id)
        }
        if let subject = wish.subject, subject.allSatisfy(\.isWhitespace) {
            throw ProblemDocument.invalid("subject", "is empty; leave it out for a challenge that any subject may use")
        }
        try await checkReferences(of: wish)
        guard let life = Duration.seconds(of: wish.ttl ?? "1h"), life > 0 else {
            throw ProblemDocument.invalid("ttl", "'\(wish.ttl ?? "")' is no duration such as 1h or 30m")
        }
        guard (1...100_000).contains(wish.uses ?? 1) else {
            throw ProblemDocument.invalid("uses", "is not 1 to 100000")
        }
        if let user = wish.user,
            !(1...256).contains(user.utf8.count) || user.contains(where: \.isNewline)
                || user.allSatisfy(\.isWhitespace)
        {
            throw ProblemDocument.invalid("user", "is not a name of 1 to 256 octets on one line")
        }
        let order = ChallengeOrder(
            endpoint: id, profile: wish.profile, subject: wish.subject,
            subjectAlternativeNames: wish.subjectAlternativeNames, device: wish.device.map { DeviceID(rawValue: $0) },
            user: wish.user, timeToLive: life, uses: wish.uses ?? 1, createdBy: context.actor)
        let made: NewChallenge
        do { made = try await middle.challenges.create(order) } catch { throw ProblemDocument.refused(error) }
        if request.prefersPlainText {
            return OperationsRoutes.text(made.secret.reveal(), status: .created)
        }
        return try JSON.response(
            ChallengeDocument(
                made.challenge, secret: made.secret.reveal(), url: middle.enrollmentURL(id),
                trustAnchors: middle.trustAnchorsText), status: .created)
    }

    private func list(_ request: Request) async throws -> ListDocument<ChallengeDocument> {
        let cursor = try request.queryCursor()
        let limit = try request.queryNumber("limit", 1...1_000, default: 100)
        do {
            let page = try await middle.challenges.list(after: cursor, limit: limit)
            return ListDocument(items: page.items.map { ChallengeDocument($0) }, next: page.next)
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
    /// The device that its certificate is of.
    package let device: String?
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
        device = challenge.device?.rawValue
        createdAt = challenge.createdAt.iso8601
        createdBy = challenge.createdBy
        expiresAt = challenge.expiresAt.iso8601
        uses = challenge.uses
        used = challenge.used
        name = challenge.name
    }
}
