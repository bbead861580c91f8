// SPDX-License-Identifier: Apache-2.0

/// A node and its value, as a Results brings it.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.6.12.
public struct ResultsItem: Hashable, Sendable {
    /// The node as the device writes it; `nil` when it does not.
    public var locURI: String?
    /// How the data is to be understood; `nil` when the device does not say.
    public var format: MetaFormat?
    /// The media type of the data.
    public var type: String?
    /// The value; `nil` for an empty one.
    public var data: ItemData?

    /// Makes a value.
    ///
    /// - Parameters:
    ///   - locURI: the node.
    ///   - format: how the data is to be understood.
    ///   - type: the media type.
    ///   - data: the value.
    public init(locURI: String?, format: MetaFormat? = nil, type: String? = nil, data: ItemData? = nil) {
        self.locURI = locURI
        self.format = format
        self.type = type
        self.data = data
    }

    /// The value as text; empty when there is none.
    public var text: String { data?.text ?? "" }

    init(_ item: Item, in results: Command.Results) {
        let shared = results.sourceRef ?? results.targetRef
        self.init(
            locURI: item.source?.locURI ?? item.target?.locURI ?? shared,
            format: item.meta?.format ?? results.meta?.format, type: item.meta?.type ?? results.meta?.type,
            data: item.data)
    }

    /// Octets of the value.
    var octetCount: Int {
        switch data {
        case .text(let text): text.utf8.count
        case .octets(let octets): octets.count
        // Elements are bounded by the message they came in.
        case .markup(let elements): elements.count
        case nil: 0
        }
    }
}
