// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Synchronization
import TrustEvaluation

/// One TLS connection: what is known about it, from any thread.
///
/// The peer's certificates are stored once, when the handshake ends; whoever answers a request judges them then, because
/// verification callbacks do not run on resumed sessions and a certificate can be revoked while a connection is open.
package final class TLSConnection: Sendable {
    /// Guards the facts: the connection's event loop writes, requests read.
    private let state = Mutex(TLSConnectionFacts())

    init(isServer: Bool) { state.withLock { $0.isServer = isServer } }

    /// What is known now.
    package var facts: TLSConnectionFacts { state.withLock { $0 } }

    /// The certificates the peer proved to have the key of, `nil` when it showed none or the handshake is not over.
    package var peer: PeerIdentity? {
        let facts = facts
        guard facts.isEstablished, let leaf = facts.peerChain.first else { return nil }
        return PeerIdentity(certificate: leaf, chain: facts.peerChain, isResumed: facts.isResumed)
    }

    func update(_ change: (inout TLSConnectionFacts) -> Void) { state.withLock { change(&$0) } }
}
