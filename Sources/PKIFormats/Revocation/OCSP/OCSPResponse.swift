// SPDX-License-Identifier: Apache-2.0

/// An OCSP response as received.
///
/// ```
/// OCSPResponse ::= SEQUENCE { responseStatus OCSPResponseStatus, responseBytes [0] EXPLICIT ResponseBytes OPTIONAL }
/// ResponseBytes ::= SEQUENCE { responseType OBJECT IDENTIFIER, response OCTET STRING }
/// ```
///
/// Source: RFC 6960, section 4.2.1.
public struct OCSPResponse: Hashable, Sendable {
    /// Whether the responder could answer.
    public let status: OCSPResponseStatus
    /// The answer; present when the status is ``OCSPResponseStatus/successful``.
    public let basicResponse: BasicOCSPResponse?

    /// Octets of a response read here: a hundred answers and a certificate chain stay under it.
    public static let sizeLimit = 262_144

    /// Reads a response.
    ///
    /// - Throws: ``FormatError`` when it is no response, its status is not defined, or it says that it is successful and
    ///   holds no basic response.
    public init(parsing bytes: ArraySlice<UInt8>) throws(FormatError) {
        guard bytes.count <= Self.sizeLimit else {
            throw .limitExceeded("octets of an OCSP response", limit: Self.sizeLimit)
        }
        var fields = try ASN1Element(parsing: bytes).fields()
        let code = try fields.next(.enumerated).int(.enumerated)
        let responseBytes = try fields.nextIf(.context(0))
        try fields.finish()
        guard let status = OCSPResponseStatus(rawValue: code) else {
            throw .invalidValue(field: "responseStatus", reason: "\(code) is not defined")
        }
        self.status = status
        guard status == .successful else {
            basicResponse = nil
            return
        }
        guard let responseBytes else { throw .missing("responseBytes") }
        basicResponse = try Self.basicResponse(try responseBytes.explicitContent())
    }

    /// Reads a response.
    ///
    /// - Throws: ``FormatError`` as the other initialiser.
    public init(parsing bytes: [UInt8]) throws(FormatError) { try self.init(parsing: bytes[...]) }

    private static func basicResponse(_ responseBytes: ASN1Element) throws(FormatError) -> BasicOCSPResponse {
        var fields = try responseBytes.fields()
        let type = try fields.next(.objectIdentifier).oid()
        let response = try fields.next(.octetString).octetString()
        try fields.finish()
        guard type == .ocspBasic else {
            throw .invalidValue(field: "responseType", reason: "\(type.nameOrDotted) is not known here")
        }
        return try BasicOCSPResponse(parsing: try ASN1Element(parsing: response))
    }
}
