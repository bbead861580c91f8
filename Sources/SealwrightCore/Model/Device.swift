// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// One endpoint machine, however many protocols know it.
package struct Device: Sendable, Hashable, Codable {
    /// How far we trust a device.
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Seen, holds no certificate yet.
        case pending
        /// Holds or may hold certificates.
        case active
        /// Refused everywhere until released.
        case blocked
        /// Gone for good; kept for history.
        case retired

        /// Whether a device in this state may come into another by order.
        ///
        /// Blocking one that has left gains nothing, and it would be forgotten that it left.
        package func mayBecome(_ next: State) -> Bool { !(self == .retired && next == .blocked) }
    }

    package let id: DeviceID
    package let organization: OrganizationID
    /// What people call it: the common name of its first certificate until somebody changes it.
    package var name: String
    package var state: State
    package let createdAt: Timestamp
    package var lastSeenAt: Timestamp
    /// How each protocol names this device.
    package var attachments: [Attachment]

    /// The name one protocol knows a device by, such as `scep-subject` and `CN=laptop-7`.
    package struct Attachment: Sendable, Hashable, Codable {
        package let kind: String
        package let value: String

        package init(kind: String, value: String) {
            self.kind = kind
            self.value = value
        }

        /// The subject of a SCEP enrolment, RFC 4514 text.
        package static func scepSubject(_ subject: String) -> Attachment {
            Attachment(kind: "scep-subject", value: subject)
        }
    }

    package init(
        id: DeviceID, organization: OrganizationID = .default, name: String, state: State, createdAt: Timestamp,
        lastSeenAt: Timestamp, attachments: [Attachment]
    ) {
        self.id = id
        self.organization = organization
        self.name = name
        self.state = state
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.attachments = attachments
    }
}
