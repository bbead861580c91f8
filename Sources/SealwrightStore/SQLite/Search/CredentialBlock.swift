// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// A summary of 1,024 credentials whose numbers follow each other.
///
/// A list with a rare filter would have to look at a million rows. Summaries let it pass by the blocks that cannot
/// hold a match: by the span of their ends, by owner, by authority, and by a search through their packed subjects,
/// which costs some 20 microseconds a block. Everything in a summary is fixed when a certificate is stored, so it is
/// written once, when the block is full, and costs an enrolment next to nothing.
struct CredentialBlock {
    /// How many credentials a block holds.
    static let size: Int64 = 1024

    let ends: ClosedRange<Int64>
    let ownCount: Int64
    let authorities: ClosedRange<String>

    /// The number a block with this credential begins with; numbers begin at 1.
    static func start(of number: Int64) -> Int64 { (number - 1) / size * size + 1 }

    /// What a summary tells about a search.
    enum Verdict {
        /// The block is not summarised yet.
        case unknown
        /// The block holds no match.
        case noMatch
        /// Any credential of the block may match.
        case anyMayMatch
        /// Only these may match: their subjects do. Newest first.
        case mayMatch([Int64])
    }

    /// Judges the block that begins at `first`.
    static func judge(
        _ first: Int64, by conditions: CredentialConditions, on connection: SQLConnection
    ) throws(StoreError) -> Verdict {
        try connection.statement(select).bind(first).first { row -> Verdict in
            let (earliest, latest, ownCount) = (row.int(), row.int(), row.int())
            let (low, high) = (row.text(), row.text())
            let block = CredentialBlock(
                ends: min(earliest, latest)...max(earliest, latest), ownCount: ownCount,
                authorities: min(low, high)...max(low, high))
            guard conditions.canMatch(in: block) else { return .noMatch }
            guard let needle = conditions.needle else { return .anyMayMatch }
            let positions = row.withOctets { PackedSubjects.positions(of: needle, in: $0) }
            return .mayMatch(positions.reversed().map { first + Int64($0) })
        } ?? .unknown
    }

    private static let select: SQL =
        """
        SELECT earliest_end, latest_end, own_count, first_authority, last_authority, subjects
        FROM credential_block WHERE first = ?
        """
}

// MARK: - Writing

extension CredentialBlock {
    /// Writes the oldest block that is full and has no summary yet, if there is one.
    static func writeNext(in session: WriteSession) throws(StoreError) {
        let first = try session.connection.number(nextStart)
        let last = first + size - 1
        session.lastInBlock = first - 1
        session.newestCredential = try session.connection.number(newestNumber)
        guard session.isBlockDue else { return }
        var subjects: [UInt8] = []
        try session.statement(subjectsBetween).bind(first).bind(last).forEach { row in
            PackedSubjects.append(row.text(), to: &subjects)
            return true
        }
        try session.statement(insert).bind(first).bind(subjects).bind(first).bind(last).run()
        session.lastInBlock = last
    }

    private static let nextStart: SQL = "SELECT coalesce(max(first) + 1024, 1) FROM credential_block"
    private static let newestNumber: SQL = "SELECT coalesce(max(number), 0) FROM credential"
    private static let subjectsBetween: SQL =
        "SELECT subject FROM certificate WHERE number BETWEEN ? AND ? ORDER BY number"
    private static let insert: SQL =
        """
        INSERT INTO credential_block (first, earliest_end, latest_end, own_count, first_authority, last_authority,
            subjects)
        SELECT ?, min(not_after), max(not_after), count(*) FILTER (WHERE owner = 'own'), min(authority),
            max(authority), ?
        FROM credential WHERE number BETWEEN ? AND ?
        """
}
