// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

/// An authority ready to work: its record, its certificate as a value, and its key while that is on this machine.
package struct AuthorityContext: Sendable {
    package let authority: Authority
    package let certificate: CertificateView
    /// `nil` when the key is offline or could not be opened.
    package let key: (any PrivateKey)?
    /// Set when its certificate is revoked, or on hold, by an authority of ours: it issues nothing then.
    package let revocation: Revocation?

    package init(
        authority: Authority, certificate: CertificateView, key: (any PrivateKey)?, revocation: Revocation? = nil
    ) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
        self.revocation = revocation
    }

    /// The authority's short name.
    package var id: AuthorityID { authority.id }
}

/// A key of the server's own with its certificate, opened for use.
package struct ServiceKey: Sendable {
    package let identity: ServiceIdentity
    package let certificate: CertificateView
    package let key: any PrivateKey

    package init(identity: ServiceIdentity, certificate: CertificateView, key: any PrivateKey) {
        self.identity = identity
        self.certificate = certificate
        self.key = key
    }
}

extension AuthorityContext {
    /// Whether the key is here and may be used.
    package var canSign: Bool { key != nil && authority.status != .offline }
}
