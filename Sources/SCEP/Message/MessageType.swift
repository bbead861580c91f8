// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What a SCEP message is: the `messageType` signed attribute.
///
/// An open set: a number without a name survives, and a server answers it with FAILURE badRequest.
/// On the wire: the decimal number in a PrintableString, OID 2.16.840.1.113733.1.9.2.
///
/// Source: RFC 8894, section 3.2.1.2.
public struct MessageType: RawRepresentable, Hashable, Sendable, Codable {
    /// The number.
    public let rawValue: Int

    /// Takes a number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The response to every request.
    public static let certRep = MessageType(rawValue: 3)
    /// A request signed with an existing certificate.
    public static let renewalReq = MessageType(rawValue: 17)
    /// The drafts' name for a renewal under a new authority; read as ``renewalReq``, never sent.
    public static let updateReq = MessageType(rawValue: 18)
    /// A request signed with a self-signed certificate.
    public static let pkcsReq = MessageType(rawValue: 19)
    /// The question whether a pending request is decided.
    ///
    /// Older documents call it GetCertInitial.
    public static let certPoll = MessageType(rawValue: 20)
    /// The question for a certificate by issuer and serial number.
    public static let getCert = MessageType(rawValue: 21)
    /// The question for a CRL.
    public static let getCRL = MessageType(rawValue: 22)

    /// Reads the attribute's text.
    ///
    /// - Throws: ``SCEPError/unknownMessageType(_:)`` when it is not a small decimal number.
    public init(parsing text: String) throws(SCEPError) {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isASCIIDigit),
            let number = Int(text)
        else { throw .unknownMessageType(String(text.prefix(32))) }
        self.init(rawValue: number)
    }

    /// The attribute's text.
    public func serialize() -> String { String(rawValue) }

    /// The standard's word, or the number of an unknown type.
    public var name: String {
        switch self {
        case .certRep: "CertRep"
        case .renewalReq: "RenewalReq"
        case .updateReq: "UpdateReq"
        case .pkcsReq: "PKCSReq"
        case .certPoll: "CertPoll"
        case .getCert: "GetCert"
        case .getCRL: "GetCRL"
        default: String(rawValue)
        }
    }

    /// Whether a server answers this type.
    public var isRequest: Bool {
        switch self {
        case .renewalReq, .updateReq, .pkcsReq, .certPoll, .getCert, .getCRL: true
        default: false
        }
    }

    /// Whether the encrypted contents are a PKCS#10 request.
    public var asksForCertificate: Bool { self == .pkcsReq || self == .renewalReq || self == .updateReq }
}

extension MessageType: CustomStringConvertible {
    /// The standard's word.
    public var description: String { name }
}
