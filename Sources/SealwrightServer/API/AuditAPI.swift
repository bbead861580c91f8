// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import PKIFormats
import SealwrightCore

/// `/api/v1/audit`: the trail, its export and its proof.
struct AuditAPI: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("audit") { request, _ in try await list(request) }
        router.get("audit/verify") { request, _ in
            let head = request.queryText("head")
            if let head, Hex.decode(head)?.count != 32 {
                throw ProblemDocument.invalid("head", "is not a SHA-256 hash in hexadecimal")
            }
            return try JSON.response(try await AuditVerification.of(middle.store, head: head))
        }
    }

    /// Newest first without `after`; with it, oldest first from there, which is what an export walks.
    private func list(_ request: Request) async throws -> Response {
        let limit = try request.queryNumber("limit", 1...5_000, default: 100)
        let filter = try Self.filter(request)
        if let text = request.queryText("after") {
            guard let sequence = Int64(text), sequence >= 0 else {
                throw ProblemDocument.invalid("after", "is no number")
            }
            for name in ["object", "device"] where request.queryText(name) != nil {
                throw ProblemDocument.invalid(name, "goes without after; its events are one list")
            }
            let records = try await middle.store.auditRecords(filter, after: sequence, limit: limit)
            let next = records.count == limit ? records.last.map { String($0.sequence) } : nil
            return try JSON.response(ListDocument(items: records.map { AuditDocument($0) }, next: next))
        }
        let records = try await newest(request, filter, limit)
        return try JSON.response(ListDocument(items: records.map { AuditDocument($0) }, next: nil))
    }

    private func newest(_ request: Request, _ filter: AuditFilter, _ limit: Int) async throws -> [AuditRecord] {
        guard let text = request.queryText("device") else {
            return try await middle.store.newestAuditRecords(filter, limit: limit)
        }
        guard filter.object == nil else {
            throw ProblemDocument.invalid("object", "goes without device, which is more")
        }
        let id = DeviceID(rawValue: text)
        guard let device = try await middle.store.device(id) else { throw ProblemDocument.noDevice(id) }
        return try await DeviceAudit(store: middle.store).newest(of: device, filter, limit: limit)
    }

    private static func filter(_ request: Request) throws -> AuditFilter {
        var filter = AuditFilter(object: request.queryText("object"))
        filter.actor = try name(request, "actor").map(AuditName.actor)
        filter.action = try name(request, "action").map(AuditName.action)
        filter.since = try moment(request, "since")
        filter.until = try moment(request, "until")
        if let since = filter.since, let until = filter.until, until <= since {
            throw ProblemDocument.invalid("until", "is not after since, so that nothing lies between")
        }
        return filter
    }

    private static func name(_ request: Request, _ name: String) throws -> String? {
        let text = request.queryText(name)
        if text?.isEmpty == true { throw ProblemDocument.invalid(name, "is empty; leave it out for all") }
        return text
    }

    private static func moment(_ request: Request, _ name: String) throws -> Timestamp? {
        guard let text = request.queryText(name) else { return nil }
        guard let moment = Timestamp(typed: text) else {
            throw ProblemDocument.invalid(name, "is neither a moment as RFC 3339 writes it nor a day")
        }
        return moment
    }
}

/// Whether the chain holds.
package struct AuditVerification: Codable, Sendable {
    /// Records that verify.
    package let records: Int
    /// The sequence number of the first one that does not.
    package let firstBad: Int64?
    /// The last hash, hexadecimal.
    ///
    /// Kept elsewhere, it proves later that nothing was cut off the end.
    package let head: String?
    /// Whether the head hash asked about is in the chain.
    package let containsHead: Bool?

    /// Records read at once.
    private static let batch = 5_000

    /// Walks the whole chain of a store; `head` is a hash, in hexadecimal, that must be met on the way.
    ///
    /// - Throws: ``StoreError`` when the trail cannot be read.
    static func of(_ store: some AuditStore, head: String?) async throws(StoreError) -> AuditVerification {
        let wanted = head.flatMap { Hex.decode($0) }
        var isFound = false
        var last: AuditRecord?
        var count = 0
        while true {
            let records = try await store.auditRecords(after: last?.sequence ?? 0, limit: batch)
            guard !records.isEmpty else { break }
            if let bad = AuditChain.verify(records, after: last) {
                return AuditVerification(records: count, firstBad: bad, head: nil, containsHead: nil)
            }
            count += records.count
            if let wanted, !isFound { isFound = records.contains { $0.hash == wanted } }
            last = records.last
        }
        return AuditVerification(
            records: count, firstBad: nil, head: last.map { Hex.encode($0.hash) },
            containsHead: head == nil ? nil : isFound)
    }
}

/// An audit record as the API tells it.
package struct AuditDocument: Codable, Sendable {
    package let sequence: Int64
    package let at: String
    package let action: String
    package let actor: String
    package let object: String
    package let outcome: String
    package let details: [String: String]
    package let hash: String

    init(_ record: AuditRecord) {
        sequence = record.sequence
        at = record.event.at.iso8601
        action = record.event.action
        actor = record.event.actor
        object = record.event.object
        outcome = record.event.outcome
        details = record.event.details
        hash = Hex.encode(record.hash)
    }
}
