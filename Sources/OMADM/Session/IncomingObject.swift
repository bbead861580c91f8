// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A value that a device sends in parts, one a message.
///
/// Source: OMA Device Management Protocol 1.2, section 7.
struct IncomingObject: Sendable {
    /// The Results of the first part, with the item's place but without its data.
    private let results: Command.Results
    private let item: Item
    private var text = ""
    private var combining = CombiningRun()
    private let limit: Int

    /// Begins with the first part, which is not yet taken.
    init(_ results: Command.Results, _ item: Item, limit: Int) {
        var results = results
        results.items = []
        var item = item
        item.data = nil
        item.moreData = false
        self.results = results
        self.item = item
        self.limit = limit
    }

    /// Whether an item continues this value.
    func isContinued(by next: Item, in other: Command.Results) -> Bool {
        let found = ResultsItem(next, in: other).locURI.map(LocURIText.key)
        return found == nil || found == place.locURI.map(LocURIText.key)
    }

    /// Takes one part.
    ///
    /// - Returns: 213 when more follows, 200 with the last part, or why the value is given up.
    mutating func take(_ part: Item) -> StatusCode {
        let data: String
        switch part.data {
        case .text(let text)?: data = text
        case nil: data = ""
        case .markup?, .octets?: return .unsupportedTypeOrFormat
        }
        let (size, isTooLong) = text.utf8.count.addingReportingOverflow(data.utf8.count)
        guard !isTooLong, size <= limit, announced ?? 0 <= UInt64(limit) else { return .requestEntityTooLarge }
        guard combining.admits(data) else { return .unsupportedTypeOrFormat }
        text += data
        guard !part.moreData else { return .chunkedItemAccepted }
        if let announced, announced != UInt64(size) { return .sizeMismatch }
        return .ok
    }

    /// The Results with the whole value.
    var whole: Command.Results {
        var results = results
        var item = item
        item.data = .text(text)
        results.items = [item]
        return results
    }

    /// The place of the value.
    var place: ResultsItem { ResultsItem(item, in: results) }

    private var announced: UInt64? { item.meta?.size ?? results.meta?.size }
}
