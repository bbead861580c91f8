// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// Lists by end, soonest first.
///
/// The index by end leads to rows in no order, each on a page of its own, so as few of them as can be are looked at:
/// what few rows can match is collected in the table's order and sorted; a subject is first looked for in the summaries
/// of blocks. Only where many match, and a page fills soon, is every row looked at that the index names.
extension CredentialSearch {
    func byEnd(_ walk: inout SearchWalk, _ ends: ClosedRange<Int64>) throws(StoreError) {
        if let all = try collected(ends) { return take(all, &walk) }
        if conditions.needle != nil, let candidates = try candidates(ends) {
            return try byEnd(among: candidates, &walk, ends)
        }
        let start = start(walk, ends)
        let sql = conditions.exceptionalStanding == nil ? Self.walkEnds : Self.walkEndsOfStanding
        let statement = conditions.bind(to: try connection.statement(sql), ends: ends)
        try look(through: statement.bind(start.end).bind(start.number), .scattered, &walk)
    }

    private func start(_ walk: SearchWalk, _ ends: ClosedRange<Int64>) -> SearchPosition {
        walk.last ?? SearchPosition(number: .min, end: ends.lowerBound)
    }

    private func take(_ all: [SearchPosition], _ walk: inout SearchWalk) {
        let sorted = all.sorted { $0.isBefore($1) }
        walk.take(walk.last.map { start in sorted.filter { start.isBefore($0) } } ?? sorted)
    }

    /// Everything that matches, by an index that leaves few rows; `nil` when none does.
    private func collected(_ ends: ClosedRange<Int64>) throws(StoreError) -> [SearchPosition]? {
        guard let statement = try shortIndex(before: .max, ends) else { return nil }
        var walk = SearchWalk(wanted: .max, start: nil, budget: limits.budget)
        try look(through: statement, .inOrder, &walk)
        return walk.goesOn ? walk.found : nil
    }

    private static let walkEnds: SQL =
        columns + """
            FROM credential c INDEXED BY credential_by_end
            WHERE (c.not_after, c.number) > (?8, ?9) AND c.not_after <= ?7 ORDER BY c.not_after, c.number
            """
    private static let walkEndsOfStanding: SQL =
        columns + """
            FROM credential c INDEXED BY credential_by_standing_end
            WHERE c.standing > 0 AND c.standing = ?4 AND (c.not_after, c.number) > (?8, ?9) AND c.not_after <= ?7
            ORDER BY c.not_after, c.number
            """
}

// MARK: - With a subject

extension CredentialSearch {
    /// The numbers of all certificates with the subject and of the standing; `nil` when there are very many.
    ///
    /// Of a rare standing, only the blocks with certificates that end in time are looked at.
    private func candidates(_ ends: ClosedRange<Int64>) throws(StoreError) -> Set<Int64>? {
        let ending = try endingOfStanding(ends)
        let blocks = ending.map { numbers in Set(numbers.map(CredentialBlock.start)) }
        var found: Set<Int64> = []
        try eachBlock(before: .max) { first, upper throws(StoreError) in
            if let blocks, !blocks.contains(first) { return true }
            let numbers = try ofSubject(from: first, before: upper)
            if let ending {
                found.formUnion(numbers.filter(ending.contains))
            } else {
                found.formUnion(try ofStanding(numbers, from: first, before: upper))
            }
            return found.count <= limits.mostCandidates
        }
        return found.count <= limits.mostCandidates ? found : nil
    }

    /// The numbers of the rare standing asked for that end in time, as the index alone tells.
    ///
    /// `nil` when no rare standing is asked for, or when there are very many.
    private func endingOfStanding(_ ends: ClosedRange<Int64>) throws(StoreError) -> Set<Int64>? {
        guard let standing = conditions.exceptionalStanding?.rawValue else { return nil }
        var numbers: Set<Int64> = []
        try connection.statement(Self.numbersByEndOfStanding).bind(standing)
            .bind(ends.lowerBound).bind(ends.upperBound).bind(limits.mostCandidates + 1)
            .forEach { row in
                numbers.insert(row.int())
                return true
            }
        return numbers.count <= limits.mostCandidates ? numbers : nil
    }

    /// The numbers of a block whose subjects match, the newest first.
    private func ofSubject(from first: Int64, before upper: Int64) throws(StoreError) -> [Int64] {
        switch try CredentialBlock.judge(first, by: conditions, on: connection) {
        case .noMatch: []
        case .mayMatch(let numbers): numbers
        case .unknown, .anyMayMatch: try bySubject(from: first, before: upper)
        }
    }

    private func bySubject(from first: Int64, before upper: Int64) throws(StoreError) -> [Int64] {
        guard let needle = conditions.needle else { return [] }
        var numbers: [Int64] = []
        try connection.statement(Self.subjects).bind(first).bind(upper).forEach { row in
            let number = row.int()
            if needle.matches(row.text()) { numbers.append(number) }
            return true
        }
        return numbers
    }

    /// Looks at each of a few candidates, or at those of many that the index by end names.
    private func byEnd(
        among candidates: Set<Int64>, _ walk: inout SearchWalk, _ ends: ClosedRange<Int64>
    ) throws(StoreError) {
        guard candidates.count > limits.fewCandidates else {
            var all = SearchWalk(wanted: .max, start: nil, budget: .max)
            for number in candidates.sorted() { try check(number, ends, &all) }
            return take(all.found, &walk)
        }
        let start = start(walk, ends)
        let statement = try connection.statement(Self.namesByEnd)
        try statement.bind(start.end).bind(start.number).bind(ends.upperBound).forEach { row throws(StoreError) in
            let position = SearchPosition(number: row.int(), end: row.int())
            if candidates.contains(position.number) {
                try check(position.number, ends, &walk)
            } else {
                walk.pass(position)
            }
            return walk.goesOn
        }
    }

    private static let subjects: SQL =
        "SELECT number, subject FROM certificate WHERE number >= ? AND number < ? ORDER BY number DESC"
    private static let numbersByEndOfStanding: SQL =
        """
        SELECT number FROM credential INDEXED BY credential_by_standing_end
        WHERE standing > 0 AND standing = ? AND not_after BETWEEN ? AND ? LIMIT ?
        """
    /// Answered by the index alone.
    private static let namesByEnd: SQL =
        """
        SELECT number, not_after FROM credential INDEXED BY credential_by_end
        WHERE (not_after, number) > (?, ?) AND not_after <= ? ORDER BY not_after, number
        """
}
