// SPDX-License-Identifier: Apache-2.0

/// Where relying parties fetch what an authority publishes.
///
/// These URLs go into certificates (CDP and AIA) and are then fixed for the certificate's life, so the base must be
/// a name that every device resolves: never `localhost`, never a single label.
package struct Publication: Sendable, Hashable {
    /// Scheme, host and port, without a slash at the end: `http://ca.example.com:8080`.
    package let baseURL: String

    /// Takes scheme, host and port; a slash at the end is cut off.
    package init(baseURL: String) {
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    }

    /// The full CRL.
    package func crlURL(_ authority: AuthorityID) -> String { "\(baseURL)/crl/\(authority).crl" }

    /// One part of a partitioned CRL: `/crl/issuing/3-of-16.crl`.
    package func crlURL(_ authority: AuthorityID, part: CRLPart) -> String {
        "\(baseURL)/crl/\(authority)/\(part.text).crl"
    }

    /// The delta CRL.
    package func deltaCRLURL(_ authority: AuthorityID) -> String { "\(baseURL)/crl/\(authority)-delta.crl" }

    /// The OCSP responder.
    package func ocspURL(_ authority: AuthorityID) -> String { "\(baseURL)/ocsp/\(authority)" }

    /// The authority's certificate, DER.
    package func certificateURL(_ authority: AuthorityID) -> String { "\(baseURL)/ca/\(authority).cer" }
}
