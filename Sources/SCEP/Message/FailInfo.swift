// SPDX-License-Identifier: Apache-2.0

/// Why a SCEP server refused a request: the `failInfo` signed attribute.
///
/// Sent in a CertRep whose pkiStatus is FAILURE. On the wire: one digit in a PrintableString,
/// OID 2.16.840.1.113733.1.9.4.
///
/// Source: RFC 8894, section 3.2.1.4.
public enum FailInfo: String, CaseIterable, Sendable, Codable {
    /// The algorithm identifier is not recognised or not supported.
    case badAlg = "0"
    /// The CMS signature or decryption check failed.
    case badMessageCheck = "1"
    /// The transaction is not permitted or not supported.
    case badRequest = "2"
    /// The signingTime attribute is too far from the server's clock.
    case badTime = "3"
    /// No certificate matches the given criteria.
    case badCertId = "4"

    /// Reads the attribute's text.
    ///
    /// - Throws: ``SCEPError/malformed(_:reason:)`` for any text but "0" to "4".
    public init(parsing text: String) throws(SCEPError) {
        guard let value = Self(rawValue: text) else {
            throw .malformed("failInfo", reason: "'\(text.prefix(32))' is not a reason")
        }
        self = value
    }

    /// The attribute's text.
    public func serialize() -> String { rawValue }

    /// The standard's word.
    public var name: String {
        switch self {
        case .badAlg: "badAlg"
        case .badMessageCheck: "badMessageCheck"
        case .badRequest: "badRequest"
        case .badTime: "badTime"
        case .badCertId: "badCertId"
        }
    }
}
