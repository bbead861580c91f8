// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Synchronization

/// Remembers which certificates came with which, for sessions that are resumed: those bring the peer's own only.
///
/// Bounded; the oldest are forgotten, and a peer whose chain is forgotten has its own certificate alone.
final class PeerChainMemory: Sendable {
    private struct State {
        var chains: [[UInt8]: [CertificateView]] = [:]
        var order: [[UInt8]] = []
    }

    private static let limit = 4_096
    /// Guards the chains of all connections of a listener.
    private let state = Mutex(State())

    func remember(_ chain: [CertificateView]) {
        guard let leaf = chain.first, chain.count > 1 else { return }
        let fingerprint = leaf.fingerprint()
        state.withLock { state in
            if state.chains.updateValue(chain, forKey: fingerprint) == nil { state.order.append(fingerprint) }
            guard state.order.count > Self.limit else { return }
            // Half at once, so that forgetting costs nothing on average.
            for old in state.order.prefix(Self.limit / 2) { state.chains[old] = nil }
            state.order.removeFirst(Self.limit / 2)
        }
    }

    func chain(of leaf: CertificateView) -> [CertificateView] {
        let fingerprint = leaf.fingerprint()
        return state.withLock { $0.chains[fingerprint] } ?? [leaf]
    }
}
