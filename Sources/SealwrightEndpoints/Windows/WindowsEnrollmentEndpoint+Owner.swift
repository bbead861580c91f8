// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
package import SealwrightCore

/// Whose a device is: what it is called it says itself, so that another user's device must not be had for its name.
extension WindowsEnrollmentEndpoint {
    /// What the audit trail calls an enrolment for management, whose object is the device's name.
    package static let enrolled = "windows.enrolled"
    /// Where the device keeps its certificate, in the audit event.
    private static let storeDetail = "store"
    /// The enrolment that the device's accounts are bound to, in the audit event.
    private static let accountDetail = "account"
    /// Characters of a user's name that are kept.
    private static let userLength = 256

    /// Lets a device that has certificates in force be enrolled again by the user who enrolled it only.
    ///
    /// With the name go the orders that wait for the device and what was sent to it before. A device that left, or
    /// whose certificates were revoked or ended, is anybody's. Who does not know a password is told of that first, and
    /// learns of no device.
    ///
    /// - Throws: ``WindowsRefusal``, ``WindowsRefusal/deviceOfAnother`` among them.
    func demandSameUser(_ signIn: WindowsSignIn, for name: MDEDeviceID) async throws(WindowsRefusal) {
        let isAnothers: Bool
        do {
            isAnothers = try await isHeld(name, byAnotherThan: signIn.user)
        } catch {
            throw .store(error)
        }
        guard isAnothers else { return }
        _ = try await challenge(of: signIn)
        throw .deviceOfAnother
    }

    private func isHeld(_ name: MDEDeviceID, byAnotherThan user: String) async throws(StoreError) -> Bool {
        guard let last = try await lastEnrollment(of: name), Self.isOfAnother(last, than: user),
            let device = last.details["device"]
        else { return false }
        var filter = CredentialFilter(now: services.clock.now)
        filter.device = DeviceID(rawValue: device)
        filter.status = .valid
        return try await !services.store.credentials(filter, after: nil, limit: 1).items.isEmpty
    }

    /// One audit line an enrolment: the device, its user and the certificate.
    ///
    /// What waits for a device of another user is taken back first: it was meant for that one.
    ///
    /// - Throws: ``WindowsRefusal/store(_:)``; the certificate is not handed out then; the same request may come again.
    func recordEnrollment(
        of request: IssueRequest, by user: String, in store: ProvisionedCertificate.Store, _ credential: Credential,
        _ peer: Peer
    ) async throws(WindowsRefusal) {
        let name = request.deviceID
        var details = [
            "user": Self.kept(user), "device": credential.device?.rawValue ?? "",
            "credential": credential.id.rawValue, "peer": peer.address,
            Self.storeDetail: store.rawValue, Self.accountDetail: credential.id.rawValue,
        ]
        details["request-device"] = request.otherNameInRequest.map { String($0.prefix(MDEDeviceID.limit)) }
        do {
            if let last = try await lastEnrollment(of: name), Self.isOfAnother(last, than: user) {
                try await takeBackOrders(of: credential.device)
            }
            try await services.store.append(
                AuditEvent(
                    action: Self.enrolled, at: services.clock.now, actor: Self.via, object: name.text,
                    details: details))
        } catch {
            throw .store(error)
        }
    }

    private static func kept(_ user: String) -> String { String(user.prefix(userLength)) }

    private static func isOfAnother(_ enrollment: AuditEvent, than user: String) -> Bool {
        guard let owner = enrollment.details["user"] else { return false }
        return UserName.comparable(owner) != UserName.comparable(kept(user))
    }

    private func takeBackOrders(of device: DeviceID?) async throws(StoreError) {
        guard let device else { return }
        var cursor: String?
        repeat {
            let page = try await services.store.commands(
                of: device, in: [.queued, .sent], after: cursor, limit: 100)
            for command in page.items {
                do {
                    _ = try await services.management.cancel(command.id, by: Self.via)
                } catch {
                    // One that ended meanwhile needs no taking back.
                    if case .store(let failure) = error { throw failure }
                }
            }
            cursor = page.next
        } while cursor != nil
        // Its certificates were that user's too: none is ordered anew by itself.
        do {
            _ = try await services.management.noteLeft(device)
        } catch {
            if case .store(let failure) = error { throw failure }
        }
    }

    private func lastEnrollment(of name: MDEDeviceID) async throws(StoreError) -> AuditEvent? {
        try await Self.lastEnrollment(named: name.text, in: services.store)
    }

    /// Where a device keeps the certificate of its enrolment, which is where it looks for the next one too.
    ///
    /// - Returns: `nil` when that was not recorded.
    func enrolledStore(of certificate: CertificateView) async throws(StoreError) -> ProvisionedCertificate.Store? {
        guard let name = certificate.subject.commonName else { return nil }
        let last = try await Self.lastEnrollment(named: name, in: services.store)
        return last?.details[Self.storeDetail].flatMap { ProvisionedCertificate.Store(rawValue: $0) }
    }

    /// The accounts that the provisioning document of an enrolment names.
    static func account(of name: MDEDeviceID, enrolledBy credential: Credential) -> WindowsAccount {
        WindowsAccount(name, enrollment: credential.id.rawValue)
    }

    /// The accounts of a device as it enrolled the last time.
    ///
    /// - Throws: ``StoreError``.
    static func account(of name: MDEDeviceID, in store: any AuditStore) async throws(StoreError) -> WindowsAccount {
        let last = try await lastEnrollment(named: name.text, in: store)
        return WindowsAccount(name, enrollment: last?.details[accountDetail])
    }

    private static func lastEnrollment(
        named name: String, in store: any AuditStore
    ) async throws(StoreError) -> AuditEvent? {
        try await store.newestAuditRecord(of: enrolled, object: name)?.event
    }

    /// The users who enrolled devices for management the last time; a device that nobody enrolled so is left out.
    ///
    /// - Parameters:
    ///   - devices: the devices.
    ///   - store: where the audit trail is.
    /// - Returns: the names as they were signed in with.
    /// - Throws: ``StoreError``.
    package static func users(
        of devices: [Device], in store: any AuditStore
    ) async throws(StoreError) -> [DeviceID: String] {
        let names = Dictionary(devices.map { ($0.id, Self.names(of: $0)) }) { first, _ in first }
        let events = try await store.newestAuditRecords(of: enrolled, objects: Set(names.values.joined()))
        var users: [DeviceID: String] = [:]
        for (device, names) in names {
            let last = names.lazy.compactMap { events[$0]?.event }.first { $0.details["device"] == device.rawValue }
            users[device] = last?.details["user"]
        }
        return users
    }

    /// The names under which a device may have been enrolled.
    private static func names(of device: Device) -> [String] {
        let kind = Device.Attachment.scepSubject("").kind
        return device.attachments.filter { $0.kind == kind }.compactMap { attachment in
            (try? DistinguishedName(rfc4514: attachment.value))?.commonName
        }
    }
}
