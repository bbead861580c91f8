// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import NIOSSL
import PKIFormats
package import TrustEvaluation

/// The TLS side of outgoing connections: one context, any number of connections.
package final class TLSClient: Sendable {
    private let settings: TLSClientSettings
    private let context: NIOSSLContext

    /// A client with these settings.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)``.
    package init(_ settings: TLSClientSettings) throws(NetworkError) {
        self.settings = settings
        context = try TLSFactory.clientContext(settings)
    }

    /// Puts TLS at the head of a new connection's pipeline, on its event loop and before any other handler.
    ///
    /// - Parameters:
    ///   - channel: the connection.
    ///   - serverName: the name the server is asked for; an address or `nil` asks for none.
    ///   - names: the names the server must have, when they differ from those of the settings.
    ///   - failed: told when the handshake comes to nothing.
    /// - Returns: what becomes known about the connection.
    /// - Throws: what the pipeline throws when the connection has gone already.
    package func install(
        on channel: any Channel, serverName: String?, names: [ReferenceName]? = nil,
        failed: @escaping @Sendable (TLSEvent) -> Void = { _ in }
    ) throws -> TLSConnection {
        let connection = TLSConnection(isServer: false)
        connection.update {
            $0.peerAddress = channel.remoteAddress.map(TLSConnection.text) ?? ""
            $0.ownCertificate = settings.identity?.certificate
        }
        let trust = settings.trust
        let tls = try NIOSSLClientHandler(
            context: context, serverHostname: serverName.flatMap { $0.isIPAddressLiteral ? nil : $0 }
        ) { chain, promise in
            promise.succeed(connection.judge(chain, by: trust, names: names) ? .certificateVerified : .failed)
        }
        try channel.pipeline.syncOperations.addHandlers([
            HandshakeObserver(connection), tls,
            TLSPeerHandler(connection, tls: tls, chains: nil, failed: failed),
        ])
        return connection
    }
}
