// SPDX-License-Identifier: Apache-2.0

/// Sorts the certificates of one file into a leaf and its issuers.
///
/// By names and key identifiers only: no signature is checked, so the cost is small whatever the file holds.
struct CertificateOrder {
    private let certificates: [CertificateView]
    private let subjects: [ComparedName]

    init(_ certificates: [CertificateView]) {
        self.certificates = certificates
        subjects = certificates.map { ComparedName($0.subject) }
    }

    /// The first certificate that issued no other one of the file; those that are no authority come first.
    ///
    /// Names are compared as octets here, so that ten thousand certificates cost no more than ten thousand looks.
    var leaf: CertificateView? {
        var issuers: Set<[UInt8]> = []
        for certificate in certificates where !certificate.isSelfIssued { issuers.insert(certificate.issuer.derBytes) }
        let ends = certificates.filter { !issuers.contains($0.subject.derBytes) }
        return ends.first { !$0.isCertificateAuthority } ?? ends.first ?? certificates.first
    }

    /// The issuers of a certificate, the nearest first; ends at a self-issued one, a gap or a loop.
    func issuers(of leaf: CertificateView) -> [CertificateView] {
        var chain: [CertificateView] = []
        var current = leaf
        while !current.isSelfIssued, chain.count < Self.depth, let issuer = issuer(of: current),
            issuer != leaf, !chain.contains(issuer)
        {
            chain.append(issuer)
            current = issuer
        }
        return chain
    }

    private func issuer(of certificate: CertificateView) -> CertificateView? {
        let wanted = ComparedName(certificate.issuer)
        let named = zip(certificates, subjects).filter { $0 != certificate && $1.matches(wanted) }.map(\.0)
        guard let identifier = certificate.authorityKeyIdentifier?.keyIdentifier else { return named.first }
        return named.first { $0.subjectKeyIdentifier?.keyIdentifier == identifier } ?? named.first
    }

    /// Links followed; the longest chains in use have five.
    private static let depth = 16
}

extension CertificateView {
    /// The issuers of this certificate among others, by name and key identifier, the nearest first.
    ///
    /// No signature is checked.
    public func issuers(in certificates: [CertificateView]) -> [CertificateView] {
        CertificateOrder(certificates).issuers(of: self)
    }
}
