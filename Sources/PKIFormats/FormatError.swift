// SPDX-License-Identifier: Apache-2.0

/// Why bytes could not be read as the structure they were said to be, or a value could not be written.
///
/// Every case carries the facts a reader of a log needs. Offsets count octets from the start of the buffer
/// that was handed to the parser.
public enum FormatError: Error, Hashable, Sendable {
    /// The bytes end before the element they announce.
    case truncated(at: Int)
    /// Octets remain after the structure ended.
    case trailingBytes(at: Int)
    /// Another tag was expected here.
    case unexpectedTag(expected: ASN1Tag, found: ASN1Tag?, at: Int)
    /// The header octets break X.690 (reserved length, over-long tag number, non-DER length in DER).
    case malformedHeader(at: Int)
    /// A named limit was passed; the limit is in the unit its name says.
    case limitExceeded(String, limit: Int)
    /// A field holds a value the standard does not allow.
    case invalidValue(field: String, reason: String)
    /// A mandatory field is absent.
    case missing(String)
    /// An algorithm is unknown here.
    case unsupportedAlgorithm(OID)
    /// The text is not what its grammar asks for.
    case invalidText(reason: String)
    /// A cryptographic check on the structure failed.
    case verificationFailed(String)
    /// What the text names is encrypted, and no password was given.
    case passwordNeeded(String)
    /// What the text names does not open with the password given; when nothing vouches for the content, a damaged file
    /// looks the same.
    case passwordWrong(String)
    /// Nothing in the structure would show that it was changed, and that was not asked for.
    case notAuthenticated(String)
    /// A form that the standard has and that is not read here.
    case unsupportedForm(String)

    /// The stable code of this error, the same in log, audit, API and command line.
    public var code: String {
        switch self {
        case .truncated: "format.truncated"
        case .trailingBytes: "format.trailing-bytes"
        case .unexpectedTag: "format.unexpected-tag"
        case .malformedHeader: "format.malformed-header"
        case .limitExceeded: "format.limit-exceeded"
        case .invalidValue: "format.invalid-value"
        case .missing: "format.missing-field"
        case .unsupportedAlgorithm: "format.unsupported-algorithm"
        case .invalidText: "format.invalid-text"
        case .verificationFailed: "format.verification-failed"
        case .passwordNeeded: "format.password-needed"
        case .passwordWrong: "format.password-wrong"
        case .notAuthenticated: "format.not-authenticated"
        case .unsupportedForm: "format.unsupported-form"
        }
    }
}

extension FormatError: CustomStringConvertible {
    /// One sentence for people; nothing secret, no received bytes beyond tag numbers and offsets.
    public var description: String {
        switch self {
        case .truncated(let offset): "the data ends inside an element (offset \(offset))"
        case .trailingBytes(let offset): "there is data after the end of the structure (offset \(offset))"
        case .unexpectedTag(let expected, let found?, let offset):
            "expected \(expected) but found \(found) (offset \(offset))"
        case .unexpectedTag(let expected, nil, let offset):
            "expected \(expected) but the structure ends (offset \(offset))"
        case .malformedHeader(let offset): "malformed ASN.1 tag or length (offset \(offset))"
        case .limitExceeded(let name, let limit): "\(name) is over its limit of \(limit)"
        case .invalidValue(let field, let reason): "\(field): \(reason)"
        case .missing(let field): "\(field) is missing"
        case .unsupportedAlgorithm(let oid): "algorithm \(oid.nameOrDotted) is not supported"
        case .invalidText(let reason): reason
        case .verificationFailed(let what): "\(what) does not verify"
        case .passwordNeeded(let what): "\(what) is encrypted and needs a password"
        case .passwordWrong(let what): "the password does not open \(what): it is wrong, or the data is damaged"
        case .notAuthenticated(let what): "\(what) has no MAC, so nobody can tell whether it was changed"
        case .unsupportedForm(let what): "\(what) is not read here"
        }
    }
}
