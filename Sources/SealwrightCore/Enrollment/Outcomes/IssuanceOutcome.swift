// SPDX-License-Identifier: Apache-2.0

/// What became of a request for a certificate.
///
/// Each protocol has a word for each case.
package enum IssuanceOutcome: Hashable, Sendable {
    /// The certificate, stored and audited.
    case issued(Credential)
    /// A person decides; the device asks again.
    case pending(EnrollmentID)
    /// Refused, for a reason that a repetition does not change unless the reason says so.
    case denied(DenialReason)
    /// Nothing was decided; try later.
    case unavailable(Unavailability)
}

/// What became of a person's decision about a waiting enrolment.
package enum ApprovalOutcome: Hashable, Sendable {
    /// Recorded; what it led to.
    case decided(IssuanceOutcome)
    /// No such enrolment.
    case notFound
    /// It was decided before; the enrolment as it is.
    case alreadyDecided(Enrollment)
    /// The decision could not be recorded.
    case unavailable(Unavailability)
}
