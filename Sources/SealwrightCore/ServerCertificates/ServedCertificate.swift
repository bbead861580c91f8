// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats
import Synchronization

/// What the listeners show to TLS clients now: chain and key.
package struct ServedCertificate: Sendable {
    /// Whose it is.
    package let choice: ServerSelection.Choice
    /// DER, the server's own first, each followed by its issuer, without the trust anchor.
    package let chain: [[UInt8]]
    /// The server's own certificate.
    package let leaf: CertificateView
    /// The certificate clients must trust; for a self-signed one that itself.
    package let anchor: CertificateView?
    package let key: any PrivateKey

    package init(
        choice: ServerSelection.Choice, chain: [[UInt8]], leaf: CertificateView, anchor: CertificateView?,
        key: any PrivateKey
    ) {
        self.choice = choice
        self.chain = chain
        self.leaf = leaf
        self.anchor = anchor
        self.key = key
    }
}

/// Holds what is served now and tells whoever must know when that changes.
///
/// Listeners ask for each connection; a change is effective for the next one and touches none that is open.
package final class ServedCertificateSource: Sendable {
    private struct State {
        var served: ServedCertificate?
        var observers: [@Sendable (ServedCertificate) -> Void] = []
    }

    /// Guards the served certificate and who is told.
    private let state = Mutex(State())

    package init() {}

    /// What is served; `nil` before the first load.
    package var current: ServedCertificate? { state.withLock { $0.served } }

    /// Calls `observer` with every certificate that is served from now on, before ``replace(with:)`` returns.
    package func observe(_ observer: @escaping @Sendable (ServedCertificate) -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    /// Serves another certificate.
    func replace(with served: ServedCertificate) {
        let observers = state.withLock { state in
            state.served = served
            return state.observers
        }
        for observer in observers { observer(served) }
    }
}
