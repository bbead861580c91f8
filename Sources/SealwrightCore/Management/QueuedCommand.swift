// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Marks identifiers of queued commands, `qc_…`.
package enum QueuedCommandKind: IdentifierKind { package static let prefix = "qc" }

package typealias QueuedCommandID = Identifier<QueuedCommandKind>

/// Which half of a device's management tree a command is for.
///
/// What is of the user is sent only while a user is logged in.
package enum CommandScope: String, Sendable, Codable, CaseIterable {
    /// The machine; for OMA-DM what begins with `./Device`.
    case device
    /// The user of the session; for OMA-DM what begins with `./User`.
    case user
}

/// Something a device is to be told over its management channel, kept until its answer came.
///
/// ```
/// queued ─ sent ─ succeeded
///    │  ╲   │  ╲─ failed
///    │   ╲──┴──── cancelled
///    ╰── back from sent when a session ended without an answer, at most ten times
/// ```
///
/// The middle does not read the payload: it is the protocol's own octets, sealed by whoever queues it.
package struct QueuedCommand: Sendable, Hashable, Codable {
    /// How far a command has come.
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Waits to be sent.
        case queued
        /// Sent; the device has not answered yet.
        case sent
        /// The device said that it did it.
        case succeeded
        /// The device said that it did not, or never answered.
        case failed
        /// Taken back, or what it was to follow ended badly.
        case cancelled

        /// Whether nothing more happens to a command in this state.
        package var isOver: Bool {
            switch self {
            case .queued, .sent: false
            case .succeeded, .failed, .cancelled: true
            }
        }
    }

    package let id: QueuedCommandID
    package let device: DeviceID
    /// What people call it.
    package let title: String
    package let kind: Kind
    package let scope: CommandScope
    /// The protocol's octets, sealed; none once a secret command is over.
    package var payload: [UInt8]
    /// Whether the payload holds a secret and is erased at the end.
    package let isSecret: Bool
    package let createdAt: Timestamp
    /// Who asked for it: `operator:local`, `system`.
    package let createdBy: String
    /// Not sent before this moment.
    package let notBefore: Timestamp?
    /// Not sent before this command has ended well; cancelled when that one ends badly.
    package let after: QueuedCommandID?
    /// The certificate it is to deliver or asks about.
    package let installation: CertificateInstallationID?
    package var state: State
    /// How often it was sent.
    package var attempts: Int
    /// When it was sent last.
    package var sentAt: Timestamp?
    /// The session it was sent in last, by the server's own name for it.
    package var session: String?
    package var finishedAt: Timestamp?
    /// What came of it, as JSON for people and the API; ``CommandResult`` says how.
    package var outcome: [UInt8]?

    /// How often a command is sent before it is given up.
    package static let attemptLimit = 10

    package init(
        id: QueuedCommandID, device: DeviceID, title: String, kind: Kind, scope: CommandScope = .device,
        payload: [UInt8], isSecret: Bool = false, createdAt: Timestamp, createdBy: String,
        notBefore: Timestamp? = nil, after: QueuedCommandID? = nil, installation: CertificateInstallationID? = nil,
        state: State = .queued, attempts: Int = 0, sentAt: Timestamp? = nil, session: String? = nil,
        finishedAt: Timestamp? = nil, outcome: [UInt8]? = nil
    ) {
        self.id = id
        self.device = device
        self.title = title
        self.kind = kind
        self.scope = scope
        self.payload = payload
        self.isSecret = isSecret
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.notBefore = notBefore
        self.after = after
        self.installation = installation
        self.state = state
        self.attempts = attempts
        self.sentAt = sentAt
        self.session = session
        self.finishedAt = finishedAt
        self.outcome = outcome
    }
}
