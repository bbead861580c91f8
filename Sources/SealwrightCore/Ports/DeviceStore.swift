// SPDX-License-Identifier: Apache-2.0

/// Which devices a list shows.
package struct DeviceFilter: Sendable, Hashable {
    package var state: Device.State?
    /// Text within the name, the identifier, a name that a protocol knows the device by, or what the device told of
    /// itself; the case of ASCII letters does not matter.
    package var text: String?
    /// What the audit trail calls the event by which somebody enrolled the device whose name is the event's object.
    ///
    /// The text is looked for in the `user` of the last one too.
    package var enrollingAction: String?

    /// Shows every device unless something is named.
    package init(state: Device.State? = nil, text: String? = nil, enrollingAction: String? = nil) {
        self.state = state
        self.text = text
        self.enrollingAction = enrollingAction
    }
}

/// Devices.
package protocol DeviceStore: Sendable {
    /// One device.
    func device(_ id: DeviceID) async throws(StoreError) -> Device?
    /// The device that a protocol knows by this name.
    func device(attachment: Device.Attachment) async throws(StoreError) -> Device?
    /// A page, newest first.
    func devices(_ filter: DeviceFilter, after cursor: String?, limit: Int) async throws(StoreError) -> Page<Device>
    /// Changes the state, if ``Device/State/mayBecome(_:)`` says so.
    ///
    /// - Returns: the device as it is then, in its state of before when that had to stay; `nil` when there is none.
    func setState(_ state: Device.State, of id: DeviceID, event: AuditEvent) async throws(StoreError) -> Device?
}
