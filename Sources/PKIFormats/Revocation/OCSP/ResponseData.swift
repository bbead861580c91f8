// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// The signed part of an OCSP response: made to be signed, or read from a response.
///
/// ```
/// ResponseData ::= SEQUENCE { version [0] EXPLICIT Version DEFAULT v1, responderID ResponderID,
///     producedAt GeneralizedTime, responses SEQUENCE OF SingleResponse,
///     responseExtensions [1] EXPLICIT Extensions OPTIONAL }
/// ```
///
/// Source: RFC 6960, section 4.2.1.
public struct ResponseData: Hashable, Sendable {
    /// Who signs.
    public let responderID: ResponderID
    /// When the response was signed.
    public let producedAt: Timestamp
    /// One answer for each certificate asked about.
    public let responses: [SingleResponse]
    /// The request's nonce, repeated.
    public let nonce: OCSPNonce?
    /// The bytes the signature covers, as first written or as received.
    public let bytesToSign: [UInt8]

    /// Answers read from one response.
    ///
    /// Responders answer one request, and requests hold few questions.
    private static let responseLimit = 1000

    /// Makes the answer to a request.
    public init(
        responderID: ResponderID, producedAt: Timestamp, responses: [SingleResponse], nonce: OCSPNonce? = nil
    ) {
        self.responderID = responderID
        self.producedAt = producedAt
        self.responses = responses
        self.nonce = nonce
        var writer = DERWriter(capacity: 256)
        writer.sequence { writer in
            writer.append(responderID)
            writer.generalizedTime(producedAt)
            writer.sequence { writer in
                for response in responses { writer.append(response) }
            }
            if let nonce { writer.explicit(1) { $0.extensions([nonce.certificateExtension]) } }
        }
        self.bytesToSign = writer.bytes
    }

    init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        if let version = try fields.nextIf(.context(0)), try version.explicitContent().int() != 0 {
            throw .invalidValue(field: "version", reason: "only OCSP version 1 exists")
        }
        responderID = try ResponderID(parsing: try fields.next())
        producedAt = try Timestamp(parsing: try fields.next(.generalizedTime))
        responses = try Self.responses(try fields.next(.sequence))
        let extensions = try CertificateExtension.list(parsingExplicit: try fields.nextIf(.context(1)))
        try fields.finish()
        try extensions.refuseUnknownCritical(known: [.ocspNonce])
        if let item = extensions.first(where: { $0.oid == .ocspNonce }) {
            nonce = try OCSPNonce(parsing: item.value)
        } else {
            nonce = nil
        }
        bytesToSign = Array(element.encoded)
    }

    private static func responses(_ element: ASN1Element) throws(FormatError) -> [SingleResponse] {
        var fields = try element.fields()
        var responses: [SingleResponse] = []
        while !fields.isAtEnd {
            guard responses.count < responseLimit else {
                throw .limitExceeded("answers in an OCSP response", limit: responseLimit)
            }
            responses.append(try SingleResponse(parsing: try fields.next(.sequence)))
        }
        return responses
    }

    /// The answer about one certificate.
    public func response(for certID: CertID) -> SingleResponse? { responses.first { $0.certID == certID } }

    /// The whole successful OCSPResponse.
    ///
    /// - Parameters:
    ///   - signature: over ``bytesToSign``.
    ///   - algorithm: the algorithm that signed.
    ///   - certificates: DER certificates to include, the delegated signer's first; none when the CA itself signs.
    /// - Returns: DER, ready to send.
    public func finish(
        signature: some Collection<UInt8>, algorithm: SignatureAlgorithm, certificates: [[UInt8]] = []
    ) -> [UInt8] {
        var basic = DERWriter(capacity: certificates.reduce(bytesToSign.count + 600) { $0 + $1.count })
        basic.sequence { writer in
            writer.append(bytesToSign)
            writer.append(AlgorithmIdentifier(algorithm))
            writer.bitString(signature)
            guard !certificates.isEmpty else { return }
            writer.explicit(0) { writer in
                writer.sequence { writer in
                    for certificate in certificates { writer.append(certificate) }
                }
            }
        }
        return Self.successful(basic.bytes)
    }

    private static func successful(_ basic: [UInt8]) -> [UInt8] {
        var writer = DERWriter(capacity: basic.count + 64)
        writer.sequence { writer in
            writer.enumerated(OCSPResponseStatus.successful.rawValue)
            writer.explicit(0) { writer in
                writer.sequence { writer in
                    writer.oid(.ocspBasic)
                    writer.octetString(basic)
                }
            }
        }
        return writer.bytes
    }
}
