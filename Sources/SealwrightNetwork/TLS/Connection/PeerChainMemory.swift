// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Synchronization

/// Remembers which certificates came with which, for sessions that are resumed: those bring the peer's own only.
///
/// Bounded in number and in octets, since anybody can come with a hundred kilobytes of his own making; the oldest are
/// forgotten, and a peer whose chain is forgotten has its own certificate alone.
final class PeerChainMemory: Sendable {
    private struct State {
        var chains: [[UInt8]: [CertificateView]] = [:]
        var order: [[UInt8]] = []
        /// Octets of all certificates in the chains.
        var octets = 0

        mutating func forget(_ count: Int) {
            for old in order.prefix(count) {
                if let chain = chains.removeValue(forKey: old) { octets -= PeerChainMemory.octets(of: chain) }
            }
            order.removeFirst(min(count, order.count))
        }
    }

    private static let limit = 4_096
    /// As many octets as that many chains of usual length have: two certificates and one kilobyte each.
    private static let octetLimit = 8 << 20
    /// Guards the chains of all connections of a listener.
    private let state = Mutex(State())

    func remember(_ chain: [CertificateView]) {
        guard let leaf = chain.first, chain.count > 1 else { return }
        let fingerprint = leaf.fingerprint()
        state.withLock { state in
            if let old = state.chains.updateValue(chain, forKey: fingerprint) {
                state.octets -= Self.octets(of: old)
            } else {
                state.order.append(fingerprint)
            }
            state.octets += Self.octets(of: chain)
            guard state.order.count > Self.limit || state.octets > Self.octetLimit else { return }
            // Half at once, so that forgetting costs nothing on average.
            state.forget(max(1, state.order.count / 2))
        }
    }

    private static func octets(of chain: [CertificateView]) -> Int { chain.reduce(0) { $0 + $1.encoded.count } }

    func chain(of leaf: CertificateView) -> [CertificateView] {
        let fingerprint = leaf.fingerprint()
        return state.withLock { $0.chains[fingerprint] } ?? [leaf]
    }
}
