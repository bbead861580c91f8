// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// How a ``Device`` lies in its table, and its attachments in theirs.
enum DeviceRow {
    static let select: SQL =
        "SELECT number, id, organization, name, state, created_at, last_seen_at, attachments FROM device"

    /// A device and the number of its row.
    struct Numbered {
        let number: Int64
        var device: Device
    }

    static func read(_ row: inout SQLRow) throws(StoreError) -> Device { try readNumbered(&row).device }

    static func readNumbered(_ row: inout SQLRow) throws(StoreError) -> Numbered {
        let number = row.int()
        let device = Device(
            id: DeviceID(rawValue: row.text()), organization: OrganizationID(rawValue: row.text()), name: row.text(),
            state: try row.word(), createdAt: row.moment(), lastSeenAt: row.moment(),
            attachments: attachments(TextList.decode(row.text())))
        return Numbered(number: number, device: device)
    }

    /// Kind and value take turns in the column.
    private static func attachments(_ texts: [String]) -> [Device.Attachment] {
        stride(from: 0, to: texts.count - 1, by: 2).map { Device.Attachment(kind: texts[$0], value: texts[$0 + 1]) }
    }

    private static func column(_ attachments: [Device.Attachment]) -> String {
        TextList.encode(attachments.flatMap { [$0.kind, $0.value] })
    }

    private static let insertStatement: SQL =
        """
        INSERT INTO device (id, organization, name, state, created_at, last_seen_at, attachments)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """

    static func insert(_ device: Device, in session: WriteSession) throws(StoreError) {
        try session.statement(insertStatement)
            .bind(device.id).bind(device.organization).bind(device.name).bind(device.state).bind(device.createdAt)
            .bind(device.lastSeenAt).bind(column(device.attachments)).run()
        try attach(device.attachments, to: session.connection.lastRow, in: session)
    }

    private static let updateSeen: SQL = "UPDATE device SET last_seen_at = ? WHERE number = ?"
    private static let updateAttachments: SQL = "UPDATE device SET attachments = ? WHERE number = ?"
    private static let insertAttachment: SQL =
        "INSERT OR IGNORE INTO device_attachment (value, kind, device) VALUES (?, ?, ?)"

    /// Brings a known device up to date: when it was seen, and by which names.
    ///
    /// Its state is left alone.
    static func touch(_ known: Numbered, with seen: Device, in session: WriteSession) throws(StoreError) {
        if seen.lastSeenAt > known.device.lastSeenAt {
            try session.statement(updateSeen).bind(seen.lastSeenAt).bind(known.number).run()
        }
        let added = seen.attachments.filter { !known.device.attachments.contains($0) }
        guard !added.isEmpty else { return }
        let all = known.device.attachments + added
        try session.statement(updateAttachments).bind(column(all)).bind(known.number).run()
        try attach(added, to: known.number, in: session)
    }

    /// An attachment belongs to the device that had it first.
    private static func attach(
        _ attachments: [Device.Attachment], to number: Int64, in session: WriteSession
    ) throws(StoreError) {
        for attachment in attachments {
            try session.statement(insertAttachment).bind(attachment.value).bind(attachment.kind).bind(number).run()
        }
    }
}
