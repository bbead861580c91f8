// SPDX-License-Identifier: Apache-2.0

/// What a responder says about one certificate.
///
/// ```
/// SingleResponse ::= SEQUENCE { certID CertID, certStatus CertStatus, thisUpdate GeneralizedTime,
///     nextUpdate [0] EXPLICIT GeneralizedTime OPTIONAL, singleExtensions [1] EXPLICIT Extensions OPTIONAL }
/// CertStatus ::= CHOICE { good [0] IMPLICIT NULL, revoked [1] IMPLICIT RevokedInfo, unknown [2] IMPLICIT NULL }
/// RevokedInfo ::= SEQUENCE { revocationTime GeneralizedTime, revocationReason [0] EXPLICIT CRLReason OPTIONAL }
/// ```
///
/// Source: RFC 6960, section 4.2.1.
public struct SingleResponse: Hashable, Sendable {
    /// The state of a certificate.
    public enum CertStatus: Hashable, Sendable {
        /// Not revoked.
        case good
        /// Revoked at a time, perhaps for a reason. ``CRLReason/unspecified`` is not written.
        case revoked(at: Timestamp, reason: CRLReason?)
        /// The responder does not know this certificate.
        case unknown
    }

    /// The certificate, in the request's own octets.
    public let certID: CertID
    /// Its state.
    public let certStatus: CertStatus
    /// When the state was known to be so.
    public let thisUpdate: Timestamp
    /// When newer information appears at the latest; without it, newer information is always there.
    public let nextUpdate: Timestamp?

    /// Makes an answer.
    public init(certID: CertID, certStatus: CertStatus, thisUpdate: Timestamp, nextUpdate: Timestamp?) {
        self.certID = certID
        self.certStatus = certStatus
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
    }

    init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        certID = try CertID(parsing: try fields.next(.sequence))
        certStatus = try CertStatus(parsing: try fields.next())
        thisUpdate = try Timestamp(parsing: try fields.next(.generalizedTime))
        if let next = try fields.nextIf(.context(0)) {
            nextUpdate = try Timestamp(parsing: try next.explicitContent())
        } else {
            nextUpdate = nil
        }
        let extensions = try CertificateExtension.list(parsingExplicit: try fields.nextIf(.context(1)))
        try fields.finish()
        try extensions.refuseUnknownCritical(known: [])
    }
}

extension SingleResponse.CertStatus {
    init(parsing element: ASN1Element) throws(FormatError) {
        switch element.tag {
        case .context(0), .context(2):
            guard element.content.isEmpty else { throw .malformedHeader(at: element.offset) }
            self = element.tag == .context(0) ? .good : .unknown
        case .context(1):
            var fields = try element.fields(of: .context(1))
            let time = try Timestamp(parsing: try fields.next(.generalizedTime))
            let code = try fields.nextIf(.context(0))
            try fields.finish()
            self = .revoked(at: time, reason: try Self.reason(code))
        default:
            throw .unexpectedTag(expected: .context(0), found: element.tag, at: element.offset)
        }
    }

    /// A reason that RFC 5280 does not know leaves the certificate revoked without a reason.
    private static func reason(_ element: ASN1Element?) throws(FormatError) -> CRLReason? {
        guard let element else { return nil }
        return CRLReason(rawValue: try element.explicitContent().int(.enumerated))
    }
}

extension SingleResponse: DEREncodable {
    /// Appends the answer.
    public func encode(into writer: inout DERWriter) {
        writer.sequence { writer in
            writer.append(certID)
            writer.append(certStatus)
            writer.generalizedTime(thisUpdate)
            if let nextUpdate { writer.explicit(0) { $0.generalizedTime(nextUpdate) } }
        }
    }
}

extension SingleResponse.CertStatus: DEREncodable {
    /// Appends the chosen state.
    public func encode(into writer: inout DERWriter) {
        switch self {
        case .good: writer.primitive(.context(0), [])
        case .unknown: writer.primitive(.context(2), [])
        case .revoked(let time, let reason):
            writer.constructed(.context(1)) { writer in
                writer.generalizedTime(time)
                guard let reason, reason != .unspecified else { return }
                writer.explicit(0) { $0.enumerated(reason.rawValue) }
            }
        }
    }
}
