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

    package func challenges(usableAt now: Timestamp, limit: Int) async throws(StoreError) -> [Challenge] {
        try await readAtLength { connection throws(StoreError) in
            try connection.statement(Self.usableChallenges).bind(now).bind(max(limit, 0)).all(ChallengeRow.read)
        }
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
    private static let usableChallenges: SQL =
        ChallengeRow.select + """
            WHERE expires_at >= ? AND (uses IS NULL OR used < uses) ORDER BY created_at DESC, number DESC LIMIT ?
            """
    private static let deleteChallenge: SQL = "DELETE FROM challenge WHERE id = ?"
}
