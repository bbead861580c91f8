// SPDX-License-Identifier: Apache-2.0

package import SealwrightCore

extension SQLiteStore: DeviceStore {
    package func device(_ id: DeviceID) async throws(StoreError) -> Device? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.deviceByID).bind(id).first(DeviceRow.read)
        }
    }

    package func device(attachment: Device.Attachment) async throws(StoreError) -> Device? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.deviceByAttachment).bind(attachment.value).bind(attachment.kind)
                .first(DeviceRow.read)
        }
    }

    package func devices(
        _ filter: DeviceFilter, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<Device> {
        let limit = max(limit, 1)
        let start = cursor.flatMap(Int64.init) ?? .max
        let needle = filter.text.map(DeviceNeedle.init)
        let enrolling = filter.enrollingAction.map(AuditChain.canonicalBeginning)
        let found = try await readAtLength { connection throws(StoreError) in
            guard let needle else {
                return try connection.statement(Self.selection(of: filter.state))
                    .bind(start).bind(filter.state).bind(limit + 1).all(DeviceRow.readNumbered)
            }
            return try connection.statement(DeviceNeedle.selection)
                .bind(start).bind(filter.state).bind(needle.pattern).bind(needle.patternInJSON)
                .bind(enrolling).bind(limit + 1).all(DeviceRow.readNumbered)
        }
        let items = found.prefix(limit)
        return Page(
            items: items.map(\.device), next: found.count > limit ? items.last.map { String($0.number) } : nil)
    }

    package func setState(
        _ state: Device.State, of id: DeviceID, event: AuditEvent
    ) async throws(StoreError) -> Device? {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            guard var device = try session.statement(Self.deviceByID).bind(id).first(DeviceRow.read) else { return nil }
            guard device.state.mayBecome(state) else { return device }
            try session.statement(Self.updateState).bind(state).bind(id).run()
            try session.append(prepared)
            device.state = state
            return device
        }
    }

    static let deviceByID: SQL = DeviceRow.select + "WHERE id = ?"
    static let deviceByAttachment: SQL =
        DeviceRow.select + "WHERE number = (SELECT device FROM device_attachment WHERE value = ? AND kind = ?)"
    private static let updateState: SQL = "UPDATE device SET state = ? WHERE id = ?"

    private static func selection(of state: Device.State?) -> SQL {
        switch state {
        case nil: everyDevice
        case .active: activeDevices
        case .pending, .blocked, .retired: otherDevices
        }
    }

    private static let everyDevice: SQL =
        DeviceRow.select + "WHERE number < ? AND ? IS NULL ORDER BY number DESC LIMIT ?"
    private static let activeDevices: SQL =
        DeviceRow.select + "WHERE number < ? AND state = ? ORDER BY number DESC LIMIT ?"
    private static let otherDevices: SQL =
        DeviceRow.select + "WHERE number < ? AND state = ? AND state <> 'active' ORDER BY number DESC LIMIT ?"
}
