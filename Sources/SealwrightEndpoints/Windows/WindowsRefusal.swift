// SPDX-License-Identifier: Apache-2.0

import Logging
package import OMADM
import SealwrightCore

/// Why a Windows device did not get what it asked for.
enum WindowsRefusal: Error {
    /// The middle says no.
    case denied(DenialReason)
    /// A credential of a kind that is not offered.
    case credentialKind
    /// The store failed.
    case store(StoreError)
    /// There is no capacity now.
    case unavailable(Unavailability)
    /// The answer cannot be written.
    case unwritable(OMADMError)

    /// The stable code, the same in log and audit.
    var code: String {
        switch self {
        case .denied(let reason): reason.code
        case .credentialKind: "windows.credential-kind"
        case .store(let error): error.code
        case .unavailable(let why): why.code
        case .unwritable: "windows.unwritable"
        }
    }

    /// What log and audit say.
    var sentence: String {
        switch self {
        case .denied(let reason): reason.sentence
        case .credentialKind: "only a user name with a password is taken here"
        case .store(let error): "\(error)"
        case .unavailable(let why): "\(why)"
        case .unwritable(let error): "\(error)"
        }
    }

    /// The protocol's word.
    ///
    /// Source: MS-MDE2, section 2.2.9.
    var fault: MDEFault {
        switch self {
        case .denied(let reason): Self.fault(of: reason)
        case .credentialKind: .authentication
        case .store, .unavailable: .enrollmentServer
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
        case .webhookUnavailable, .authorityUnavailable: .enrollmentServer
        default: .certificateRequest
        }
    }

    /// What the device is told: a stranger learns nothing about challenges.
    var publicSentence: String {
        switch fault {
        case .authentication: "The user name or the password is not right."
        case .enrollmentServer, .internalServiceFault: "The server cannot answer now; try again later."
        default: sentence
        }
    }
}

extension WindowsEnrollmentEndpoint {
    /// Tells log and audit of a refusal that the middle has not told already.
    func record(_ refusal: WindowsRefusal, _ service: Service, _ peer: Peer) async {
        await record(code: refusal.code, sentence: refusal.sentence, service, peer)
    }

    /// Tells log and audit of a message that was refused for its form.
    func record(_ reply: MDEReply, _ service: Service, _ peer: Peer) async {
        guard let fault = reply.fault else { return }
        await record(
            code: fault.code, sentence: reply.cause.map { "\($0)" } ?? "", service,
            peer)
    }

    private func record(code: String, sentence: String, _ service: Service, _ peer: Peer) async {
        logger.notice(
            "Windows enrolment refused",
            metadata: [
                "request.id": "\(peer.requestID)", "service": "\(service.rawValue)", "error.code": "\(code)",
                "error": "\(sentence)", "peer": "\(peer.address)",
            ])
        try? await services.store.append(
            AuditEvent(
                action: "windows.refused", at: services.clock.now, actor: "mde2:windows-mdm", object: service.rawValue,
                outcome: code, details: ["detail": sentence, "peer": peer.address]))
    }
}

extension MDEFault {
    /// The stable code: the fault's name in words with hyphens.
    package var code: String {
        let words = rawValue.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }
        return "windows." + words.joined()
    }
}
