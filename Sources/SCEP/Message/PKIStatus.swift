// SPDX-License-Identifier: Apache-2.0

/// How a request ended: the `pkiStatus` signed attribute of a CertRep.
///
/// On the wire: one digit in a PrintableString, OID 2.16.840.1.113733.1.9.3.
///
/// Source: RFC 8894, section 3.2.1.3.
public enum PKIStatus: String, CaseIterable, Sendable, Codable {
    /// Granted; the contents hold what was asked for.
    case success = "0"
    /// Refused; failInfo says why.
    case failure = "2"
    /// Waits for a person; the client polls.
    case pending = "3"

    /// Reads the attribute's text.
    ///
    /// - Throws: ``SCEPError/malformed(_:reason:)`` for any text but "0", "2" and "3".
    public init(parsing text: String) throws(SCEPError) {
        guard let value = Self(rawValue: text) else {
            throw .malformed("pkiStatus", reason: "'\(text.prefix(32))' is not a status")
        }
        self = value
    }

    /// The attribute's text.
    public func serialize() -> String { rawValue }

    /// The standard's word.
    public var name: String {
        switch self {
        case .success: "SUCCESS"
        case .failure: "FAILURE"
        case .pending: "PENDING"
        }
    }
}
