// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What a new challenge may buy.
package struct ChallengeOrder: Sendable, Hashable {
    package var endpoint: EndpointID
    package var profile: String?
    /// The only subject, as text in any of the usual forms.
    package var subject: String?
    /// The only alternative names, as `DNS:…`, `IP:…`.
    package var subjectAlternativeNames: [String]?
    package var device: DeviceID?
    /// The only user who may use it, by name, at endpoints where users sign in; `nil` for any.
    package var user: String?
    /// Seconds until it expires.
    package var timeToLive: Int64
    package var uses: Int
    package var createdBy: String

    package init(
        endpoint: EndpointID = .default, profile: String? = nil, subject: String? = nil,
        subjectAlternativeNames: [String]? = nil, device: DeviceID? = nil, user: String? = nil,
        timeToLive: Int64 = 3600, uses: Int = 1, createdBy: String
    ) {
        self.endpoint = endpoint
        self.profile = profile
        self.subject = subject
        self.subjectAlternativeNames = subjectAlternativeNames
        self.device = device
        self.user = user
        self.timeToLive = timeToLive
        self.uses = uses
        self.createdBy = createdBy
    }
}

/// A challenge at its birth, the only moment when its secret is known.
package struct NewChallenge: Sendable, Hashable {
    package let secret: Secret
    package let challenge: Challenge
}

/// Makes and removes challenges.
package struct ChallengeService: Sendable {
    private let store: any Store
    private let clock: any Clock
    private let profiles: [String: CertificateProfile]
    private let policies: [EndpointID: EnrollmentPolicy]

    /// Puts the service together.
    ///
    /// - Parameters:
    ///   - store: where challenges are kept.
    ///   - clock: the time.
    ///   - profiles: certificate profiles by name, by which the names of a challenge are judged.
    ///   - policies: the endpoints' policies; each has a profile.
    package init(
        store: any Store, clock: any Clock, profiles: [String: CertificateProfile] = CertificateProfile.builtIn,
        policies: [EndpointID: EnrollmentPolicy] = [:]
    ) {
        self.store = store
        self.clock = clock
        self.profiles = profiles
        self.policies = policies
    }

    /// Makes a challenge of 130 random bits and stores its hash.
    ///
    /// - Throws: ``EnrollmentRefusal`` when the order cannot be read, asks for a name that no certificate gets, or the
    ///   store fails.
    package func create(_ order: ChallengeOrder) async throws(EnrollmentRefusal) -> NewChallenge {
        guard order.uses > 0, order.timeToLive > 0 else {
            throw .denied(.requestMalformed("a challenge needs at least one use and one second of life"))
        }
        let secret = Secret.random()
        let now = clock.now
        let challenge = Challenge(
            id: .new(milliseconds: clock.milliseconds),
            digest: (order.user.map { secret.bound(to: $0) } ?? secret).digest, endpoint: order.endpoint,
            profile: order.profile, subject: try Self.subject(order.subject),
            subjectAlternativeNames: try names(of: order), device: order.device,
            createdAt: now, createdBy: order.createdBy, expiresAt: now.adding(seconds: order.timeToLive),
            uses: order.uses)
        try await save(challenge, for: order.user)
        return NewChallenge(secret: secret, challenge: challenge)
    }

    /// Sets a named challenge that may be used without limit, in place of an older one of the same name and endpoint.
    ///
    /// Everybody who knows it enrols; it is taken only where the endpoint's policy says so.
    ///
    /// - Throws: ``EnrollmentRefusal``; also for a secret of fewer than 12 characters.
    package func setStatic(
        name: String, secret: Secret, endpoint: EndpointID, createdBy: String
    ) async throws(EnrollmentRefusal) -> Challenge {
        guard secret.reveal().utf8.count >= Self.shortestStatic else {
            throw .denied(.requestMalformed("a static challenge needs at least \(Self.shortestStatic) characters"))
        }
        let digest = secret.digest
        let same = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.challenge(endpoint: endpoint, digest: digest)
        }
        if let same, same.name == name { return same }
        for old in try await listStatic() where old.name == name && old.endpoint == endpoint {
            _ = try await remove(old.id, by: createdBy)
        }
        let challenge = Challenge(
            id: .new(milliseconds: clock.milliseconds), digest: digest, endpoint: endpoint, createdAt: clock.now,
            createdBy: createdBy, expiresAt: .noWellDefinedExpiration, uses: nil, name: name)
        try await save(challenge)
        return challenge
    }

    /// Takes away the static challenges of one maker that are not among those kept, such as one whose file the settings
    /// name no more: it would let devices in for as long as the endpoint takes any static challenge.
    ///
    /// - Throws: ``EnrollmentRefusal``.
    package func removeStatic(
        createdBy maker: String, except kept: Set<ChallengeID>
    ) async throws(EnrollmentRefusal) {
        for old in try await listStatic() where old.createdBy == maker && !kept.contains(old.id) {
            _ = try await remove(old.id, by: maker)
        }
    }

    /// The static challenges there are; they alone never end, so that thousands of others cannot crowd them out.
    private func listStatic() async throws(EnrollmentRefusal) -> [Challenge] {
        try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.challenges(usableAt: .noWellDefinedExpiration, after: nil, limit: Self.mostStatic)
        }.items.filter { $0.name != nil }
    }

    /// A page of the challenges that can still be used, newest first.
    ///
    /// - Throws: ``EnrollmentRefusal``.
    package func list(
        after cursor: String? = nil, limit: Int = 1000
    ) async throws(EnrollmentRefusal) -> Page<Challenge> {
        try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.challenges(usableAt: clock.now, after: cursor, limit: limit)
        }
    }

    /// Takes a challenge away.
    ///
    /// - Returns: whether there was one.
    /// - Throws: ``EnrollmentRefusal``.
    package func remove(_ id: ChallengeID, by actor: String) async throws(EnrollmentRefusal) -> Bool {
        let event = AuditEvent(action: "challenge.removed", at: clock.now, actor: actor, object: id.rawValue)
        return try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.removeChallenge(id, event: event)
        }
    }

    private func save(_ challenge: Challenge, for user: String? = nil) async throws(EnrollmentRefusal) {
        try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.save(challenge, event: .created(challenge, for: user))
        }
    }

    private static func subject(_ text: String?) throws(EnrollmentRefusal) -> String? {
        guard let text else { return nil }
        do {
            return try DistinguishedName(text: text).rfc4514
        } catch {
            throw .denied(.subjectNotAllowed("\(text): \(error)"))
        }
    }

    /// The alternative names of an order; one that the profile would refuse is told to whoever orders, not to the
    /// device that can do nothing about it.
    private func names(of order: ChallengeOrder) throws(EnrollmentRefusal) -> [String]? {
        guard let texts = order.subjectAlternativeNames else { return nil }
        let profile = (order.profile ?? policies[order.endpoint]?.profile).flatMap { profiles[$0] }
        var names: [String] = []
        for text in texts {
            guard let name = GeneralName(text: text) else {
                throw .denied(.nameNotAllowed(name: text, reason: "write it as DNS:…, IP:…, email:… or URI:…"))
            }
            if let fault = profile?.alternativeNames.fault(of: name) {
                throw .denied(.nameNotAllowed(name: text, reason: fault))
            }
            names.append(name.text)
        }
        return names
    }

    /// Long enough that guessing over the network is hopeless.
    private static let shortestStatic = 12

    /// Static challenges looked at; settings name a handful.
    private static let mostStatic = 10_000
}
