// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Why a request for a certificate was refused.
///
/// The set is closed: every protocol turns a reason into its own words by an exhaustive `switch`. A case carries the
/// facts that explain it and nothing secret. ``code`` is stable, the same in log, audit trail, API and command line.
package enum DenialReason: Error, Hashable, Sendable {
    // The permission

    /// The request carries no challenge and nothing else that would authorise it.
    case challengeMissing
    /// No challenge of this endpoint has this text.
    case challengeUnknown
    /// The challenge bought its certificates already.
    case challengeAlreadyUsed
    /// The challenge is past its time.
    case challengeExpired(at: Timestamp)
    /// The challenge is bound to another name than the request's.
    case challengeSubjectMismatch(requested: String)
    /// The challenge was made for another endpoint.
    case challengeEndpointMismatch
    /// The endpoint does not take this way of authorisation.
    case notPermitted(String)
    /// A webhook refused, in its own words.
    case webhookDenied(String)
    /// The webhook that must be asked did not answer.
    case webhookUnavailable
    /// A person refused.
    case deniedByApprover(String?)
    /// As many requests wait for a person at this endpoint as may.
    case tooManyWaiting
    /// Nobody decided while the request waited.
    case waitedTooLong

    // The request

    /// The request is not signed by the key it holds.
    case requestSignatureInvalid
    /// The message is signed by another key than the request's.
    case signerKeyMismatch
    /// An extension or attribute of the request cannot be read.
    case requestMalformed(String)
    /// The transactionID belongs to a waiting request with another key.
    case transactionIDInUse
    /// No transaction of this endpoint has this transactionID and key.
    case transactionUnknown
    /// The transaction is known, its certificate may no longer be handed out.
    case transactionEnded(String)

    // The key

    /// The RSA modulus is too short.
    case keyTooSmall(bits: Int, minimum: Int)
    /// The RSA modulus is too long.
    case keyTooLarge(bits: Int, maximum: Int)
    /// The profile does not allow this type of key or curve.
    case keyTypeNotAllowed(String)
    /// The key has a known weakness.
    case weakKey([String])
    /// A certificate of this key was revoked because the key was compromised.
    case keyCompromised
    /// A valid certificate of another subject has this key, and the endpoint does not allow that.
    case keyInUse(by: String)

    // The names

    /// The subject breaks a rule.
    case subjectNotAllowed(String)
    /// A name breaks a rule.
    case nameNotAllowed(name: String, reason: String)
    /// Another valid certificate has this subject, and the endpoint allows one.
    case subjectAlreadyEnrolled(String)

    // The renewal

    /// It is too early to renew.
    case renewalOutsideWindow(opensAt: Timestamp)
    /// The renewal asks for another subject, or for a name the certificate does not have.
    case renewalSubjectMismatch(requested: String)
    /// The signing certificate was revoked.
    case signerRevoked(CRLReason)
    /// The signing certificate has ended.
    case signerExpired(at: Timestamp)
    /// The signing certificate is none of ours.
    case signerUnknown
    /// The signing certificate is ours, but for another purpose or authority than this endpoint's.
    case signerNotForEndpoint(String)

    // The device

    /// The device is blocked or retired.
    case deviceBlocked(DeviceID)

    // Us

    /// The issuing authority cannot sign now.
    case authorityUnavailable(AuthorityID, reason: String)
    /// The planned certificate would break a rule; each finding is a sentence.
    case lintFailed([String])
    /// An earlier attempt to carry out this request failed for good.
    case issuanceFailed(String)
}

extension DenialReason {
    /// The stable code: `enrollment.` and the reason.
    package var code: String {
        switch self {
        case .challengeMissing: "enrollment.challenge-missing"
        case .challengeUnknown: "enrollment.challenge-unknown"
        case .challengeAlreadyUsed: "enrollment.challenge-already-used"
        case .challengeExpired: "enrollment.challenge-expired"
        case .challengeSubjectMismatch: "enrollment.challenge-subject-mismatch"
        case .challengeEndpointMismatch: "enrollment.challenge-endpoint-mismatch"
        case .notPermitted: "enrollment.not-permitted"
        case .webhookDenied: "enrollment.webhook-denied"
        case .webhookUnavailable: "enrollment.webhook-unavailable"
        case .deniedByApprover: "enrollment.denied-by-approver"
        case .tooManyWaiting: "enrollment.too-many-waiting"
        case .waitedTooLong: "enrollment.waited-too-long"
        case .requestSignatureInvalid: "enrollment.request-signature-invalid"
        case .signerKeyMismatch: "enrollment.signer-key-mismatch"
        case .requestMalformed: "enrollment.request-malformed"
        case .transactionIDInUse: "enrollment.transaction-id-in-use"
        case .transactionUnknown: "enrollment.transaction-unknown"
        case .transactionEnded: "enrollment.transaction-ended"
        case .keyTooSmall: "enrollment.key-too-small"
        case .keyTooLarge: "enrollment.key-too-large"
        case .keyTypeNotAllowed: "enrollment.key-type-not-allowed"
        case .weakKey: "enrollment.weak-key"
        case .keyCompromised: "enrollment.key-compromised"
        case .keyInUse: "enrollment.key-in-use"
        case .subjectNotAllowed: "enrollment.subject-not-allowed"
        case .nameNotAllowed: "enrollment.name-not-allowed"
        case .subjectAlreadyEnrolled: "enrollment.subject-already-enrolled"
        case .renewalOutsideWindow: "enrollment.renewal-outside-window"
        case .renewalSubjectMismatch: "enrollment.renewal-subject-mismatch"
        case .signerRevoked: "enrollment.signer-revoked"
        case .signerExpired: "enrollment.signer-expired"
        case .signerUnknown: "enrollment.signer-unknown"
        case .signerNotForEndpoint: "enrollment.signer-not-for-endpoint"
        case .deviceBlocked: "enrollment.device-blocked"
        case .authorityUnavailable: "enrollment.authority-unavailable"
        case .lintFailed: "enrollment.lint-failed"
        case .issuanceFailed: "enrollment.issuance-failed"
        }
    }

    /// Whether the very same request may succeed later without anybody changing it.
    package var isRetryable: Bool {
        switch self {
        case .webhookUnavailable, .renewalOutsideWindow, .authorityUnavailable, .tooManyWaiting: true
        default: false
        }
    }

    /// Why an enrolment ended that the store keeps as failed.
    static func failed(_ enrollment: Enrollment) -> DenialReason {
        enrollment.reason == waitedTooLong.code ? .waitedTooLong : .issuanceFailed(enrollment.reason ?? "unknown")
    }

    /// Whether the refusal is about a challenge, so that a retransmission of a granted request can explain it.
    var concernsChallenge: Bool {
        switch self {
        case .challengeMissing, .challengeUnknown, .challengeAlreadyUsed, .challengeExpired: true
        default: false
        }
    }
}
