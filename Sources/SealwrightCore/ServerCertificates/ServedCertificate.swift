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
/// A change is effective for the next connection and touches none that is open. It is made in two steps, so that a
/// listener that cannot use a certificate stops the change before it is stored.
package final class ServedCertificateSource: Sendable {
    /// Makes ready to serve a certificate; what it returns makes it so and cannot fail.
    package typealias Preparation =
        @Sendable (ServedCertificate) throws(ServerCertificateError) -> @Sendable () -> Void

    private struct State {
        var served: ServedCertificate?
        var listeners: [Preparation] = []
    }

    /// Guards the served certificate and who is told.
    private let state = Mutex(State())

    package init() {}

    /// What is served; `nil` before the first load.
    package var current: ServedCertificate? { state.withLock { $0.served } }

    /// Lets somebody take part in every change from now on.
    package func observe(_ listener: @escaping Preparation) { state.withLock { $0.listeners.append(listener) } }

    /// Makes ready to serve another certificate; nothing changes yet.
    ///
    /// - Returns: makes it so, for every listener, before it returns.
    /// - Throws: ``ServerCertificateError`` when a listener cannot use it.
    func prepare(_ served: ServedCertificate) throws(ServerCertificateError) -> @Sendable () -> Void {
        var steps: [@Sendable () -> Void] = []
        for listener in state.withLock({ $0.listeners }) { steps.append(try listener(served)) }
        let prepared = steps
        return { [self] in
            state.withLock { $0.served = served }
            for step in prepared { step() }
        }
    }
}
