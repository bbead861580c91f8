// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// Lists by end, soonest first.
///
/// The index by end leads to rows in no order, each on a page of its own. So where few rows can match, all of them are
/// collected in the table's order and sorted; only where many do, and a page fills soon, is the index walked along.
extension CredentialSearch {
    func byEnd(_ walk: inout SearchWalk, _ ends: ClosedRange<Int64>) throws(StoreError) {
        let start = walk.last ?? SearchPosition(number: .min, end: ends.lowerBound)
        if let all = try collected(ends) { return walk.take(all.filter { start.isBefore($0) }) }
        let statement = conditions.bind(to: try connection.statement(Self.walkEnds), ends: ends)
        try look(through: statement.bind(start.end).bind(start.number), .scattered, &walk)
    }

    /// Everything that matches, soonest end first; `nil` when too many rows would have to be looked at.
    private func collected(_ ends: ClosedRange<Int64>) throws(StoreError) -> [SearchPosition]? {
        var walk = SearchWalk(wanted: .max, start: nil, budget: budget)
        if conditions.needle != nil, conditions.device == nil {
            try byBlocks(&walk, ends)
        } else if let statement = try shortIndex(before: .max, ends) {
            try look(through: statement, .inOrder, &walk)
        } else {
            return nil
        }
        return walk.goesOn ? walk.found.sorted { $0.isBefore($1) } : nil
    }

    private static let walkEnds: SQL =
        columns + """
            FROM credential c INDEXED BY credential_by_end
            WHERE (c.not_after, c.number) > (?8, ?9) AND c.not_after <= ?7 ORDER BY c.not_after, c.number
            """
}
