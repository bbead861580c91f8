// SPDX-License-Identifier: Apache-2.0

/// The content of a Data element.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.5.1.
public enum ItemData: Hashable, Sendable {
    /// Text; escaped or a CDATA section in XML, an inline string or an opaque block in WBXML.
    case text(String)
    /// Elements of another vocabulary, as a device information or a management tree description.
    case markup([MarkupElement])
    /// Octets that are no text; only WBXML carries them.
    case octets([UInt8])

    /// The text; `nil` for elements and for octets.
    public var text: String? {
        if case .text(let text) = self { text } else { nil }
    }
}
