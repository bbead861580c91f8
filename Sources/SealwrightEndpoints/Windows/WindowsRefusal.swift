// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightCore

/// Why a Windows device did not get what it asked for.
enum WindowsRefusal: Error {
    /// The middle says no, and has told log and audit.
    case denied(DenialReason)
    /// There is no capacity now, as the middle has told.
    case unavailable(Unavailability)
    /// The password is none of ours, or ended.
    case password(DenialReason)
    /// A credential of a kind that is not offered.
    case credentialKind
    /// A token of Entra, for which no issuer is configured.
    case tokenIssuerUnknown
    /// A token that the sign-in page did not make, or made long ago.
    case tokenUnknown
    /// A token past its end.
    case tokenExpired(at: Timestamp)
    /// A token that was used up by another request.
    case tokenUsed
    /// The terms of use are required and were not accepted.
    case termsNotAccepted
    /// Another user enrolled a device of this name, and its certificates are in force.
    case deviceOfAnother
    /// The store failed.
    case store(StoreError)
    /// A person would have to decide, for which the protocol has no word.
    case approvalNotPossible
    /// The answer cannot be written.
    case unwritable(OMADMError)

    /// The stable code, the same in log and audit.
    var code: String {
        switch self {
        case .denied(let reason), .password(let reason): reason.code
        case .credentialKind: "windows.credential-kind"
        case .tokenIssuerUnknown: "windows.token-issuer-unknown"
        case .tokenUnknown: "windows.token-unknown"
        case .tokenExpired: "windows.token-expired"
        case .tokenUsed: "windows.token-used"
        case .termsNotAccepted: "windows.terms-not-accepted"
        case .deviceOfAnother: "windows.device-of-another"
        case .store(let error): error.code
        case .unavailable(let why): why.code
        case .approvalNotPossible: "windows.approval-not-possible"
        case .unwritable: "windows.unwritable"
        }
    }

    /// What log and audit say.
    var sentence: String {
        switch self {
        case .denied(let reason), .password(let reason): reason.sentence
        case .credentialKind: "discovery does not offer this kind of credential here"
        case .tokenIssuerUnknown: "a token of Entra came, and no issuer of such tokens is configured here"
        case .tokenUnknown: "the token is none that the sign-in page made lately"
        case .tokenExpired(let end): "the token of the sign-in page ended at \(end.iso8601)"
        case .tokenUsed: "the token of the sign-in page was used up by another request"
        case .termsNotAccepted: "the terms of use were not accepted, and the settings require that"
        case .deviceOfAnother: "another user enrolled a device of this name, and its certificates are in force"
        case .store(let error): "\(error)"
        case .unavailable(let why): "\(why)"
        case .approvalNotPossible: "the endpoint wants an approval, for which the protocol has no word"
        case .unwritable(let error): "\(error)"
        }
    }

    /// The protocol's word.
    ///
    /// Source: MS-MDE2, section 2.2.9.
    var fault: MDEFault {
        switch self {
        case .denied(let reason), .password(let reason): Self.fault(of: reason)
        case .credentialKind, .tokenUnknown, .tokenExpired, .tokenUsed: .authentication
        case .tokenIssuerUnknown: .notSupported
        case .termsNotAccepted, .deviceOfAnother: .authorization
        case .store, .unavailable: .enrollmentServer
        case .approvalNotPossible: .authorization
        case .unwritable: .internalServiceFault
        }
    }

    private static func fault(of reason: DenialReason) -> MDEFault {
        switch reason {
        case .challengeMissing, .challengeUnknown, .challengeAlreadyUsed, .challengeExpired, .challengeEndpointMismatch:
            .authentication
        case .signerRevoked, .signerExpired, .signerUnknown, .signerNotForEndpoint, .renewalOutsideWindow,
            .renewalSubjectMismatch:
            .notEligibleToRenew
        case .deviceBlocked, .notPermitted, .webhookDenied, .deniedByApprover, .challengeSubjectMismatch,
            .subjectAlreadyEnrolled:
            .authorization
        case .webhookUnavailable, .authorityUnavailable, .tooManyWaiting: .enrollmentServer
        case .requestSignatureInvalid, .signerKeyMismatch, .requestMalformed, .transactionIDInUse, .transactionUnknown,
            .transactionEnded, .keyTooSmall, .keyTooLarge, .keyTypeNotAllowed, .weakKey, .keyCompromised, .keyInUse,
            .subjectNotAllowed, .nameNotAllowed, .lintFailed, .issuanceFailed, .waitedTooLong:
            .certificateRequest
        }
    }

    /// Whether log and audit know already.
    var isTold: Bool {
        switch self {
        case .denied, .unavailable: true
        case .password, .credentialKind, .tokenIssuerUnknown, .tokenUnknown, .tokenExpired, .tokenUsed,
            .termsNotAccepted, .deviceOfAnother, .store, .approvalNotPossible, .unwritable:
            false
        }
    }

    /// What the device is told: a stranger learns nothing about challenges.
    var publicSentence: String {
        switch self {
        case .tokenUnknown, .tokenExpired, .tokenUsed: return "The sign-in has ended; sign in again."
        default: break
        }
        return switch fault {
        case .authentication: "The user name or the password is not right."
        case .enrollmentServer, .internalServiceFault: "The server cannot answer now; try again later."
        default: sentence
        }
    }
}
