// SPDX-License-Identifier: Apache-2.0

/// How the text of a Data element is to be understood.
///
/// An open set: a format unknown here survives a round trip. Absent means ``chr``.
///
/// Source: OMA SyncML Meta-Information 1.2, section 5.3; OMA-DM Tree and Description 1.2, section 7.7.2.2.
public struct MetaFormat: RawRepresentable, Hashable, Sendable {
    /// The text of the Format element.
    public let rawValue: String

    /// Takes any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Text.
    public static let chr = Self(rawValue: "chr")
    /// A signed 32-bit number in decimal.
    public static let int = Self(rawValue: "int")
    /// `true` or `false`.
    public static let bool = Self(rawValue: "bool")
    /// Octets as they are; only in WBXML.
    public static let bin = Self(rawValue: "bin")
    /// Octets in Base64.
    public static let b64 = Self(rawValue: "b64")
    /// No data.
    public static let null = Self(rawValue: "null")
    /// An interior node; its data are the names of its children, joined with `/`.
    public static let node = Self(rawValue: "node")
    /// An XML document.
    public static let xml = Self(rawValue: "xml")
    /// A floating-point number.
    public static let float = Self(rawValue: "float")
    /// A date.
    public static let date = Self(rawValue: "date")
    /// A time.
    public static let time = Self(rawValue: "time")
}
