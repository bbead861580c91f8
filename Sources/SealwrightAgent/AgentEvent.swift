// SPDX-License-Identifier: Apache-2.0

import Logging

/// Something worth a line in the agent's log: a constant text and what it is about.
struct AgentEvent: Hashable, Sendable {
    /// What happened.
    enum Kind: String, Hashable, Sendable {
        /// A certificate and its key were installed from a PFX.
        case pfxInstalled = "PFX installed"
        /// A PFX could not be installed.
        case pfxFailed = "PFX not installed"
        /// A root certificate came with a PFX or a reply and was not trusted for that.
        case rootNotTrusted = "root certificate not taken into a trusted store"
        /// A SCEP enrolment was accepted.
        case scepAccepted = "SCEP enrolment accepted"
        /// The authority has not decided yet.
        case scepPending = "SCEP enrolment pending"
        /// A server could not be used; the next one is tried.
        case scepServerFailed = "SCEP server failed"
        /// The key of an enrolment is in a container that nobody has opened since the agent started.
        case scepLocked = "SCEP enrolment waits until its container is unlocked"
        /// A certificate was installed by SCEP.
        case scepInstalled = "SCEP certificate installed"
        /// A SCEP server answered with algorithms that nothing is sent with.
        case scepWeakReply = "SCEP server answers with weak algorithms"
        /// A SCEP enrolment failed.
        case scepFailed = "SCEP enrolment failed"
        /// A server wrote outside an Atomic where one is expected.
        case notAtomic = "written outside an Atomic"
        /// A server asked for a new certificate of the device.
        case renewalRequested = "renewal of the device's certificate asked for"
        /// A server told the device to leave its management.
        case unenrollmentRequested = "told to leave management"
        /// A file that belongs to nothing was removed.
        case leftoverRemoved = "leftover file removed"
        /// Others could read a private key, or change what the agent keeps, until now.
        case modePutBack = "mode of a file put back"
        /// The same, and it is so still.
        case modeLoose = "mode of a file cannot be put back"
        /// A command was not done.
        case commandFailed = "command not done"

        /// How loudly the log tells it.
        var level: Logger.Level {
            switch self {
            // The server is told of a command that was not done; the device's log need not repeat it.
            case .commandFailed: .debug
            case .scepWeakReply, .scepFailed, .pfxFailed, .modePutBack, .modeLoose: .warning
            default: .info
            }
        }
    }

    /// What happened.
    let kind: Kind
    /// The node or file concerned.
    let subject: String
    /// More about it; nothing secret.
    let detail: String

    /// Makes an event.
    init(_ kind: Kind, _ subject: String, _ detail: String = "") {
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }
}
