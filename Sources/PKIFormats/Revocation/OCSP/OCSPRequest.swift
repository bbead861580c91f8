// SPDX-License-Identifier: Apache-2.0

/// A question about the status of certificates.
///
/// ```
/// OCSPRequest ::= SEQUENCE { tbsRequest TBSRequest, optionalSignature [0] EXPLICIT Signature OPTIONAL }
/// TBSRequest  ::= SEQUENCE { version [0] EXPLICIT Version DEFAULT v1, requestorName [1] EXPLICIT GeneralName OPTIONAL,
///     requestList SEQUENCE OF Request, requestExtensions [2] EXPLICIT Extensions OPTIONAL }
/// ```
///
/// The requestor's name and signature are skipped: answers are the same for everybody.
///
/// Source: RFC 6960, section 4.1.1.
public struct OCSPRequest: Hashable, Sendable {
    /// The certificates asked about, in their order.
    public let certIDs: [CertID]
    /// The nonce that the answer repeats; `nil` also when there is one that is no OCTET STRING.
    public let nonce: OCSPNonce?

    /// Octets of a request.
    ///
    /// One question takes about 80; 16 KiB hold the hundred that are answered.
    public static let sizeLimit = 16_384

    /// Questions answered in one response.
    ///
    /// Each costs a database look-up.
    public static let certIDLimit = 100

    /// Makes a request to send.
    public init(certIDs: [CertID], nonce: OCSPNonce? = nil) {
        self.certIDs = certIDs
        self.nonce = nonce
    }

    /// Reads a request.
    ///
    /// Whatever is thrown, the answer is ``OCSPResponseStatus/malformedRequest``.
    ///
    /// - Throws: ``FormatError`` when it is no request, is over a limit, asks nothing, has a nonce that is not 1 to 128
    ///   octets long or a critical extension that is not known here.
    public init(parsing bytes: ArraySlice<UInt8>) throws(FormatError) {
        guard bytes.count <= Self.sizeLimit else {
            throw .limitExceeded("octets of an OCSP request", limit: Self.sizeLimit)
        }
        var fields = try ASN1Element(parsing: bytes).fields()
        var body = try fields.next(.sequence).fields()
        _ = try fields.nextIf(.context(0))
        try fields.finish()

        try Self.checkVersion(try body.nextIf(.context(0)))
        _ = try body.nextIf(.context(1))
        let certIDs = try Self.certIDs(try body.next(.sequence))
        let extensions = try CertificateExtension.list(parsingExplicit: try body.nextIf(.context(2)))
        try body.finish()
        try extensions.refuseUnknownCritical(known: [.ocspNonce, .ocspResponseTypes])
        self.certIDs = certIDs
        self.nonce = try Self.nonce(in: extensions)
    }

    /// Reads a request.
    ///
    /// Whatever is thrown, the answer is ``OCSPResponseStatus/malformedRequest``.
    ///
    /// - Throws: ``FormatError`` as the other initialiser.
    public init(parsing bytes: [UInt8]) throws(FormatError) { try self.init(parsing: bytes[...]) }

    private static func checkVersion(_ element: ASN1Element?) throws(FormatError) {
        guard let element else { return }
        guard try element.explicitContent().int() == 0 else {
            throw .invalidValue(field: "version", reason: "only OCSP version 1 exists")
        }
    }

    private static func certIDs(_ requestList: ASN1Element) throws(FormatError) -> [CertID] {
        var requests = try requestList.fields()
        var certIDs: [CertID] = []
        while !requests.isAtEnd {
            guard certIDs.count < certIDLimit else {
                throw .limitExceeded("certificates in an OCSP request", limit: certIDLimit)
            }
            var request = try requests.next(.sequence).fields()
            certIDs.append(try CertID(parsing: try request.next(.sequence)))
            let extensions = try CertificateExtension.list(parsingExplicit: try request.nextIf(.context(0)))
            try extensions.refuseUnknownCritical(known: [.ocspServiceLocator])
            try request.finish()
        }
        guard !certIDs.isEmpty else { throw .missing("certificates in an OCSP request") }
        return certIDs
    }

    private static func nonce(in extensions: [CertificateExtension]) throws(FormatError) -> OCSPNonce? {
        let items = extensions.filter { $0.oid == .ocspNonce }
        guard let item = items.first else { return nil }
        guard items.count == 1 else { throw .invalidValue(field: "nonce", reason: "it is there twice") }
        return try OCSPNonce(parsing: item.value)
    }
}

extension OCSPRequest: DEREncodable {
    /// Appends the unsigned request.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.sequence { writer in
                writer.sequence { writer in
                    for certID in certIDs {
                        writer.sequence { $0.append(certID) }
                    }
                }
                if let nonce { writer.explicit(2) { $0.extensions([nonce.certificateExtension]) } }
            }
        }
    }
}
