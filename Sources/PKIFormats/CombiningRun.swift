// SPDX-License-Identifier: Apache-2.0

/// Counts the combining marks that follow one another in a text, over as many pieces as the text comes in.
///
/// Whatever Swift does with a `String` beyond its octets (compare, hash, split at a character) first brings such a run
/// into canonical order, in a time that grows with the square of its length: 120,000 marks, a quarter of a megabyte,
/// keep a processor busy for a quarter of a minute each time. Codecs therefore refuse a text that is not stream-safe;
/// no writing system comes near the limit.
///
/// Source: Unicode Standard Annex #15, section 13 (Stream-Safe Text Format).
package struct CombiningRun: Sendable {
    /// Marks in a row, as the annex has it.
    private static let limit = 30

    private var length = 0

    package init() {}

    /// Whether the run stays within its limit up to the end of the next piece.
    package mutating func admits(_ text: String) -> Bool {
        // The first mark is U+0300, which begins with 0xCC in UTF-8.
        guard text.greatestOctet >= 0xCC else {
            if !text.isEmpty { length = 0 }
            return true
        }
        for scalar in text.unicodeScalars {
            length = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : length + 1
            guard length <= Self.limit else { return false }
        }
        return true
    }
}

extension String {
    /// The greatest octet in UTF-8; found many octets at a time, for every text of a message is looked at.
    fileprivate var greatestOctet: UInt8 {
        func greatest(_ octets: some Sequence<UInt8>) -> UInt8 { octets.reduce(0) { max($0, $1) } }
        return utf8.withContiguousStorageIfAvailable { greatest($0) } ?? greatest(utf8)
    }

    /// Whether comparing and hashing the text is cheap; see ``CombiningRun``.
    package var isStreamSafe: Bool {
        var run = CombiningRun()
        return run.admits(self)
    }
}
