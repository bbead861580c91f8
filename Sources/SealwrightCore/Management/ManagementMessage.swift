// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// A message of a management session, kept so that people can read the session again.
///
/// Secrets are taken out before it is kept, so it cannot be sent again.
package struct ManagementMessage: Sendable, Hashable, Codable {
    /// Which way a message went.
    package enum Direction: String, Sendable, Codable, CaseIterable {
        /// From the device.
        case received
        /// To the device.
        case sent
    }

    /// The store's own count; 0 before it is stored.
    package let number: Int64
    package let device: DeviceID
    /// The session, by the server's own name for it.
    package let session: String
    /// The protocol's number of the message, for OMA-DM the MsgID.
    package let messageID: String
    package let direction: Direction
    package let at: Timestamp
    /// The message, readable and without secrets.
    package let octets: [UInt8]

    /// How many messages of a device are kept; the oldest go.
    package static let limit = 200

    package init(
        number: Int64 = 0, device: DeviceID, session: String, messageID: String, direction: Direction, at: Timestamp,
        octets: [UInt8]
    ) {
        self.number = number
        self.device = device
        self.session = session
        self.messageID = messageID
        self.direction = direction
        self.at = at
        self.octets = octets
    }
}
