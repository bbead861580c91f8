// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// One page of a list of credentials.
///
/// The page is reached by the index that leaves the fewest rows; rows are then looked at one by one, within a budget.
/// When the budget ends before the page is full, the page is short and its cursor goes on from there, so that no
/// filter, however odd, holds a reader for longer than a tenth of a second.
struct CredentialSearch {
    let connection: SQLConnection
    let conditions: CredentialConditions
    let limits: SearchLimits

    init(_ connection: SQLConnection, _ filter: CredentialFilter, limits: SearchLimits = SearchLimits()) {
        self.limits = limits
        self.connection = connection
        self.conditions = CredentialConditions(filter)
    }

    /// Finds the page after a cursor, which is `next` of the page before; `limit` is at least 1.
    func page(after cursor: String?, limit: Int) throws(StoreError) -> Page<Credential> {
        guard let ends = conditions.ends else { return Page(items: [], next: nil) }
        let start = cursor.flatMap(SearchPosition.init(text:))
        var walk = SearchWalk(wanted: max(limit, 1), start: start, budget: limits.budget)
        if conditions.isByEnd {
            try byEnd(&walk, ends)
        } else if let statement = try shortIndex(before: walk.last?.number ?? .max, ends) {
            try look(through: statement, .inOrder, &walk)
        } else {
            try byBlocks(&walk, ends)
        }
        var items: [Credential] = []
        for position in walk.found.prefix(walk.wanted) {
            let item = try connection.statement(Self.byNumber).bind(position.number).first(CredentialRow.read)
            if let item { items.append(item) }
        }
        return Page(items: items, next: walk.next?.text)
    }

    /// Looks at rows of number, end and whether all but the subject matches.
    func look(
        through statement: SQLStatement, _ cost: SearchWalk.RowCost, _ walk: inout SearchWalk
    ) throws(StoreError) {
        try statement.forEach { row throws(StoreError) in
            let position = SearchPosition(number: row.int(), end: row.int())
            try look(at: position, isMatch: row.int() != 0, cost, &walk)
            return walk.goesOn
        }
    }

    private func look(
        at position: SearchPosition, isMatch: Bool, _ cost: SearchWalk.RowCost, _ walk: inout SearchWalk
    ) throws(StoreError) {
        guard isMatch, let needle = conditions.needle else {
            return walk.pass(position, isMatch: isMatch, cost: cost.row)
        }
        let subject = try connection.statement(Self.subject).bind(position.number).first { row in row.text() }
        walk.pass(position, isMatch: subject.map(needle.matches) ?? false, cost: cost.subject)
    }

    private static let byNumber: SQL = CredentialRow.select + "WHERE c.number = ?"
    private static let subject: SQL = "SELECT subject FROM certificate WHERE number = ?"
}

// MARK: - By an index

extension CredentialSearch {
    /// A walk along an index that leaves few rows, if the filter names one.
    func shortIndex(before number: Int64, _ ends: ClosedRange<Int64>) throws(StoreError) -> SQLStatement? {
        if let device = conditions.device {
            return conditions.bind(to: try connection.statement(Self.walkDevice), ends: ends).bind(number).bind(device)
        }
        if conditions.owner == .own, try isShort(try connection.statement(Self.countOwn)) {
            return conditions.bind(to: try connection.statement(Self.walkOwn), ends: ends).bind(number)
        }
        guard let standing = conditions.exceptionalStanding?.rawValue,
            try isShort(try connection.statement(Self.countStanding).bind(standing))
        else { return nil }
        return conditions.bind(to: try connection.statement(Self.walkStanding), ends: ends)
            .bind(number).bind(standing)
    }

    /// With a subject to look for, an index pays only while it leaves few rows: each costs a look at its certificate.
    ///
    /// For a list by end all of them are collected and sorted.
    private func isShort(_ count: SQLStatement) throws(StoreError) -> Bool {
        guard conditions.needle != nil || conditions.isByEnd else { return true }
        let limit = conditions.needle != nil ? limits.fewCandidates : limits.fewRows
        return try count.bind(limit + 1).first { row in row.int() } ?? 0 <= limit
    }

    static let columns: SQL = "SELECT c.number, c.not_after," + CredentialConditions.column
    private static let walkDevice: SQL =
        columns + """
            FROM credential c INDEXED BY credential_by_device
            WHERE c.device IS NOT NULL AND c.number < ?8 AND c.device = ?9 ORDER BY c.number DESC
            """
    private static let walkOwn: SQL =
        columns + """
            FROM credential c INDEXED BY credential_of_ours
            WHERE c.owner = 'own' AND c.number < ?8 ORDER BY c.number DESC
            """
    private static let walkStanding: SQL =
        columns + """
            FROM credential c INDEXED BY credential_by_standing
            WHERE c.standing > 0 AND c.number < ?8 AND c.standing = ?9 ORDER BY c.number DESC
            """
    private static let countOwn: SQL =
        "SELECT count(*) FROM (SELECT 1 FROM credential WHERE owner = 'own' LIMIT ?)"
    private static let countStanding: SQL =
        "SELECT count(*) FROM (SELECT 1 FROM credential WHERE standing > 0 AND standing = ? LIMIT ?)"
}

// MARK: - By blocks

extension CredentialSearch {
    /// Goes through all numbers from the newest, passing by the blocks that cannot hold a match.
    private func byBlocks(_ walk: inout SearchWalk, _ ends: ClosedRange<Int64>) throws(StoreError) {
        try eachBlock(before: walk.last?.number ?? .max) { first, upper throws(StoreError) in
            try look(from: first, before: upper, &walk, ends)
            return walk.goesOn
        }
    }

    /// Shows where each block begins and what it ends before, the newest first, until `visit` returns `false`.
    func eachBlock(
        before number: Int64, _ visit: (_ first: Int64, _ upper: Int64) throws(StoreError) -> Bool
    ) throws(StoreError) {
        var upper = min(number, try connection.number(Self.afterNewest))
        while upper > 1 {
            let first = CredentialBlock.start(of: upper - 1)
            guard try visit(first, upper) else { return }
            upper = first
        }
    }

    private func look(
        from first: Int64, before upper: Int64, _ walk: inout SearchWalk, _ ends: ClosedRange<Int64>
    ) throws(StoreError) {
        let beginning = SearchPosition(number: first, end: 0)
        switch try CredentialBlock.judge(first, by: conditions, on: connection) {
        case .unknown, .anyMayMatch: try scan(from: first, before: upper, &walk, ends)
        case .noMatch: walk.pass(beginning, cost: 10)
        case .mayMatch(let numbers):
            for number in try ofStanding(numbers, from: first, before: upper) where number < upper && walk.goesOn {
                try check(number, ends, &walk)
            }
            if walk.goesOn { walk.pass(beginning, cost: 150) }
        }
    }

    /// Of numbers of one block, the newest first, those of the rare standing asked for, as the index alone tells.
    ///
    /// Few numbers are returned as they are: a look at each costs less.
    func ofStanding(_ numbers: [Int64], from first: Int64, before upper: Int64) throws(StoreError) -> [Int64] {
        guard let standing = conditions.exceptionalStanding?.rawValue, numbers.count > 3 else { return numbers }
        var exceptional: [Int64] = []
        var left = numbers[...]
        try connection.statement(Self.numbersOfStanding).bind(standing).bind(first).bind(upper).forEach { row in
            let number = row.int()
            left = left.drop { $0 > number }
            if left.first == number { exceptional.append(number) }
            return !left.isEmpty
        }
        return exceptional
    }

    private func scan(
        from first: Int64, before upper: Int64, _ walk: inout SearchWalk, _ ends: ClosedRange<Int64>
    ) throws(StoreError) {
        let statement = conditions.bind(to: try connection.statement(Self.walkNumbers), ends: ends)
        try look(through: statement.bind(first).bind(upper), .inOrder, &walk)
    }

    /// Looks whether all but the subject of a certificate matches.
    func check(_ number: Int64, _ ends: ClosedRange<Int64>, _ walk: inout SearchWalk) throws(StoreError) {
        let statement = conditions.bind(to: try connection.statement(Self.check), ends: ends).bind(number)
        try statement.forEach { row in
            let position = SearchPosition(number: row.int(), end: row.int())
            walk.pass(position, isMatch: row.int() != 0, cost: SearchWalk.RowCost.scattered.row)
            return false
        }
    }

    private static let afterNewest: SQL = "SELECT coalesce(max(number), 0) + 1 FROM credential"
    private static let walkNumbers: SQL =
        columns + "FROM credential c WHERE c.number >= ?8 AND c.number < ?9 ORDER BY c.number DESC"
    private static let numbersOfStanding: SQL =
        """
        SELECT number FROM credential INDEXED BY credential_by_standing
        WHERE standing > 0 AND standing = ? AND number >= ? AND number < ? ORDER BY number DESC
        """
    private static let check: SQL = columns + "FROM credential c WHERE c.number = ?8"
}
