// SPDX-License-Identifier: Apache-2.0

/// The global tokens of WBXML that are read or written here.
///
/// Source: WAP-192-WBXML (version 1.3), section 7.1.
enum WBXMLToken {
    /// Changes the code page; followed by its number.
    static let switchPage: UInt8 = 0x00
    /// Ends an element.
    static let end: UInt8 = 0x01
    /// A character; followed by its number.
    static let entity: UInt8 = 0x02
    /// Text; followed by its octets and a zero octet.
    static let inlineString: UInt8 = 0x03
    /// An element whose name is in the string table; followed by its place there.
    static let literal: UInt8 = 0x04
    /// Text in the string table; followed by its place there.
    static let tableString: UInt8 = 0x83
    /// Octets; followed by their number and themselves.
    static let opaque: UInt8 = 0xC3

    /// The bit of a tag that says that content and an end follow.
    static let hasContent: UInt8 = 0x40
}
