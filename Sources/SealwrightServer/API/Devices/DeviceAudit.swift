// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// What the audit trail tells of one device: of itself, and of all that it was given or asked for.
///
/// An event has one object, so that those of a device's certificates, enrolments and challenges stand under their own.
struct DeviceAudit: Sendable {
    let store: any Store

    /// The newest events, newest first, of those that a filter without an object lets through.
    ///
    /// - Throws: ``StoreError``.
    func newest(of device: Device, _ filter: AuditFilter, limit: Int) async throws(StoreError) -> [AuditRecord] {
        var found: [Int64: AuditRecord] = [:]
        var filter = filter
        for object in try await objects(of: device) {
            filter.object = object
            for record in try await store.newestAuditRecords(filter, limit: limit) {
                found[record.sequence] = record
            }
        }
        // Peers choose names, so that events stand under them that are of others.
        for name in names(of: device) {
            filter.object = name
            let records = try await store.newestAuditRecords(filter, limit: limit)
            for record in records where record.event.details["device"] == device.id.rawValue {
                found[record.sequence] = record
            }
        }
        return Array(found.values.sorted { $0.sequence > $1.sequence }.prefix(limit))
    }

    /// The device, its certificates with what led to them, and the orders that it should have some.
    private func objects(of device: Device) async throws(StoreError) -> Set<String> {
        var objects: Set<String> = [device.id.rawValue]
        var filter = CredentialFilter(now: .init(seconds: 0))
        filter.device = device.id
        var cursor: String?
        repeat {
            let page = try await store.credentials(filter, after: cursor, limit: Self.page)
            for credential in page.items {
                objects.insert(credential.serial.hex)
                objects.formUnion([credential.enrollment?.rawValue, credential.challenge?.rawValue].compactMap { $0 })
            }
            cursor = page.next
        } while cursor != nil && objects.count < Self.longest
        cursor = nil
        repeat {
            let page = try await store.installations(of: device.id, stage: nil, after: cursor, limit: Self.page)
            objects.formUnion(page.items.map(\.id.rawValue))
            cursor = page.next
        } while cursor != nil && objects.count < Self.longest
        return objects
    }

    /// The names by which an enrolment for management notes its device.
    private func names(of device: Device) -> Set<String> {
        let names = device.attachments.map { attachment in
            (try? DistinguishedName(rfc4514: attachment.value))?.commonName ?? attachment.value
        }
        return Set(names)
    }

    private static let page = 200
    /// Objects that are looked up; a device that renews weekly has so many after years.
    private static let longest = 5_000
}
