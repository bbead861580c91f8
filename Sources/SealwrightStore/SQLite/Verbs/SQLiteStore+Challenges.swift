// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SealwrightCore

extension SQLiteStore: ChallengeStore {
    package func save(_ challenge: Challenge, event: AuditEvent) async throws(StoreError) {
        let prepared = PreparedEvent(event)
        try await commits.perform { session throws(StoreError) in
            try ChallengeRow.insert(challenge, in: session)
            try session.append(prepared)
        }
    }

    package func challenge(endpoint: EndpointID, digest: [UInt8]) async throws(StoreError) -> Challenge? {
        try readers.read { connection throws(StoreError) in
            try connection.statement(Self.challengeByDigest).bind(digest).bind(endpoint).first(ChallengeRow.read)
        }
    }

    package func challenges(
        usableAt now: Timestamp, after cursor: String?, limit: Int
    ) async throws(StoreError) -> Page<Challenge> {
        let limit = max(limit, 1)
        let start = cursor.flatMap(Int64.init) ?? .max
        let found = try await readAtLength { connection throws(StoreError) in
            try connection.statement(Self.usableChallenges).bind(now).bind(start).bind(limit + 1)
                .all(ChallengeRow.readNumbered)
        }
        let items = found.prefix(limit)
        return Page(
            items: items.map(\.challenge), next: found.count > limit ? items.last.map { String($0.number) } : nil)
    }

    package func removeChallenge(_ id: ChallengeID, event: AuditEvent) async throws(StoreError) -> Bool {
        let prepared = PreparedEvent(event)
        return try await commits.perform { session throws(StoreError) in
            try session.statement(Self.deleteChallenge).bind(id).run()
            guard session.connection.changes == 1 else { return false }
            try session.append(prepared)
            return true
        }
    }

    private static let challengeByDigest: SQL = ChallengeRow.select + "WHERE digest = ? AND endpoint = ?"
    /// Found by their end: of the challenges of years few can still be used, and `+` keeps from walking all by number.
    private static let usableChallenges: SQL =
        ChallengeRow.select + """
            WHERE expires_at >= ? AND (uses IS NULL OR used < uses) AND +number < ? ORDER BY +number DESC LIMIT ?
            """
    private static let deleteChallenge: SQL = "DELETE FROM challenge WHERE id = ?"
}
