// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import OMADM

/// Why an enrolment, a session or a renewal of the agent came to nothing.
///
/// Cases carry the facts, never a password; ``code`` is stable and the same in log and command line.
public enum AgentServiceError: Error, Hashable, Sendable {
    // The device
    /// The device has no management server.
    case notEnrolled
    /// The device has a management server already; its address is given.
    case alreadyEnrolled(server: String)
    /// The certificate that sessions are opened with, or its key, is not in the store.
    case managementCertificateMissing
    /// The certificate cannot be renewed by itself any more.
    case renewalOver(String)
    /// The service is ending.
    case stopped

    // What was handed in
    /// The invitation is none.
    case invitationUnreadable(String)
    /// A file of commands is neither SyncML in XML nor in WBXML.
    case commandsUnreadable(OMADMError)

    // The server
    /// The server wants users to sign in on a page; its address is given.
    case signInNeeded(address: String)
    /// The provisioning document has no account with an address for sessions.
    case noManagementAccount
    /// The enrolment was refused or came to nothing; the answer before that is given when there was one.
    case enrollment(MDEError, at: EnrollmentAnswer? = nil)
    /// There was no answer.
    case transport(TransportFailure)
    /// The session was answered with an HTTP status other than 200.
    case httpStatus(Int)
    /// The session was answered with another media type than SyncML's.
    case notSyncML(mediaType: String)
    /// The answer is no message of SyncML.
    case messageUnreadable(OMADMError)
    /// The server does not take the device into a session.
    case sessionRefused(StatusCode)
    /// The server sent so many messages in a row that did not take the session on.
    case sessionStuck(messages: Int)
    /// The session passed its bound on messages.
    case sessionTooLong(messages: Int)
    /// The session passed its bound on octets received.
    case sessionTooLarge(octets: Int)

    // Ourselves
    /// A key could not be made or used.
    case crypto(CryptoError)
    /// A message of the device cannot be written.
    case messageUnwritable(OMADMError)
    /// The state of the agent cannot be read or kept.
    case store(AgentError)

    /// The stable code of this error.
    public var code: String {
        switch self {
        case .notEnrolled: "agent.not-enrolled"
        case .alreadyEnrolled: "agent.already-enrolled"
        case .managementCertificateMissing: "agent.management-certificate-missing"
        case .renewalOver: "agent.renewal-over"
        case .stopped: "agent.stopped"
        case .invitationUnreadable: "agent.invitation-unreadable"
        case .commandsUnreadable: "agent.commands-unreadable"
        case .signInNeeded: "agent.sign-in-needed"
        case .noManagementAccount: "agent.no-management-account"
        case .enrollment(let error, _): error.code
        case .transport(let failure): failure.code
        case .httpStatus: "agent.http-status"
        case .notSyncML: "agent.not-syncml"
        case .messageUnreadable: "agent.message-unreadable"
        case .sessionRefused: "agent.session-refused"
        case .sessionStuck: "agent.session-stuck"
        case .sessionTooLong: "agent.session-too-long"
        case .sessionTooLarge: "agent.session-too-large"
        case .crypto(let error): error.code
        case .messageUnwritable(let error): error.code
        case .store(let error): error.code
        }
    }

    /// Whether the same may succeed later without anyone changing anything.
    public var isRetryable: Bool {
        switch self {
        case .transport(let failure): [.unresolved, .unreachable, .answerLost, .invalidResponse].contains(failure.kind)
        case .httpStatus(let status): status == 429 || status >= 500
        case .enrollment(let error, _): error.isRetryable
        case .stopped: true
        default: false
        }
    }
}

extension AgentServiceError: CustomStringConvertible {
    /// One sentence for people; nothing secret.
    public var description: String { deviceDescription ?? serverDescription }

    private var deviceDescription: String? {
        switch self {
        case .notEnrolled: "this device is not enrolled with a management server"
        case .alreadyEnrolled(let server): "this device is enrolled with \(server) already"
        case .managementCertificateMissing: "the certificate for sessions, or its key, is not in the store"
        case .renewalOver(let reason): "the certificate cannot be renewed: \(reason)"
        case .stopped: "the service is ending"
        case .invitationUnreadable(let reason): "the invitation cannot be read: \(reason)"
        case .commandsUnreadable(let error): "the file holds no SyncML commands: \(error)"
        case .crypto(let error): error.description
        case .messageUnwritable(let error): "the device's message cannot be written: \(error)"
        case .store(let error): error.description
        default: nil
        }
    }

    private var serverDescription: String {
        switch self {
        case .signInNeeded(let address): "the server wants the user to sign in at \(address)"
        case .noManagementAccount: "the server gave a certificate but no address for sessions"
        case .enrollment(let error, let answer): Self.description(of: error, at: answer)
        case .transport(let failure): failure.reason
        case .httpStatus(let status): "the server answered the session with HTTP status \(status)"
        case .notSyncML(let type): "the server answered with '\(type)' instead of SyncML"
        case .messageUnreadable(let error): "the server's message cannot be read: \(error)"
        case .sessionRefused(let code): "the server does not take this device into a session: status \(code.rawValue)"
        case .sessionStuck(let messages):
            "\(messages) messages of the server in a row were the same, empty, or of another session or device"
        case .sessionTooLong(let messages): "the server did not end the session within \(messages) messages"
        case .sessionTooLarge(let octets): "the server sent more than \(octets) bytes in one session"
        default: code
        }
    }
}

extension AgentServiceError {
    /// What is wrong with an enrolment, and which answer shows it unless the text of a fault says so.
    private static func description(of error: MDEError, at answer: EnrollmentAnswer?) -> String {
        guard let answer else { return error.description }
        return switch error {
        case .refused: error.description
        case .unexpectedStatus: answer.description
        default: "\(answer): \(error)"
        }
    }

    /// Runs a change of the store.
    static func storing<Value>(_ body: () throws(AgentError) -> Value) throws(AgentServiceError) -> Value {
        do {
            return try body()
        } catch {
            throw .store(error)
        }
    }
}
