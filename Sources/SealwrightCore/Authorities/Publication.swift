// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

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

    /// One part of a partitioned CRL, counted from 0.
    package func crlURL(_ authority: AuthorityID, shard: Int) -> String { "\(baseURL)/crl/\(authority)/\(shard).crl" }

    /// The part of a partitioned CRL that covers a certificate: its serial's last octets, modulo the parts.
    ///
    /// The serial is random, so the parts are of even size.
    package static func shard(of serial: SerialNumber, of shards: Int) -> Int {
        guard shards > 1 else { return 0 }
        return serial.octets.suffix(4).reduce(0) { $0 << 8 | Int($1) } % shards
    }

    /// The delta CRL.
    package func deltaCRLURL(_ authority: AuthorityID) -> String { "\(baseURL)/crl/\(authority)-delta.crl" }

    /// The OCSP responder.
    package func ocspURL(_ authority: AuthorityID) -> String { "\(baseURL)/ocsp/\(authority)" }

    /// The authority's certificate, DER.
    package func certificateURL(_ authority: AuthorityID) -> String { "\(baseURL)/ca/\(authority).cer" }
}
