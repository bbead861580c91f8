// SPDX-License-Identifier: Apache-2.0

/// A place in a list: a credential's number, and its end for lists by end.
struct SearchPosition: Sendable {
    let number: Int64
    let end: Int64

    init(number: Int64, end: Int64) {
        self.number = number
        self.end = end
    }

    /// Reads a cursor; `nil` for what is none of ours.
    init?(text: String) {
        let parts = text.split(separator: ".", maxSplits: 1).compactMap { Int64($0) }
        guard parts.count == 2 else { return nil }
        self.init(number: parts[0], end: parts[1])
    }

    /// The cursor.
    var text: String { "\(number).\(end)" }

    /// The order of lists by end.
    func isBefore(_ other: SearchPosition) -> Bool { (end, number) < (other.end, other.number) }
}

/// What one page of a list may cost.
struct SearchLimits {
    /// In units of a row looked at in order, about a tenth of a microsecond.
    var budget = 400_000
    /// Rows of an index that are all looked at, to be sorted by end, when no subject is looked for.
    var fewRows = 20_000
    /// Certificates of which each is looked at by itself for its subject or its end.
    var fewCandidates = 2_000
    /// Certificates up to which their numbers are worth collecting.
    var mostCandidates = 50_000
}

/// How far a search has come.
struct SearchWalk {
    let wanted: Int
    /// What is left to spend.
    private var budget: Int
    private(set) var found: [SearchPosition] = []
    /// Where the walk goes on from; `nil` before the first row.
    private(set) var last: SearchPosition?

    init(wanted: Int, start: SearchPosition?, budget: Int) {
        self.budget = budget
        self.wanted = wanted
        self.last = start
    }

    /// What looking at a row costs: when rows come as they lie in the table, and when each lies on a page of its own.
    struct RowCost {
        /// At what the conditions are about.
        let row: Int
        /// At its subject too.
        let subject: Int

        static let inOrder = RowCost(row: 1, subject: 10)
        static let scattered = RowCost(row: 40, subject: 80)
    }

    /// Whether to go on: one match more than wanted tells that there is another page.
    var goesOn: Bool { found.count <= wanted && budget > 0 }

    /// Passes a row, or a block of them, that cost some work.
    mutating func pass(_ position: SearchPosition, isMatch: Bool = false, cost: Int = 1) {
        last = position
        budget -= cost
        if isMatch { found.append(position) }
    }

    /// Takes all matches there are, in the order of the list.
    mutating func take(_ all: [SearchPosition]) { found = all }

    /// Where the next page begins; `nil` at the end of the list.
    var next: SearchPosition? {
        if found.count > wanted { return found[wanted - 1] }
        return budget > 0 ? nil : last
    }
}
