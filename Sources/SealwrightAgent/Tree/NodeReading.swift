// SPDX-License-Identifier: Apache-2.0

import OMADM

/// What a Get brings of one node.
struct NodeReading: Hashable, Sendable {
    /// The node.
    let uri: String
    /// The format of the data.
    let format: MetaFormat
    /// The media type; `nil` for an interior node.
    var type: String?
    /// The data; `nil` when only the node itself is told.
    var data: String?

    /// The item of a Results.
    var item: Item {
        Item(source: Location(uri), meta: Meta(format: format, type: type), data: data.map(ItemData.text))
    }
}
