// SPDX-License-Identifier: Apache-2.0

/// How many letters must be changed, added or taken away to make one word of another; what "did you mean" is made of.
///
/// Source: V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.
package enum EditDistance {
    /// The distance of the words' first 64 characters.
    package static func between(_ left: String, _ right: String) -> Int {
        let right = Array(right.prefix(64))
        var row = Array(0...right.count)
        for (index, letter) in left.prefix(64).enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }

    /// The word that was probably meant; `nil` when none is at most `limit` letters away.
    package static func nearest(to word: String, among known: [String], within limit: Int) -> String? {
        let ranked = known.map { (word: $0, edits: between($0, word)) }
        return ranked.min { $0.edits < $1.edits }.flatMap { $0.edits <= limit ? $0.word : nil }
    }
}
