// SPDX-License-Identifier: Apache-2.0

/// A signed message, or a bag of certificates and CRLs without any signer.
///
/// ```asn1
/// SignedData ::= SEQUENCE {
///     version CMSVersion,
///     digestAlgorithms SET OF DigestAlgorithmIdentifier,
///     encapContentInfo SEQUENCE {
///         eContentType ContentType,
///         eContent [0] EXPLICIT OCTET STRING OPTIONAL },
///     certificates [0] IMPLICIT CertificateSet OPTIONAL,
///     crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
///     signerInfos SET OF SignerInfo }
/// ```
///
/// BER is read: indefinite lengths, segmented OCTET STRINGs, sets in any order, an empty set of digest algorithms.
/// The version numbers are read over: they follow from the contents and nothing is decided by them.
///
/// Source: RFC 5652, section 5.1.
public struct SignedData: Sendable {
    /// What the content is; `id-data` for ordinary messages.
    public let contentType: OID
    /// The octets that were signed, segments joined; `nil` when the signature is detached or there is no content.
    public let content: [UInt8]?
    /// The digest algorithms announced at the front; nothing is decided by them.
    public let digestAlgorithms: [AlgorithmIdentifier]
    /// The X.509 certificates as received, in the order received.
    public let certificates: [[UInt8]]
    /// Members of the CertificateSet that are no X.509 certificate (attribute certificates and others), as received.
    public let otherCertificates: [[UInt8]]
    /// The CRLs as received.
    public let crls: [[UInt8]]
    /// Other revocation information, such as OCSP responses (RFC 5940), as received.
    public let otherRevocationInfo: [[UInt8]]
    /// The signatures.
    public let signerInfos: [SignerInfo]

    /// Reads a ContentInfo that holds a SignedData and fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` when it is something else, or passes a limit of ``CMSLimits``.
    public init(parsing bytes: ArraySlice<UInt8>) throws(FormatError) {
        try self.init(parsing: ContentInfo(parsing: bytes))
    }

    /// Reads a ContentInfo that holds a SignedData and fills the whole buffer.
    ///
    /// - Throws: ``FormatError`` when it is something else, or passes a limit of ``CMSLimits``.
    public init(parsing bytes: [UInt8]) throws(FormatError) { try self.init(parsing: bytes[...]) }

    /// Reads the content of a ContentInfo.
    ///
    /// - Throws: ``FormatError`` when it is something else, or passes a limit of ``CMSLimits``.
    public init(parsing info: ContentInfo) throws(FormatError) {
        guard info.contentType == .signedData else {
            throw .invalidValue(field: "contentType", reason: "\(info.contentType.nameOrDotted) is no SignedData")
        }
        var fields = try info.content.fields()
        _ = try fields.next().int()
        digestAlgorithms = try Self.digestAlgorithms(fields.next())
        (contentType, content) = try Self.encapsulated(fields.next())
        (certificates, otherCertificates) = try Self.members(
            fields.nextIf(.context(0)), name: "certificates", limit: CMSLimits.unsignedCertificates)
        (crls, otherRevocationInfo) = try Self.members(
            fields.nextIf(.context(1)), name: "crls", limit: CMSLimits.revocationLists)
        signerInfos = try Self.signerInfos(fields.next())
        try fields.finish()
        guard signerInfos.isEmpty || certificates.count + otherCertificates.count <= CMSLimits.certificates else {
            throw .limitExceeded("certificates", limit: CMSLimits.certificates)
        }
    }

    private static func digestAlgorithms(_ element: ASN1Element) throws(FormatError) -> [AlgorithmIdentifier] {
        var algorithms: [AlgorithmIdentifier] = []
        for member in try element.members(of: .set, name: "digest algorithms", limit: CMSLimits.signers) {
            algorithms.append(try AlgorithmIdentifier(parsing: member))
        }
        return algorithms
    }

    private static func encapsulated(_ element: ASN1Element) throws(FormatError) -> (OID, [UInt8]?) {
        var fields = try element.fields()
        let contentType = try fields.next().oid()
        let content = try fields.nextIf(.context(0))
        try fields.finish()
        guard let content else { return (contentType, nil) }
        return (contentType, Array(try content.explicitContent().octetString()))
    }

    /// The members of a set of choices, those under SEQUENCE (the X.509 kind) apart from the tagged alternatives.
    private static func members(
        _ element: ASN1Element?, name: String, limit: Int
    ) throws(FormatError) -> (sequences: [[UInt8]], others: [[UInt8]]) {
        guard let element else { return ([], []) }
        var sequences: [[UInt8]] = []
        var others: [[UInt8]] = []
        for member in try element.members(of: element.tag, name: name, limit: limit) {
            if member.tag == .sequence {
                sequences.append(Array(member.encoded))
            } else {
                others.append(Array(member.encoded))
            }
        }
        return (sequences, others)
    }

    private static func signerInfos(_ element: ASN1Element) throws(FormatError) -> [SignerInfo] {
        var signers: [SignerInfo] = []
        for member in try element.members(of: .set, name: "signers", limit: CMSLimits.signers) {
            signers.append(try SignerInfo(parsing: member))
        }
        return signers
    }
}

extension SignedData {
    /// The certificates that can be read, in the order received.
    ///
    /// They are read anew at each call.
    public var certificateViews: [CertificateView] {
        certificates.compactMap { try? CertificateView(parsing: $0) }
    }

    /// The certificate in the message that a signer names.
    ///
    /// It is a claim, not a finding: whether the certificate is acceptable is TrustEvaluation's question.
    public func certificate(of signer: SignerInfo) -> CertificateView? {
        let wanted = ComparedIdentifier(signer.sid)
        for encoded in certificates {
            guard let certificate = try? CertificateView(parsing: encoded) else { continue }
            if wanted.identifies(certificate) { return certificate }
        }
        return nil
    }
}

extension ASN1Element {
    /// The members of a SET OF, counted against a named limit.
    func members(of tag: ASN1Tag, name: String, limit: Int) throws(FormatError) -> [ASN1Element] {
        var reader = try fields(of: tag)
        var members: [ASN1Element] = []
        while !reader.isAtEnd {
            guard members.count < limit else { throw .limitExceeded(name, limit: limit) }
            members.append(try reader.next())
        }
        return members
    }
}
