// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Whether a CRL is about a certificate, seen from one of the certificate's distribution points.
///
/// Source: RFC 5280, section 6.3.3 (b).
struct CRLScope {
    private let facts: CertificateFacts
    private let point: DistributionPoint

    /// The certificate, seen from one of its distribution points; one without anything stands for a certificate that
    /// names none.
    init(_ facts: CertificateFacts, _ point: DistributionPoint) {
        self.facts = facts
        self.point = point
    }

    /// Whether the CRL covers the certificate, whatever its reasons.
    func includes(_ list: CertificateList) -> Bool {
        let scope = list.issuingDistributionPoint
        guard hasRightIssuer(list, scope) else { return false }
        guard let scope else { return true }
        if scope.onlyContainsAttributeCerts { return false }
        if scope.onlyContainsUserCerts, facts.isAuthority { return false }
        if scope.onlyContainsCACerts, !facts.isAuthority { return false }
        guard let name = scope.distributionPoint else { return true }
        return isNamed(name, list)
    }

    /// The reasons for which this CRL tells about this distribution point.
    func reasons(of list: CertificateList) -> ReasonFlags {
        let some = list.issuingDistributionPoint?.onlySomeReasons ?? .all
        return some.intersection(point.reasons ?? .all).intersection(.all)
    }

    private func hasRightIssuer(_ list: CertificateList, _ scope: IssuingDistributionPoint?) -> Bool {
        let named = point.crlIssuer.compactMap(\.directoryNameValue)
        guard !point.crlIssuer.isEmpty else { return list.issuer.matches(facts.issuer) }
        guard scope?.indirectCRL == true || list.issuer.matches(facts.issuer) else { return false }
        return named.contains { list.issuer.matches($0) }
    }

    private func isNamed(_ name: DistributionPointName, _ list: CertificateList) -> Bool {
        let wanted = Self.names(name, issuer: list.issuer)
        let presented: [GeneralName]
        if let own = point.name {
            let issuer = point.crlIssuer.compactMap(\.directoryNameValue).first ?? facts.issuer
            presented = Self.names(own, issuer: issuer)
        } else {
            presented = point.crlIssuer.isEmpty ? [.directoryName(facts.issuer)] : point.crlIssuer
        }
        return presented.contains { name in wanted.contains { Self.isSame(name, $0) } }
    }

    /// A relative name is completed by the issuer's.
    private static func names(_ name: DistributionPointName, issuer: DistinguishedName) -> [GeneralName] {
        switch name {
        case .fullName(let names): names
        case .relativeToIssuer(let attributes):
            [.directoryName(DistinguishedName(rdns: issuer.rdns + [attributes]))]
        }
    }

    private static func isSame(_ left: GeneralName, _ right: GeneralName) -> Bool {
        if case .directoryName(let left) = left, case .directoryName(let right) = right { return left.matches(right) }
        return left == right
    }
}

extension GeneralName {
    /// The name in a directoryName, `nil` for any other form.
    fileprivate var directoryNameValue: DistinguishedName? {
        if case .directoryName(let name) = self { name } else { nil }
    }
}
