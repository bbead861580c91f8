// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What a TLS listener offers and asks for.
package struct TLSServerSettings: Sendable {
    /// Whether a listener asks for client certificates.
    package enum ClientCertificates: Sendable {
        /// Never asked for. SCEP and console clients would otherwise show a certificate picker.
        case ignored
        /// Asked for, with the names of these authorities; the request decides whether one is needed.
        ///
        /// Any chain is let through the handshake: the certificate is judged per request, because
        /// verification callbacks do not run on resumed sessions and a refusal should explain itself over HTTP.
        case requested(authorities: [CertificateView])
        /// Asked for and judged in the handshake; nobody comes in without one.
        ///
        /// Requests judge it again: a session that is resumed is not asked for a certificate.
        case required(authorities: [CertificateView], trust: PeerTrust)
    }

    /// The oldest version spoken; older than TLS 1.2 is never.
    package enum MinimumVersion: String, Sendable, CaseIterable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    package var minimumVersion = MinimumVersion.tls12
    package var clientCertificates = ClientCertificates.ignored
    /// ALPN names, the preferred first.
    package var applicationProtocols = ["http/1.1"]

    /// Settings; without arguments TLS 1.2 and 1.3 for HTTP without client certificates.
    package init(
        minimumVersion: MinimumVersion = .tls12, clientCertificates: ClientCertificates = .ignored,
        applicationProtocols: [String] = ["http/1.1"]
    ) {
        self.minimumVersion = minimumVersion
        self.clientCertificates = clientCertificates
        self.applicationProtocols = applicationProtocols
    }
}
