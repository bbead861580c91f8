// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import TrustEvaluation

/// What is known about a TLS connection: the facts of the block people look for in a log.
package struct TLSConnectionFacts: Sendable {
    /// Whether our side is the TLS server.
    package internal(set) var isServer = false
    /// The other end's address, `192.0.2.7:8443`.
    package internal(set) var peerAddress = ""
    /// The versions the client offered.
    package internal(set) var offeredVersions: [ProtocolVersion] = []
    /// The name the client asked for.
    package internal(set) var serverName: String?
    /// What the server chose.
    package internal(set) var version: ProtocolVersion?
    package internal(set) var suite: CipherSuite?
    package internal(set) var group: NamedGroup?
    package internal(set) var applicationProtocol: String?
    /// The peer's certificates as received, its own first.
    package internal(set) var peerChain: [CertificateView] = []
    /// Octets of all certificates that the peer sent in the handshake, read or not.
    package internal(set) var shownOctets = 0
    /// The judgement of the peer's certificates in the handshake; `nil` when none took place.
    package internal(set) var decision: TrustDecision?
    /// Whether revocation was part of the judgement.
    package internal(set) var isRevocationChecked = false
    /// Our own certificate, when one was shown.
    package internal(set) var ownCertificate: CertificateView?
    /// Whether the server asked for the client's certificate, as far as that can be seen.
    package internal(set) var isCertificateRequested = false
    /// Whether the session continues an earlier one.
    package internal(set) var isResumed = false
    /// Whether the handshake is over.
    package internal(set) var isEstablished = false
    package internal(set) var alertReceived: TLSAlert?
    package internal(set) var alertSent: TLSAlert?
    /// Octets that came before the connection was encrypted.
    package internal(set) var octetsReceived = 0
    /// The first octets, when they are no TLS.
    package internal(set) var plainText: [UInt8] = []
    /// What the peer sent against the rules of TLS, as far as that can be seen; `nil` when nothing.
    package internal(set) var malformed: String?
    /// Why the connection came to nothing.
    package internal(set) var diagnosis: TLSDiagnosis?
}
