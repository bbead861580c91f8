// SPDX-License-Identifier: Apache-2.0

/// How many single-character edits lie between two words; what "did you mean" is made of.
package enum EditDistance {
    /// The Levenshtein distance, over characters.
    package static func between(_ left: String, _ right: String) -> Int {
        let right = Array(right.prefix(64))
        var row = Array(0...right.count)
        for (i, a) in left.prefix(64).enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.count]
    }
}
