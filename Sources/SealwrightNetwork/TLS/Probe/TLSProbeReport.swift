// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import TrustEvaluation

/// Everything a probe learnt about a TLS peer.
package struct TLSProbeReport: Sendable {
    /// A version and what the peer speaks in it.
    package struct Version: Sendable, Hashable {
        package let version: ProtocolVersion
        package let isOffered: Bool
        /// The suites the peer takes, in the order in which it took them.
        package internal(set) var suites: [CipherSuite]
    }

    /// Whether the peer asks for the client's certificate.
    package enum ClientCertificate: Sendable, Hashable {
        case notAskedFor
        /// Asked for, with the names of these authorities; TLS 1.3 alone does not show the names.
        case askedFor(authorities: [DistinguishedName])
        /// Nobody comes in without one.
        case required(authorities: [DistinguishedName])
        /// The peer speaks TLS 1.3 alone, where this cannot be seen without a certificate.
        case unknown
    }

    /// What was asked.
    package let target: TLSProbe.Target
    /// The versions, the oldest first.
    package internal(set) var versions: [Version] = []
    /// The chain as the peer sent it, its own certificate first.
    package internal(set) var chain: [CertificateView] = []
    /// The judgement of the chain as it was sent; `nil` without a chain.
    package internal(set) var decision: TrustDecision?
    package internal(set) var clientCertificate = ClientCertificate.unknown
    /// The connection a client of today gets: the block of ten lines.
    package internal(set) var facts = TLSConnectionFacts()
    /// Why a handshake of today's kind did not come to its end; `nil` when it did.
    package internal(set) var handshakeFault: TLSDiagnosis?
    /// Whether the peer staples an OCSP response; `nil` when its certificate message could not be read.
    package internal(set) var hasStapledStatus: Bool?
    /// Everything that is wrong, the heaviest first.
    package internal(set) var findings: [TLSDiagnosis] = []
    /// Whether the time ran out before everything was asked.
    package internal(set) var isCutShort = false

    /// Whether a handshake of today's kind came to its end.
    package var isEstablished: Bool { handshakeFault == nil }

    /// Whether nothing is wrong that refuses a connection.
    package var isAcceptable: Bool { !findings.contains { $0.severity == .error } }

    /// Whether the peer could not be spoken to at all.
    package var isUnreachable: Bool {
        chain.isEmpty && findings.contains { $0.code.rawValue.hasPrefix("SW-NET") && $0.severity == .error }
    }

    /// The ten lines.
    package var event: TLSEvent {
        TLSEvent(facts: facts, phase: .handshake, diagnosis: findings.first { $0.severity == .error })
    }

    init(target: TLSProbe.Target) { self.target = target }
}
