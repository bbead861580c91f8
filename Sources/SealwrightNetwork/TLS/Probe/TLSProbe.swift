// SPDX-License-Identifier: Apache-2.0

import TrustEvaluation

/// Finds everything that is wrong with a TLS peer, not only the first thing.
///
/// Versions and suites are asked for with hellos of our own, so that old ones are seen too; the certificates come from
/// a real handshake and, up to TLS 1.2, from the wire itself. Bounded in time and octets whatever the peer does.
package struct TLSProbe: Sendable {
    /// Whom to ask.
    package struct Target: Sendable, Hashable {
        /// A name or an address.
        package var host: String
        package var port: Int
        /// The dialogue before TLS; `nil` for a port that speaks TLS at once.
        package var startTLS: StartTLS?

        package init(host: String, port: Int, startTLS: StartTLS? = nil) {
            self.host = host
            self.port = port
            self.startTLS = startTLS
        }
    }

    /// How to ask and how to judge.
    package struct Options: Sendable {
        /// How the peer's certificate is judged: anchors, names, CRLs.
        package var trust: PeerTrust
        /// The name the server is asked for; by default the target's host.
        package var serverName: String?
        /// The certificate shown when the peer asks for one.
        package var identity: ServedIdentity?
        /// The oldest version that is no fault.
        package var minimumVersion = TLSServerSettings.MinimumVersion.tls12
        /// Seconds for the whole probe.
        package var seconds: Double = 10
        /// Whether every suite is asked for; without it versions and certificates only, in three connections.
        package var listsSuites = true
        /// ALPN names offered.
        package var applicationProtocols = ["h2", "http/1.1"]

        package init(trust: PeerTrust) { self.trust = trust }
    }

    let target: Target
    let options: Options

    package init(_ target: Target, options: Options) {
        self.target = target
        self.options = options
    }
}
