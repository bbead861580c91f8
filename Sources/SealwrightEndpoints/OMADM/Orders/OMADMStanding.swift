// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import SealwrightCore

/// Whether a device can come for orders: by the management certificates that its enrolments gave it.
package enum OMADMStanding: String, Sendable, Hashable, CaseIterable {
    /// It holds a valid one.
    case managed
    /// It left, by its user or by order, and its certificate was revoked for that.
    case left = "left management"
    /// The newest one was revoked for another reason, or is on hold.
    case revoked = "management certificate revoked"
    /// The newest one is past its end.
    case expired = "management certificate expired"

    /// What the newest management certificate says of its device.
    fileprivate init(_ credential: Credential, at now: Timestamp) {
        switch credential.status(at: now) {
        // A certificate that another took the place of lets the device in until it is revoked.
        case .valid, .superseded: self = .managed
        case .revoked: self = credential.revocation?.reason == .cessationOfOperation ? .left : .revoked
        case .onHold: self = .revoked
        case .expired: self = .expired
        }
    }
}

extension OMADMOrders {
    /// Whether a device can come for orders.
    ///
    /// - Parameter device: the device.
    /// - Returns: `nil` for a device that never enrolled for management.
    /// - Throws: ``StoreError``.
    package func standing(of device: DeviceID) async throws(StoreError) -> OMADMStanding? {
        try await standings(of: [device])[device]
    }

    /// Whether devices can come for orders; those that never enrolled for management are left out.
    ///
    /// - Parameter devices: the devices.
    /// - Returns: how each stands.
    /// - Throws: ``StoreError``.
    package func standings(of devices: [DeviceID]) async throws(StoreError) -> [DeviceID: OMADMStanding] {
        let now = clock.now
        var standings: [DeviceID: OMADMStanding] = [:]
        // Newest first, so that the first of a device decides unless an older one is still good.
        for credential in try await store.credentials(of: devices, issuedVia: WindowsEnrollmentEndpoint.via) {
            guard let device = credential.device else { continue }
            if credential.status(at: now) == .valid {
                standings[device] = .managed
            } else if standings[device] == nil {
                standings[device] = OMADMStanding(credential, at: now)
            }
        }
        return standings
    }

    /// Devices that can come for orders, of those that came before.
    ///
    /// - Throws: ``StoreError``.
    package func managedDeviceCount() async throws(StoreError) -> Int {
        try await store.managedDeviceCount(via: WindowsEnrollmentEndpoint.via, now: clock.now)
    }

    /// Refuses orders that nobody would come for; whoever enrolled next under the name would get them.
    ///
    /// A device that never enrolled for management may come with another certificate of ours, one by SCEP for instance.
    func demandManaged(_ device: DeviceID) async throws(OMADMOrderError) {
        let known: Device?
        let standing: OMADMStanding?
        do {
            known = try await store.device(device)
            standing = try await self.standing(of: device)
        } catch {
            throw .management(.store(error))
        }
        // A device that is unknown, blocked or retired is refused by the middle, with that reason.
        switch known?.state {
        case .pending?, .active?: break
        case .blocked?, .retired?, nil: return
        }
        if let standing, standing != .managed { throw .notManaged(device, standing) }
    }
}
