// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import NIOSSL
import SealwrightNetwork
import Synchronization

/// The TLS settings a listener uses for its next connection; replaced when the certificate is renewed.
final class TLSContextHolder: Sendable {
    /// Guards the one reference; contexts themselves never change.
    private let current: Mutex<NIOSSLContext>
    private let clientCertificates: TLSFactory.ClientCertificates

    init(
        chain: [[UInt8]], key: any PrivateKey, clientCertificates: TLSFactory.ClientCertificates
    ) throws {
        self.clientCertificates = clientCertificates
        let configuration = try TLSFactory.server(chain: chain, key: key, clientCertificates: clientCertificates)
        current = Mutex(try NIOSSLContext(configuration: configuration))
    }

    var context: NIOSSLContext { current.withLock { $0 } }

    func replace(chain: [[UInt8]], key: any PrivateKey) throws {
        let configuration = try TLSFactory.server(chain: chain, key: key, clientCertificates: clientCertificates)
        let fresh = try NIOSSLContext(configuration: configuration)
        current.withLock { $0 = fresh }
    }
}
