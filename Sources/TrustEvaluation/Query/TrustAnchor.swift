// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// Where trust begins: a name and a key, usually taken from a certificate.
///
/// Source: RFC 5280, section 6.1.1 (d); RFC 5914.
public struct TrustAnchor: Sendable, Hashable {
    /// The certificate the anchor was taken from, `nil` for a bare name and key.
    public let certificate: CertificateView?
    /// The name of the authority.
    public let subject: DistinguishedName
    /// Its key.
    public let subjectPublicKeyInfo: SubjectPublicKeyInfo
    /// Names below this anchor must lie inside these, on top of what the certificate itself says.
    public var nameConstraints: NameConstraints?
    /// Purposes this anchor is trusted for; `nil` for all.
    public var purposes: [OID]?

    /// Trusts a certificate, self-signed or not.
    ///
    /// The certificate itself is then acceptable as a leaf too, as pinned certificates need.
    public init(_ certificate: CertificateView, nameConstraints: NameConstraints? = nil, purposes: [OID]? = nil) {
        self.certificate = certificate
        self.subject = certificate.subject
        self.subjectPublicKeyInfo = certificate.subjectPublicKeyInfo
        self.nameConstraints = nameConstraints
        self.purposes = purposes
    }

    /// Trusts a name and a key.
    public init(
        subject: DistinguishedName, subjectPublicKeyInfo: SubjectPublicKeyInfo,
        nameConstraints: NameConstraints? = nil, purposes: [OID]? = nil
    ) {
        self.certificate = nil
        self.subject = subject
        self.subjectPublicKeyInfo = subjectPublicKeyInfo
        self.nameConstraints = nameConstraints
        self.purposes = purposes
    }
}
