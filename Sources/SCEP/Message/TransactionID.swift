// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
public import PKIFormats

/// What names a transaction: chosen by the client, repeated by every message about the same request.
///
/// Opaque octets. Seen in the wild: upper-case hexadecimal MD5 (NDES, sscep) and SHA-1 (strongSwan), base64
/// (micromdm), a decimal number of 77 digits (certmonger). A reply repeats both the octets and the string type.
///
/// On the wire: a PrintableString, OID 2.16.840.1.113733.1.9.7.
///
/// Source: RFC 8894, section 3.2.1.1.
public struct TransactionID: Hashable, Sendable, Codable {
    /// The most octets that are read.
    ///
    /// The longest seen is 77; the limit leaves room and bounds what is stored.
    public static let maximumOctets = 512

    /// The contents of the string as received, not trimmed.
    public let octets: [UInt8]
    /// The string type it came in.
    public let stringType: StringType

    /// Makes an identifier from text in the PrintableString alphabet.
    ///
    /// - Throws: ``SCEPError/malformed(_:reason:)`` when it is empty or longer than ``maximumOctets``.
    public init(_ text: String) throws(SCEPError) {
        try self.init(octets: Array(text.utf8), stringType: .printableString)
    }

    /// Makes an identifier from octets.
    ///
    /// - Throws: ``SCEPError/malformed(_:reason:)`` when there are none or more than ``maximumOctets``.
    public init(octets: [UInt8], stringType: StringType) throws(SCEPError) {
        guard !octets.isEmpty else { throw .malformed("transactionID", reason: "empty") }
        guard octets.count <= Self.maximumOctets else {
            throw .malformed("transactionID", reason: "over \(Self.maximumOctets) octets")
        }
        self.octets = octets
        self.stringType = stringType
    }

    /// Reads the attribute's value.
    ///
    /// - Throws: ``SCEPError`` when it is no string of one of the tolerated types.
    public init(parsing element: ASN1Element) throws(SCEPError) {
        guard let stringType = StringType(element.tag) else {
            throw .malformed("transactionID", reason: "\(element.tag) is not a string type")
        }
        try self.init(octets: SCEPAttributes.octets(of: element, named: "transactionID"), stringType: stringType)
    }

    /// The identifier of a first request: the upper-case hexadecimal SHA-256 of the SubjectPublicKeyInfo.
    ///
    /// 64 characters. Derived, so that a client that lost its state repeats it for the same key.
    public init(of key: SubjectPublicKeyInfo) {
        self.init(hexadecimalOf: key.digest)
    }

    /// A fresh identifier of 128 random bits, for a renewal: a new transaction whatever its key.
    public static func random() -> TransactionID {
        TransactionID(hexadecimalOf: SecureRandom.bytes(16))
    }

    private init(hexadecimalOf octets: [UInt8]) {
        self.octets = Array(Hex.encode(octets).uppercased().utf8)
        self.stringType = .printableString
    }

    /// The octets as text, for people; invalid UTF-8 is replaced.
    public var text: String { String(decoding: octets, as: UTF8.self) }

    /// The value as it stands in the attribute.
    var encodedValue: [UInt8] {
        var writer = DERWriter(capacity: octets.count + 4)
        writer.primitive(stringType.tag, octets)
        return writer.bytes
    }
}

extension TransactionID {
    /// The string types that clients use where the RFC says PrintableString.
    public enum StringType: String, Hashable, Sendable, Codable, CaseIterable {
        /// PrintableString, the RFC's.
        case printableString
        /// UTF8String.
        case utf8String
        /// IA5String.
        case ia5String
        /// TeletexString, also called T61String.
        case teletexString
        /// VisibleString.
        case visibleString

        init?(_ tag: ASN1Tag) {
            guard let type = Self.allCases.first(where: { $0.tag == tag }) else { return nil }
            self = type
        }

        var tag: ASN1Tag {
            switch self {
            case .printableString: .printableString
            case .utf8String: .utf8String
            case .ia5String: .ia5String
            case .teletexString: .teletexString
            case .visibleString: .visibleString
            }
        }
    }
}

extension TransactionID: CustomStringConvertible {
    /// The octets as text.
    public var description: String { text }
}
