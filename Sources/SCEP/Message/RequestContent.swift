// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// What a request carries inside its envelope.
///
/// Source: RFC 8894, sections 3.3.1 to 3.3.4.
public enum RequestContent: Sendable {
    /// PKCSReq and RenewalReq: the PKCS#10, its own signature verified.
    case csr(CertificationRequest)
    /// CertPoll: which request is meant; `nil` when the client left that to the transactionID.
    case issuerAndSubject(IssuerAndSubject?)
    /// GetCert and GetCRL: the certificate that is sought, or one whose CRL is.
    case issuerAndSerialNumber(IssuerAndSerialNumber)

    /// Reads decrypted contents.
    ///
    /// The signature inside a PKCS#10 is not checked here.
    ///
    /// - Throws: `FormatError` when the contents are not what the message type asks for.
    public init(parsing content: [UInt8], of type: MessageType) throws(FormatError) {
        switch type {
        case .pkcsReq, .renewalReq, .updateReq:
            self = .csr(try CertificationRequest(parsing: content))
        case .certPoll:
            self = .issuerAndSubject(content.isEmpty ? nil : try IssuerAndSubject(parsing: content))
        case .getCert, .getCRL:
            self = .issuerAndSerialNumber(try IssuerAndSerialNumber(parsing: content))
        default:
            throw .invalidValue(field: "messageType", reason: "\(type) carries no request")
        }
    }

    /// The PKCS#10, when there is one.
    public var certificationRequest: CertificationRequest? {
        if case .csr(let request) = self { request } else { nil }
    }
}
