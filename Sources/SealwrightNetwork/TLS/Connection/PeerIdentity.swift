// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Whom a TLS peer proved to be, not whether anybody trusts it: that is judged per request.
package struct PeerIdentity: Sendable, Hashable {
    /// The certificate whose key the peer has.
    package let certificate: CertificateView
    /// The certificates as received, the peer's own first.
    ///
    /// On a resumed session they are those of the session it continues, as far as they are remembered.
    package let chain: [CertificateView]
    /// Whether the session continues an earlier one, whose handshake proved the key.
    package let isResumed: Bool
}
