// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// A CRL before it is signed; `derBytes` are the bytes to sign.
///
/// ```
/// TBSCertList ::= SEQUENCE { version INTEGER (v2), signature AlgorithmIdentifier, issuer Name,
///     thisUpdate Time, nextUpdate Time, revokedCertificates SEQUENCE OF … OPTIONAL,
///     crlExtensions [0] EXPLICIT Extensions }
/// ```
///
/// Source: RFC 5280, section 5.1.2.
public struct TBSCertList: Sendable {
    /// The algorithm that will sign.
    public var signature: SignatureAlgorithm
    /// The CRL's issuer, which is the certificates' issuer: indirect CRLs are read but not written.
    public var issuer: DistinguishedName
    /// When the CRL was made.
    public var thisUpdate: Timestamp
    /// By when the next one appears.
    public var nextUpdate: Timestamp
    /// The lines, sorted as the caller wants them.
    public var revokedCertificates: RevokedCertificateList
    /// The number of this CRL.
    public var crlNumber: CRLNumber
    /// Which of the issuer's keys signs.
    public var authorityKeyIdentifier: AuthorityKeyIdentifier
    /// Makes it a delta CRL to the full CRL of this number.
    public var baseCRLNumber: CRLNumber?
    /// Which certificates the CRL covers, when not all.
    public var issuingDistributionPoint: IssuingDistributionPoint?
    /// Where the delta CRLs to this full CRL are.
    public var freshestCRL: FreshestCRL?

    /// Makes a CRL to sign.
    public init(
        signature: SignatureAlgorithm, issuer: DistinguishedName, thisUpdate: Timestamp, nextUpdate: Timestamp,
        revokedCertificates: RevokedCertificateList, crlNumber: CRLNumber,
        authorityKeyIdentifier: AuthorityKeyIdentifier, baseCRLNumber: CRLNumber? = nil,
        issuingDistributionPoint: IssuingDistributionPoint? = nil, freshestCRL: FreshestCRL? = nil
    ) {
        self.signature = signature
        self.issuer = issuer
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.revokedCertificates = revokedCertificates
        self.crlNumber = crlNumber
        self.authorityKeyIdentifier = authorityKeyIdentifier
        self.baseCRLNumber = baseCRLNumber
        self.issuingDistributionPoint = issuingDistributionPoint
        self.freshestCRL = freshestCRL
    }

    /// Joins the signed bytes and their signature into a CertificateList.
    ///
    /// Source: RFC 5280, section 5.1.1.
    public static func certificateList(
        tbs: [UInt8], signature: [UInt8], algorithm: SignatureAlgorithm
    ) -> [UInt8] {
        DERWriter.signed(tbs, signature: signature, algorithm: algorithm)
    }
}

extension TBSCertList: DEREncodable {
    /// Appends the bytes to sign.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.integer(1)
            writer.append(AlgorithmIdentifier(signature))
            writer.append(issuer)
            writer.time(thisUpdate)
            writer.time(nextUpdate)
            if !revokedCertificates.isEmpty {
                writer.sequence { $0.append(revokedCertificates.encodedLines) }
            }
            writer.explicit(0) { $0.extensions(extensions) }
        }
    }

    private var extensions: [CertificateExtension] {
        var extensions = [
            authorityKeyIdentifier.certificateExtension,
            CertificateExtension(oid: .crlNumber, value: crlNumber.derBytes),
        ]
        if let base = baseCRLNumber {
            extensions.append(CertificateExtension(oid: .deltaCRLIndicator, isCritical: true, value: base.derBytes))
        }
        if let issuingDistributionPoint { extensions.append(issuingDistributionPoint.certificateExtension) }
        if let freshestCRL { extensions.append(freshestCRL.certificateExtension) }
        return extensions
    }
}
