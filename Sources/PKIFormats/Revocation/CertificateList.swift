// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// A CRL as received.
///
/// Reading is tolerant: a time or extension that cannot be understood is `nil` and told in ``findings``. Whoever
/// decides by a CRL must also look at ``unprocessedCriticalExtensions``.
///
/// ```
/// CertificateList ::= SEQUENCE { tbsCertList TBSCertList, signatureAlgorithm AlgorithmIdentifier,
///     signature BIT STRING }
/// TBSCertList ::= SEQUENCE { version INTEGER OPTIONAL, signature AlgorithmIdentifier, issuer Name, thisUpdate Time,
///     nextUpdate Time OPTIONAL, revokedCertificates SEQUENCE OF Entry OPTIONAL, [0] EXPLICIT Extensions OPTIONAL }
/// ```
///
/// Source: RFC 5280, section 5.1.
public struct CertificateList: Sendable {
    /// The CRL as received.
    public let encoded: ArraySlice<UInt8>
    /// The signed part as received.
    public let tbsCertList: ArraySlice<UInt8>
    /// The version's number as people say it, 1 or 2; only version 2 has extensions.
    public let version: Int
    /// The CRL's issuer.
    public let issuer: DistinguishedName
    /// When the CRL was made.
    public let thisUpdate: Timestamp?
    /// By when the next one appears.
    public let nextUpdate: Timestamp?
    /// The revoked certificates, read one by one while iterating.
    public let entries: Entries
    /// The CRL's extensions in their order.
    public let extensions: [CertificateExtension]
    /// The algorithm that signed.
    public let signatureAlgorithm: AlgorithmIdentifier
    /// The signature; empty when it is not whole octets, and then nobody's.
    public let signature: [UInt8]
    private let signedAlgorithm: AlgorithmIdentifier
    private let hasEmptyList: Bool
    /// Whether there is a nextUpdate that cannot be read, which is not the same as none.
    package let hasUnreadableNextUpdate: Bool

    /// Reads a DER or BER CRL.
    ///
    /// - Throws: ``FormatError`` when it is no CRL; also when a single entry is not a serial number, a time and
    ///   extensions, because nobody could say what follows it.
    public init(parsing bytes: ArraySlice<UInt8>) throws(FormatError) {
        let outer = try ASN1Element(parsing: bytes)
        var fields = try outer.fields()
        let tbs = try fields.next(.sequence)
        encoded = outer.encoded
        tbsCertList = tbs.encoded
        signatureAlgorithm = try AlgorithmIdentifier(parsing: try fields.next(.sequence))
        let bits = try fields.next(.bitString)
        signature = (try? bits.bitStringOctets()).map { Array($0) } ?? []
        try fields.finish()

        var body = try tbs.fields()
        version = try Self.version(try body.nextIf(.integer))
        signedAlgorithm = try AlgorithmIdentifier(parsing: try body.next(.sequence))
        issuer = try DistinguishedName(parsing: try body.next(.sequence))
        thisUpdate = try? Timestamp(parsing: try Self.time(try body.next()))
        let end = try Self.nextUpdate(&body)
        nextUpdate = end.flatMap { try? Timestamp(parsing: $0) }
        hasUnreadableNextUpdate = end != nil && nextUpdate == nil
        let list = try body.nextIf(.sequence)
        hasEmptyList = list?.content.isEmpty ?? false
        extensions = try CertificateExtension.list(parsingExplicit: try body.nextIf(.context(0)))
        try body.finish()
        let isIndirect = extensions.value(IssuingDistributionPoint.self)?.indirectCRL ?? false
        entries = try Entries(checking: list, isIndirect: isIndirect)
    }

    /// Reads a DER or BER CRL.
    ///
    /// - Throws: ``FormatError`` as the other initialiser.
    public init(parsing bytes: [UInt8]) throws(FormatError) { try self.init(parsing: bytes[...]) }

    private static func version(_ element: ASN1Element?) throws(FormatError) -> Int {
        guard let element else { return 1 }
        switch try element.int() {
        case 0: return 1
        case 1: return 2
        default: throw .invalidValue(field: "version", reason: "only CRL versions 1 and 2 exist")
        }
    }

    /// The element, if it is a time by its tag.
    private static func time(_ element: ASN1Element) throws(FormatError) -> ASN1Element {
        guard element.tag == .utcTime || element.tag == .generalizedTime else {
            throw .unexpectedTag(expected: .utcTime, found: element.tag, at: element.offset)
        }
        return element
    }

    private static func nextUpdate(_ body: inout ASN1Reader) throws(FormatError) -> ASN1Element? {
        let tag = try body.peekTag()
        guard tag == .utcTime || tag == .generalizedTime else { return nil }
        return try body.next()
    }

    /// Whether this key signed, with the algorithm that the signed part names too.
    public func isSigned(by key: PublicKey) -> Bool {
        guard signedAlgorithm.oid == signatureAlgorithm.oid, let algorithm = signatureAlgorithm.signatureAlgorithm
        else {
            return false
        }
        return key.isValidSignature(signature, of: tbsCertList, algorithm: algorithm)
    }
}

// MARK: - Extensions

extension CertificateList {
    /// The number of this CRL, `nil` when it has none that can be read.
    public var crlNumber: CRLNumber? {
        extensions.first(.crlNumber).flatMap { try? CRLNumber(parsing: $0.value) }
    }

    /// Whether this is a delta CRL.
    public var isDelta: Bool { extensions.first(.deltaCRLIndicator) != nil }

    /// The number of the full CRL that this delta CRL starts from.
    public var baseCRLNumber: CRLNumber? {
        extensions.first(.deltaCRLIndicator).flatMap { try? CRLNumber(parsing: $0.value) }
    }

    /// Which certificates the CRL covers; `nil` is all of its issuer's.
    public var issuingDistributionPoint: IssuingDistributionPoint? {
        extensions.value()
    }

    /// Which of the issuer's keys signed.
    public var authorityKeyIdentifier: AuthorityKeyIdentifier? {
        extensions.value()
    }

    /// Where the delta CRLs to this full CRL are.
    public var freshestCRL: FreshestCRL? {
        extensions.value()
    }

    /// The first extension that is there twice, so that nobody can say which of them counts.
    package var repeatedExtension: OID? {
        var seen: Set<OID> = []
        return extensions.first { !seen.insert($0.oid).inserted }?.oid
    }

    /// Critical extensions that are unknown here or cannot be read.
    ///
    /// With any of them the CRL must not be used to say that a certificate is not revoked. Those that say what the CRL
    /// covers count even when not marked critical.
    ///
    /// Source: RFC 5280, section 5.2.
    public var unprocessedCriticalExtensions: [OID] {
        let scope = [OID.deltaCRLIndicator, .issuingDistributionPoint]
        return extensions.filter { ($0.isCritical || scope.contains($0.oid)) && !isProcessed($0.oid) }.map(\.oid)
    }

    private func isProcessed(_ oid: OID) -> Bool {
        switch oid {
        case .crlNumber: crlNumber != nil
        case .deltaCRLIndicator: baseCRLNumber != nil
        case .issuingDistributionPoint: issuingDistributionPoint != nil
        case .authorityKeyIdentifier: authorityKeyIdentifier != nil
        case .freshestCRL: freshestCRL != nil
        default: false
        }
    }

    /// Where the CRL deviates from RFC 5280, a sentence each.
    public var findings: [String] {
        var findings: [String] = []
        func note(_ text: String, if deviates: Bool) { if deviates { findings.append(text) } }
        note("the two algorithm identifiers differ", if: signedAlgorithm.oid != signatureAlgorithm.oid)
        note("the signature cannot be read", if: signature.isEmpty)
        note("thisUpdate cannot be read", if: thisUpdate == nil)
        note("nextUpdate is missing or cannot be read", if: nextUpdate == nil)
        note("revokedCertificates is present but empty", if: hasEmptyList)
        note("version 1 has no extensions, but there are some", if: version == 1 && !extensions.isEmpty)
        note("the cRLNumber is missing, negative or too long", if: version == 2 && crlNumber == nil)
        note("the base CRL number is negative or too long", if: isDelta && baseCRLNumber == nil)
        note("the authorityKeyIdentifier is missing", if: version == 2 && authorityKeyIdentifier == nil)
        if let repeatedExtension { findings.append("\(repeatedExtension.nameOrDotted) appears twice") }
        for oid in unprocessedCriticalExtensions {
            findings.append("the critical extension \(oid.nameOrDotted) is unknown or cannot be read")
        }
        return findings
    }
}
