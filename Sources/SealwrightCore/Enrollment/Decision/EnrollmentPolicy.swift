// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What one endpoint asks of those who want a certificate there.
///
/// The profile says what a certificate may hold; the policy says who gets one.
package struct EnrollmentPolicy: Sendable, Hashable, Codable {
    package var endpoint: EndpointID
    package var organization: OrganizationID
    /// The authority that issues.
    ///
    /// Of a policy that follows the rotation it is ``following(_:)`` that fills this in.
    package var authority: AuthorityID
    /// Whether whatever authority is active issues, and those before it renew; a policy made for one authority does
    /// not.
    package var followsRotation: Bool
    /// Whether `authority` is the staged successor, which a device may ask for a certificate before it takes over.
    ///
    /// Only ``ahead(in:)`` sets it.
    package private(set) var isAhead = false
    /// The name of the certificate profile.
    package var profile: String
    package var authentication: Authentication
    package var renewalWindow: RenewalWindow
    /// Seconds after its end that a certificate may still be renewed.
    package var expiredGrace: Int64
    /// Whether a renewal must ask for the subject it renews.
    package var renewalKeepsSubject: Bool
    /// Authorities whose certificates are renewed here beside those of `authority`, such as its predecessor.
    package var renewalAuthorities: [AuthorityID]
    /// Shortest RSA modulus taken here; `nil` leaves it to the profile.
    ///
    /// A smaller number than the profile's is an opt-in to weak keys.
    package var minimumRSABits: Int?
    /// Whether a key must be able to decrypt, as only RSA keys are: a protocol that encrypts its answers to the key that
    /// signed the request could not renew the certificate of another.
    package var keysMustDecrypt: Bool
    /// Whether a first request must be signed by the key it asks a certificate for.
    package var signerKeyMustMatch: Bool
    package var checksWeakKeys: Bool
    package var uniqueSubject: UniqueSubject
    /// Whether one key may have valid certificates for several subjects.
    ///
    /// A key that was compromised never gets one.
    package var keyReuse: KeyReuse
    /// Seconds in which the same message gets the same certificate again.
    package var replayWindow: Int64
    /// How many requests may wait for a person at once; those that wait stay, and a further one is refused.
    package var waitingLimit: Int
    /// Seconds after which a request that nobody decided ends.
    package var waitingTime: Int64

    /// Thirty days, in seconds: nobody's holidays are longer.
    package static let standardWaitingTime: Int64 = 30 * 86_400

    package init(
        endpoint: EndpointID = .default, organization: OrganizationID = .default,
        authority: AuthorityID? = nil, profile: String = "device",
        authentication: Authentication = Authentication(), renewalWindow: RenewalWindow = .always,
        expiredGrace: Int64 = 0, renewalKeepsSubject: Bool = true, renewalAuthorities: [AuthorityID] = [],
        minimumRSABits: Int? = nil, keysMustDecrypt: Bool = false, signerKeyMustMatch: Bool = true,
        checksWeakKeys: Bool = true,
        uniqueSubject: UniqueSubject = .allow, keyReuse: KeyReuse = .allow, replayWindow: Int64 = 86_400,
        waitingLimit: Int = 1_000, waitingTime: Int64 = EnrollmentPolicy.standardWaitingTime
    ) {
        self.endpoint = endpoint
        self.organization = organization
        self.authority = authority ?? AuthorityID(rawValue: "issuing")
        self.followsRotation = authority == nil
        self.profile = profile
        self.authentication = authentication
        self.renewalWindow = renewalWindow
        self.expiredGrace = expiredGrace
        self.renewalKeepsSubject = renewalKeepsSubject
        self.renewalAuthorities = renewalAuthorities
        self.minimumRSABits = minimumRSABits
        self.keysMustDecrypt = keysMustDecrypt
        self.signerKeyMustMatch = signerKeyMustMatch
        self.checksWeakKeys = checksWeakKeys
        self.uniqueSubject = uniqueSubject
        self.keyReuse = keyReuse
        self.replayWindow = replayWindow
        self.waitingLimit = waitingLimit
        self.waitingTime = waitingTime
    }
}

extension EnrollmentPolicy {
    /// The policy as it is now: with the authority that is active, and with the others of this server as those whose
    /// certificates are renewed.
    ///
    /// Others there are before the first rotation too: a successor that was given up may have issued already.
    package func following(_ registry: AuthorityRegistry) -> EnrollmentPolicy {
        guard followsRotation, let active = registry.issuing() else { return self }
        var policy = self
        policy.authority = active.id
        policy.renewalAuthorities += registry.all.filter { context in
            context.authority.kind == .issuing && context.authority.status == .retired
        }.map(\.id)
        return policy
    }

    /// The policy for a device that asks the staged successor, as GetNextCACert lets it; the policy itself where none
    /// is staged or one authority issues whatever happens.
    ///
    /// Source: RFC 8894, section 4.7.
    func ahead(in registry: AuthorityRegistry) -> EnrollmentPolicy {
        guard followsRotation, let staged = registry.staged() else { return self }
        var policy = self
        policy.renewalAuthorities.append(authority)
        policy.authority = staged.id
        policy.isAhead = true
        return policy
    }

    /// Which ways of authorisation an endpoint takes.
    package struct Authentication: Sendable, Hashable, Codable {
        /// One-time challenges.
        package var challenge: Bool
        /// Named challenges that may be used without limit: everybody who knows one enrols.
        package var staticChallenge: Bool
        /// A valid certificate renews itself.
        package var renewal: Bool
        /// When a person decides.
        package var approval: Approval
        /// A web service is asked about requests whose challenge is not one of ours.
        package var webhook: Bool

        package init(
            challenge: Bool = true, staticChallenge: Bool = false, renewal: Bool = true, approval: Approval = .never,
            webhook: Bool = false
        ) {
            self.challenge = challenge
            self.staticChallenge = staticChallenge
            self.renewal = renewal
            self.approval = approval
            self.webhook = webhook
        }
    }

    /// When a person decides about a request.
    package enum Approval: String, Sendable, Codable, CaseIterable {
        /// Never.
        case never
        /// Every first request, also one with a valid challenge. Renewals pass.
        case always
        /// A first request that nothing else authorises.
        case whenUnauthenticated = "when-unauthenticated"
    }

    /// Whether several valid certificates may have one subject.
    package enum UniqueSubject: String, Sendable, Codable, CaseIterable {
        /// They may.
        case allow
        /// A first request for a subject with a valid certificate is refused.
        case refuse
    }

    /// Whether several subjects may have valid certificates for one key.
    package enum KeyReuse: String, Sendable, Codable, CaseIterable {
        /// They may: clients exist that keep one key and ask for several names.
        case allow
        /// A key of another subject's valid certificate is refused, as of a disk image that was copied with its key.
        case refuse
    }
}

/// From when on a certificate may be renewed.
///
/// Written `always`, `half`, `third` or a number of days, such as `30d`.
package enum RenewalWindow: Sendable, Hashable {
    /// From its first second.
    case always
    /// When half of its life has passed.
    case half
    /// When a third of its life remains.
    case third
    /// This many days before its end.
    case days(Int)

    /// The moment from which a certificate with this life may be renewed.
    package func opening(notBefore: Timestamp, notAfter: Timestamp) -> Timestamp {
        let life = max(0, notAfter.seconds(since: notBefore))
        return switch self {
        case .always: notBefore
        case .half: notAfter.adding(seconds: -(life / 2))
        case .third: notAfter.adding(seconds: -(life / 3))
        case .days(let days): notAfter.adding(seconds: -min(Int64(max(0, days)), Self.longest) * 86_400)
        }
    }

    /// A hundred centuries in days; keeps the arithmetic from overflowing.
    private static let longest: Int64 = 3_650_000
}

extension RenewalWindow: Codable {
    /// The text form.
    package var text: String {
        switch self {
        case .always: "always"
        case .half: "half"
        case .third: "third"
        case .days(let days): "\(days)d"
        }
    }

    /// Reads the text form.
    package init?(text: String) {
        switch text {
        case "always": self = .always
        case "half": self = .half
        case "third": self = .third
        default:
            guard text.hasSuffix("d"), let days = Int(text.dropLast()), days >= 0 else { return nil }
            self = .days(days)
        }
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let window = Self(text: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text): expected always, half, third or 30d"))
        }
        self = window
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
