// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
import TrustEvaluation

/// How a TLS client presents itself and whom it trusts.
package struct TLSClientSettings: Sendable {
    /// How the server's certificate is judged.
    package var trust: PeerTrust
    /// The certificate shown when the server asks for one.
    package var identity: ServedIdentity?
    /// The oldest version spoken.
    package var minimumVersion = TLSServerSettings.MinimumVersion.tls12
    /// The newest version spoken; `nil` for the newest there is.
    package var maximumVersion: TLSServerSettings.MinimumVersion?
    /// ALPN names, the preferred first; none for none.
    package var applicationProtocols: [String] = []

    /// Settings.
    package init(trust: PeerTrust, identity: ServedIdentity? = nil) {
        self.trust = trust
        self.identity = identity
    }
}

extension TLSClientSettings {
    /// Settings of a client that trusts servers by these roots only; `nil` for the system's.
    package static func trusting(_ roots: [CertificateView]?) -> TLSClientSettings {
        TLSClientSettings(
            trust: PeerTrust(anchors: roots?.map { TrustAnchor($0) } ?? SystemTrust.anchors, purpose: .serverAuth))
    }

    /// Settings of a client that trusts servers by these roots (DER certificates) only; `nil` for the system's.
    ///
    /// - Parameters:
    ///   - roots: where trust begins.
    ///   - accepted: certificates (DER) of servers that are taken as they are.
    /// - Returns: the settings.
    /// - Throws: ``NetworkError/unusableCredential(_:)`` when one cannot be read.
    package static func trusting(
        encoded roots: [[UInt8]]?, accepting accepted: [[UInt8]] = []
    ) throws(NetworkError) -> TLSClientSettings {
        do {
            var settings = trusting(try roots?.map { try CertificateView(parsing: $0) })
            settings.trust.accepted = try accepted.map { try CertificateView(parsing: $0) }
            return settings
        } catch {
            throw .unusableCredential("a trust anchor cannot be read: \(error)")
        }
    }
}
