// SPDX-License-Identifier: Apache-2.0

package import SCEP
package import SealwrightCore

extension FailInfo {
    /// The closest word SCEP has for a reason; the full reason goes to the audit trail.
    ///
    /// Source: RFC 8894, section 3.2.1.4.
    package init(telling reason: DenialReason) {
        switch reason {
        case .keyTooSmall, .keyTooLarge, .keyTypeNotAllowed, .weakKey:
            self = .badAlg
        case .requestSignatureInvalid:
            self = .badMessageCheck
        case .transactionUnknown, .signerUnknown:
            self = .badCertId
        case .challengeMissing, .challengeUnknown, .challengeAlreadyUsed, .challengeExpired,
            .challengeSubjectMismatch, .challengeEndpointMismatch, .notPermitted, .webhookDenied, .webhookUnavailable,
            .deniedByApprover, .tooManyWaiting, .waitedTooLong, .signerKeyMismatch, .requestMalformed,
            .transactionIDInUse, .transactionEnded, .keyCompromised, .keyInUse, .subjectNotAllowed, .nameNotAllowed,
            .subjectAlreadyEnrolled, .renewalOutsideWindow, .renewalSubjectMismatch, .signerRevoked, .signerExpired,
            .signerNotForEndpoint, .deviceBlocked, .authorityUnavailable, .lintFailed, .issuanceFailed:
            self = .badRequest
        }
    }
}

extension Refusal {
    /// What a device is told about a denial.
    ///
    /// The sentence was written for it and holds nothing secret.
    init(telling reason: DenialReason) {
        self.init(
            failInfo: FailInfo(telling: reason), text: reason.sentence, code: reason.code, detail: reason.hint)
    }
}
