// SPDX-License-Identifier: Apache-2.0

/// The tag of an ASN.1 element: class and number.
///
/// Whether the element is constructed is not part of it.
///
/// Source: ITU-T X.690, section 8.1.2.
public struct ASN1Tag: Hashable, Sendable {
    /// The class bits of the identifier octet (bits 8 and 7).
    public enum Class: UInt8, Hashable, Sendable {
        /// Types defined by ASN.1 itself.
        case universal = 0
        /// Types of one application.
        case application = 1
        /// Types whose meaning depends on the structure around them.
        case contextSpecific = 2
        /// Types agreed privately.
        case `private` = 3
    }

    /// The class.
    public let tagClass: Class
    /// The number within the class.
    public let number: UInt32

    /// Makes a tag.
    public init(_ tagClass: Class, _ number: UInt32) {
        self.tagClass = tagClass
        self.number = number
    }

    /// A context-specific tag `[number]`.
    public static func context(_ number: UInt32) -> ASN1Tag { ASN1Tag(.contextSpecific, number) }

    static func universal(_ number: UInt32) -> ASN1Tag { ASN1Tag(.universal, number) }
}

extension ASN1Tag {
    /// End-of-contents marker of the indefinite form.
    public static let endOfContents = universal(0)
    /// BOOLEAN.
    public static let boolean = universal(1)
    /// INTEGER.
    public static let integer = universal(2)
    /// BIT STRING.
    public static let bitString = universal(3)
    /// OCTET STRING.
    public static let octetString = universal(4)
    /// NULL.
    public static let null = universal(5)
    /// OBJECT IDENTIFIER.
    public static let objectIdentifier = universal(6)
    /// ENUMERATED.
    public static let enumerated = universal(10)
    /// UTF8String.
    public static let utf8String = universal(12)
    /// SEQUENCE and SEQUENCE OF.
    public static let sequence = universal(16)
    /// SET and SET OF.
    public static let set = universal(17)
    /// NumericString.
    public static let numericString = universal(18)
    /// PrintableString.
    public static let printableString = universal(19)
    /// TeletexString, also called T61String.
    public static let teletexString = universal(20)
    /// IA5String.
    public static let ia5String = universal(22)
    /// UTCTime.
    public static let utcTime = universal(23)
    /// GeneralizedTime.
    public static let generalizedTime = universal(24)
    /// VisibleString.
    public static let visibleString = universal(26)
    /// UniversalString, UCS-4.
    public static let universalString = universal(28)
    /// BMPString, UCS-2 big-endian.
    public static let bmpString = universal(30)
}

extension ASN1Tag: CustomStringConvertible {
    /// The standard's name where there is one, `[n]` for context tags.
    public var description: String {
        switch tagClass {
        case .contextSpecific: "[\(number)]"
        case .application: "[APPLICATION \(number)]"
        case .private: "[PRIVATE \(number)]"
        case .universal: Self.universalNames[number] ?? "[UNIVERSAL \(number)]"
        }
    }

    private static let universalNames: [UInt32: String] = [
        0: "end-of-contents", 1: "BOOLEAN", 2: "INTEGER", 3: "BIT STRING", 4: "OCTET STRING", 5: "NULL",
        6: "OBJECT IDENTIFIER", 10: "ENUMERATED", 12: "UTF8String", 16: "SEQUENCE", 17: "SET",
        18: "NumericString", 19: "PrintableString", 20: "TeletexString", 22: "IA5String", 23: "UTCTime",
        24: "GeneralizedTime", 26: "VisibleString", 28: "UniversalString", 30: "BMPString",
    ]
}
