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
        if conditions.needle != nil, let candidates = try candidates() {
            return try byEnd(among: candidates, &walk, ends)
        }
        let start = start(walk, ends)
        let statement = conditions.bind(to: try connection.statement(Self.walkEnds), ends: ends)
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
}

// MARK: - With a subject

extension CredentialSearch {
    /// The numbers of all certificates with the subject and of the standing; `nil` when there are very many.
    private func candidates() throws(StoreError) -> Set<Int64>? {
        var found: Set<Int64> = []
        try eachBlock(before: .max) { first, upper throws(StoreError) in
            switch try CredentialBlock.judge(first, by: conditions, on: connection) {
            case .noMatch: break
            case .mayMatch(let numbers): found.formUnion(try ofStanding(numbers, from: first, before: upper))
            case .unknown, .anyMayMatch: found.formUnion(try bySubject(from: first, before: upper))
            }
            return found.count <= limits.mostCandidates
        }
        return found.count <= limits.mostCandidates ? found : nil
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

    private static let subjects: SQL = "SELECT number, subject FROM certificate WHERE number >= ? AND number < ?"
    /// Answered by the index alone.
    private static let namesByEnd: SQL =
        """
        SELECT number, not_after FROM credential INDEXED BY credential_by_end
        WHERE (not_after, number) > (?, ?) AND not_after <= ? ORDER BY not_after, number
        """
}
