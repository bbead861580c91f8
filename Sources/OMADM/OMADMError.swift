// SPDX-License-Identifier: Apache-2.0

/// Why a message of OMA-DM or of its enrolment could not be read or written.
///
/// Cases carry the facts; ``code`` is stable and the same in log, audit, API and command line. Offsets count octets
/// from the start of the message, in its UTF-8 form when it came as UTF-16.
public enum OMADMError: Error, Hashable, Sendable {
    // The bytes
    /// The message is larger than the limit, in octets.
    case messageTooLarge(limit: Int)
    /// A named limit was passed; the limit is in the unit its name says.
    case limitExceeded(String, limit: Int)
    /// The document is not well-formed XML.
    case malformedXML(reason: String, at: Int)
    /// The document has a DOCTYPE, which no message needs and which is where XML attacks begin.
    case doctypeRefused(at: Int)
    /// The document uses an entity other than the five of XML itself.
    case entityRefused(at: Int)
    /// The document says that it is in an encoding other than UTF-8 and UTF-16.
    case unsupportedEncoding(String)
    /// The octets are not WBXML.
    case malformedWBXML(reason: String, at: Int)
    /// The WBXML document names another document type than the one expected.
    case unexpectedDocumentType(String)

    // The message
    /// Another element was expected here; the found one's local name is given.
    case unexpectedElement(String)
    /// A mandatory element or attribute is absent.
    case missing(String)
    /// An element stands more than once.
    case repeated(String)
    /// An element or attribute holds what its definition does not allow.
    case malformed(String, reason: String)

    // The caller
    /// The value cannot be written in the form asked for.
    case unwritable(String, reason: String)
}

extension OMADMError {
    /// The stable code of this error.
    public var code: String {
        switch self {
        case .messageTooLarge: "omadm.message-too-large"
        case .limitExceeded: "omadm.limit-exceeded"
        case .malformedXML: "omadm.malformed-xml"
        case .doctypeRefused: "omadm.doctype-refused"
        case .entityRefused: "omadm.entity-refused"
        case .unsupportedEncoding: "omadm.unsupported-encoding"
        case .malformedWBXML: "omadm.malformed-wbxml"
        case .unexpectedDocumentType: "omadm.unexpected-document-type"
        case .unexpectedElement: "omadm.unexpected-element"
        case .missing: "omadm.missing"
        case .repeated: "omadm.repeated"
        case .malformed: "omadm.malformed"
        case .unwritable: "omadm.unwritable"
        }
    }
}

extension OMADMError: CustomStringConvertible {
    /// One sentence for people; no received text beyond names.
    public var description: String {
        switch self {
        case .messageTooLarge(let limit): "the message is larger than \(limit) octets"
        case .limitExceeded(let name, let limit): "\(name): more than \(limit)"
        case .malformedXML(let reason, let offset): "not well-formed XML: \(reason) (offset \(offset))"
        case .doctypeRefused(let offset): "the document has a DOCTYPE, which is refused (offset \(offset))"
        case .entityRefused(let offset):
            "the document uses an entity that XML itself does not define (offset \(offset))"
        case .unsupportedEncoding(let name): "the document says it is in \(name); UTF-8 and UTF-16 are read"
        case .malformedWBXML(let reason, let offset): "not WBXML: \(reason) (offset \(offset))"
        case .unexpectedDocumentType(let name): "a WBXML document of type \(name) is not read here"
        case .unexpectedElement(let name): "the element \(name) does not belong here"
        case .missing(let name): "\(name) is missing"
        case .repeated(let name): "\(name) stands more than once"
        case .malformed(let name, let reason): "\(name): \(reason)"
        case .unwritable(let name, let reason): "\(name) cannot be written: \(reason)"
        }
    }
}
