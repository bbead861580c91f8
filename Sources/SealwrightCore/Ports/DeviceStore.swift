// SPDX-License-Identifier: Apache-2.0

/// Devices.
package protocol DeviceStore: Sendable {
    /// One device.
    func device(_ id: DeviceID) async throws(StoreError) -> Device?
    /// The device that a protocol knows by this name.
    func device(attachment: Device.Attachment) async throws(StoreError) -> Device?
    /// A page, newest first.
    func devices(state: Device.State?, after cursor: String?, limit: Int) async throws(StoreError) -> Page<Device>
    /// Changes the state, if ``Device/State/mayBecome(_:)`` says so.
    ///
    /// - Returns: the device as it is then, in its state of before when that had to stay; `nil` when there is none.
    func setState(_ state: Device.State, of id: DeviceID, event: AuditEvent) async throws(StoreError) -> Device?
}
