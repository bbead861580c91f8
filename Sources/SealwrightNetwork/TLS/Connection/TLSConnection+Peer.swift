// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOSSL
import PKIFormats
import TrustEvaluation

extension TLSConnection {
    /// Certificates of one peer that are looked at; more are no chain.
    private static let chainLimit = 10

    /// Keeps the certificates the peer sent.
    func note(_ chain: [NIOSSLCertificate]) {
        let shown = chain.compactMap { try? $0.toDERBytes() }
        let views = shown.prefix(Self.chainLimit).compactMap { try? CertificateView(parsing: $0) }
        update { facts in
            facts.peerChain = views
            facts.shownOctets = shown.reduce(0) { $0 + $1.count }
        }
    }

    /// Keeps and judges the certificates the peer sent.
    func judge(_ chain: [NIOSSLCertificate], by trust: PeerTrust, names: [ReferenceName]? = nil) -> Bool {
        note(chain)
        let received = facts.peerChain
        // What could not be read is not trusted either.
        guard received.count == chain.count, let decision = trust.judge(received, names: names) else { return false }
        let isRevocationChecked = trust.revocation().mode != .off
        update { facts in
            facts.decision = decision
            facts.isRevocationChecked = isRevocationChecked
        }
        if let wanted = trust.serialNumber, let leaf = received.first, leaf.serialNumber != wanted {
            update { $0.diagnosis = .pinMismatch(expected: wanted, presented: leaf) }
            return false
        }
        return decision.isTrusted
    }

    /// `192.0.2.7:8443`, `[2001:db8::7]:8443`.
    static func text(_ address: SocketAddress) -> String {
        guard let host = address.ipAddress, let port = address.port else { return "local" }
        return "\(host.uriHost):\(port)"
    }
}
