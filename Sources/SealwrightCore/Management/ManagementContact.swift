// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What is known of a device's management channel from its last contact.
package struct ManagementContact: Sendable, Hashable, Codable {
    /// How messages are written on the wire.
    package enum WireForm: String, Sendable, Codable, CaseIterable {
        case xml
        case wbxml
    }

    package let device: DeviceID
    /// The protocol's short name: `oma-dm`.
    package let managementProtocol: String
    package let lastContactAt: Timestamp
    /// What the device told of itself (DevInfo and the like), JSON.
    package let facts: [UInt8]
    /// Who was logged in, in the protocol's own word; `nil` when it was not told.
    package let loginStatus: String?
    /// How often the device is told to come by itself, for people.
    package let pollSchedule: String?
    package let wireForm: WireForm

    package init(
        device: DeviceID, managementProtocol: String = "oma-dm", lastContactAt: Timestamp, facts: [UInt8],
        loginStatus: String? = nil, pollSchedule: String? = nil, wireForm: WireForm
    ) {
        self.device = device
        self.managementProtocol = managementProtocol
        self.lastContactAt = lastContactAt
        self.facts = facts
        self.loginStatus = loginStatus
        self.pollSchedule = pollSchedule
        self.wireForm = wireForm
    }
}
