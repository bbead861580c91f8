// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SealwrightCore

extension SQLiteStore: ContactStore {
    package func record(
        _ contact: ManagementContact, messages: [ManagementMessage], sending commands: [QueuedCommandID],
        in name: String
    ) async throws(StoreError) -> [QueuedCommandID] {
        try await commits.perform { session throws(StoreError) in
            let desk = CommandDesk(session: session)
            var gone: [QueuedCommandID] = []
            for id in commands where try !desk.isQueued(id) { gone.append(id) }
            guard gone.isEmpty else { return gone }
            for id in commands { try desk.markSent(id, in: name, at: contact.lastContactAt) }
            try session.statement(Self.upsertContact)
                .bind(contact.device).bind(contact.managementProtocol).bind(contact.lastContactAt).bind(contact.facts)
                .bind(contact.loginStatus).bind(contact.pollSchedule).bind(contact.wireForm).run()
            try session.statement(Self.sight)
                .bind(contact.lastContactAt).bind(contact.device).bind(contact.lastContactAt).run()
            for message in messages {
                try session.statement(Self.insertMessage)
                    .bind(message.device).bind(message.session).bind(message.messageID).bind(message.direction)
                    .bind(message.at).bind(message.octets).run()
            }
            for device in Set(messages.map(\.device)) {
                try session.statement(Self.prune).bind(device).bind(device).bind(ManagementMessage.limit).run()
            }
            return []
        }
    }

    package func contact(of device: DeviceID) async throws(StoreError) -> ManagementContact? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.contactOfDevice).bind(device).first(Self.readContact)
        }
    }

    package func contacts(of devices: [DeviceID]) async throws(StoreError) -> [DeviceID: ManagementContact] {
        try await readAtLength { connection throws(StoreError) in
            var found: [DeviceID: ManagementContact] = [:]
            for device in devices {
                found[device] = try connection.statement(Self.contactOfDevice).bind(device).first(Self.readContact)
            }
            return found
        }
    }

    private static func readContact(_ row: inout SQLRow) throws(StoreError) -> ManagementContact {
        ManagementContact(
            device: DeviceID(rawValue: row.text()), managementProtocol: row.text(), lastContactAt: row.moment(),
            facts: row.octets(), loginStatus: row.optionalText(), pollSchedule: row.optionalText(),
            wireForm: try row.word())
    }

    package func messages(
        of device: DeviceID, session: String?, limit: Int
    ) async throws(StoreError) -> [ManagementMessage] {
        try await readAtLength { connection throws(StoreError) in
            try connection.statement(Self.messagesOfDevice).bind(device).bind(session).bind(max(limit, 0))
                .all { row throws(StoreError) in
                    ManagementMessage(
                        number: row.int(), device: DeviceID(rawValue: row.text()), session: row.text(),
                        messageID: row.text(), direction: try row.word(), at: row.moment(), octets: row.octets())
                }
        }.reversed()
    }

    private static let upsertContact: SQL =
        """
        INSERT INTO management_contact (
            device, protocol, last_contact_at, facts, login_status, poll_schedule, wire_form)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (device) DO UPDATE SET protocol = excluded.protocol, last_contact_at = excluded.last_contact_at,
            facts = excluded.facts, login_status = excluded.login_status, poll_schedule = excluded.poll_schedule,
            wire_form = excluded.wire_form
        """
    private static let sight: SQL = "UPDATE device SET last_seen_at = ? WHERE id = ? AND last_seen_at < ?"
    private static let insertMessage: SQL =
        """
        INSERT INTO management_message (device, session, message_id, direction, at, octets) VALUES (?, ?, ?, ?, ?, ?)
        """
    private static let prune: SQL =
        """
        DELETE FROM management_message WHERE device = ? AND number <= (
            SELECT number FROM management_message WHERE device = ? ORDER BY number DESC LIMIT 1 OFFSET ?)
        """
    private static let contactOfDevice: SQL =
        """
        SELECT device, protocol, last_contact_at, facts, login_status, poll_schedule, wire_form
        FROM management_contact WHERE device = ?
        """
    private static let messagesOfDevice: SQL =
        """
        SELECT number, device, session, message_id, direction, at, octets FROM management_message
        WHERE device = ?1 AND (?2 IS NULL OR session = ?2) ORDER BY number DESC LIMIT ?3
        """
}

extension SQLiteStore: ManagementStore {
    package func managementCounts() async throws(StoreError) -> ManagementCounts {
        try await readAtLength { connection throws(StoreError) in
            let stages = try connection.statement(Self.stages).all { row throws(StoreError) in
                (stage: try row.word(CertificateInstallation.Stage.self), count: Int(row.int()))
            }
            return ManagementCounts(
                queued: Int(try connection.number(Self.countQueued)), sent: Int(try connection.number(Self.countSent)),
                installations: Dictionary(stages.map { ($0.stage, $0.count) }) { first, _ in first })
        }
    }

    package func managedDeviceCount(via: String, now: Timestamp) async throws(StoreError) -> Int {
        try await readAtLength { connection throws(StoreError) in
            Int(try connection.statement(Self.countManaged).bind(via).bind(now).first { row in row.int() } ?? 0)
        }
    }

    private static let countManaged: SQL =
        """
        SELECT count(*) FROM management_contact AS contact JOIN device ON device.id = contact.device
        WHERE device.state NOT IN ('blocked', 'retired') AND EXISTS (
            SELECT 1 FROM credential AS held JOIN certificate AS c ON c.number = held.number
            WHERE held.device = device.id AND held.standing <= 1 AND held.not_after >= ?2 AND (
                c.issued_via = ?1 OR NOT EXISTS (
                    SELECT 1 FROM credential AS other JOIN certificate AS d ON d.number = other.number
                    WHERE other.device = device.id AND d.issued_via = ?1)))
        """
    private static let countQueued: SQL = "SELECT count(*) FROM management_command WHERE state = 'queued'"
    private static let countSent: SQL = "SELECT count(*) FROM management_command WHERE state = 'sent'"
    private static let stages: SQL = "SELECT stage, count(*) FROM certificate_installation GROUP BY stage"
}
