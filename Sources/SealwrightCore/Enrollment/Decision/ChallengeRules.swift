// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Whether a challenge entitles a request.
///
/// A challenge is bound to what it may buy and compared field by field with the request: a secret that buys any
/// identity would let every device pose as every other (CERT VU#971035).
struct ChallengeRules {
    let ways: EnrollmentPolicy.Authentication
    let now: Timestamp

    /// Holds a challenge against a request.
    ///
    /// Uses are counted here only to refuse early; the store counts for good.
    ///
    /// - Throws: the ``DenialReason``.
    func check(_ challenge: Challenge, for request: EnrollmentRequest) throws(DenialReason) {
        guard challenge.endpoint == request.endpoint else { throw .challengeEndpointMismatch }
        let isTaken = challenge.name == nil ? ways.challenge : ways.staticChallenge
        guard isTaken else { throw .notPermitted(challenge.name == nil ? "one-time challenges" : "static challenges") }
        if let uses = challenge.uses, challenge.used >= uses { throw .challengeAlreadyUsed }
        guard now <= challenge.expiresAt else { throw .challengeExpired(at: challenge.expiresAt) }
        try checkSubject(challenge, request.subject)
        try checkNames(challenge, request.alternativeNames)
    }

    private func checkSubject(_ challenge: Challenge, _ subject: DistinguishedName) throws(DenialReason) {
        guard let bound = challenge.subject else { return }
        guard let name = try? DistinguishedName(rfc4514: bound), name.matchesIgnoringOrder(subject) else {
            throw .challengeSubjectMismatch(requested: subject.rfc4514)
        }
    }

    private func checkNames(_ challenge: Challenge, _ names: [GeneralName]) throws(DenialReason) {
        guard let bound = challenge.subjectAlternativeNames else { return }
        let allowed = Set(bound.map { $0.lowercased() })
        for name in names where !allowed.contains(name.text.lowercased()) {
            throw .challengeSubjectMismatch(requested: name.text)
        }
    }

    /// Holds the names a request asks for against a challenge that is bound to a subject and says nothing of names.
    ///
    /// It buys the names that the subject itself says, by its common names and mail addresses: every other one could be
    /// another device's. Names of kinds that the profile never grants are left out of the certificate anyway.
    ///
    /// - Throws: ``DenialReason/challengeSubjectMismatch(requested:)``.
    static func checkOwnNames(
        _ wish: RequestedCertificate, under profile: CertificateProfile, of challenge: Challenge
    ) throws(DenialReason) {
        guard challenge.subject != nil, challenge.subjectAlternativeNames == nil else { return }
        let telling = wish.subject.attributes.filter { $0.type == .commonName || $0.type == .emailAddress }
        let own = Set(telling.compactMap { $0.text?.lowercased() })
        for name in wish.alternativeNames where profile.alternativeNames.allowed.contains(name.kind) {
            let value = name.text.drop { $0 != ":" }.dropFirst().lowercased()
            guard own.contains(value) else { throw .challengeSubjectMismatch(requested: name.text) }
        }
    }
}
