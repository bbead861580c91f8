// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Told how requests for certificates ended: a webhook that is notified afterwards.
package protocol EnrollmentObserver: Sendable {
    /// Hears of a certificate once, after it was stored, and of a refusal when it was told to the device or recorded.
    ///
    /// Called while the device waits for its answer: it returns at once, and nothing that it does can fail.
    func ended(_ ending: EnrollmentEnding)
}

/// How one request for a certificate ended.
package struct EnrollmentEnding: Sendable {
    /// With a certificate or without.
    package enum Result: Sendable {
        /// The certificate, stored and audited.
        case issued(Credential)
        /// Refused, at once or by whoever decided later.
        case refused(DenialReason)
    }

    /// Endpoint and transaction, and what makes a repetition of the message the same request.
    package let key: IdempotencyKey
    /// The enrolment that ended; `nil` for a refusal of which the store keeps none.
    package let enrollment: EnrollmentID?
    /// DER of the PKCS#10, blanks in the place of its challengePassword.
    package let certificationRequest: [UInt8]
    package let result: Result
    package let at: Timestamp

    package init(
        key: IdempotencyKey, enrollment: EnrollmentID? = nil, certificationRequest: [UInt8], result: Result,
        at: Timestamp
    ) {
        self.key = key
        self.enrollment = enrollment
        self.certificationRequest = certificationRequest
        self.result = result
        self.at = at
    }

    /// The end of an enrolment that the store keeps.
    init(_ enrollment: Enrollment, _ result: Result, at now: Timestamp) {
        self.init(
            key: enrollment.key, enrollment: enrollment.id, certificationRequest: enrollment.certificationRequest,
            result: result, at: now)
    }
}
