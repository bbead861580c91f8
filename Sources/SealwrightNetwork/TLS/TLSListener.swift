// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import NIOSSL
import NIOTLS
import PKIFormats
import Synchronization

/// The TLS side of a listener: which certificate it serves, and for which name.
///
/// ``serve(_:)`` takes effect for the next connection; open ones go on undisturbed. The new context has new session
/// tickets, so that nobody continues a session under a certificate that is gone.
package final class TLSListener: Sendable {
    private struct Contexts {
        var standard: NIOSSLContext
        var identity: ServedIdentity
        var named: [String: (context: NIOSSLContext, identity: ServedIdentity)] = [:]
        /// Octets of unusually long certificates of peers that sessions of these contexts may hold.
        var shownOctets = 0
    }

    /// Octets of unusually long certificates after which the contexts are made anew.
    ///
    /// BoringSSL keeps 20,480 sessions of clients that take no tickets, for two hours each and with all that the client
    /// showed, which may be a hundred kilobytes of anybody's own making.
    package static let shownLimit = 32 << 20
    /// Octets that a client may show without being counted: usual ones show one or two certificates of a kilobyte.
    private static let usualOctets = 4 << 10

    private let settings: TLSServerSettings
    private let shownLimit: Int
    /// Guards the contexts; each of them never changes.
    private let contexts: Mutex<Contexts>
    private let chains = PeerChainMemory()
    /// Told of every handshake that came to nothing.
    private let failed: @Sendable (TLSEvent) -> Void

    /// A listener that serves an identity.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)``.
    package init(
        _ settings: TLSServerSettings, serving identity: ServedIdentity, shownLimit: Int = TLSListener.shownLimit,
        failed: @escaping @Sendable (TLSEvent) -> Void = { _ in }
    ) throws(NetworkError) {
        self.settings = settings
        self.shownLimit = shownLimit
        self.failed = failed
        let context = try TLSFactory.serverContext(settings, serving: identity)
        contexts = Mutex(Contexts(standard: context, identity: identity))
    }

    /// What is served to who asks for no name, or for one without a certificate of its own.
    package var identity: ServedIdentity { contexts.withLock { $0.identity } }

    /// Serves this chain and key from now on.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)``; what was served before then stays.
    package func serve(_ identity: ServedIdentity) throws(NetworkError) {
        let context = try TLSFactory.serverContext(settings, serving: identity)
        contexts.withLock {
            $0.standard = context
            $0.identity = identity
        }
    }

    /// Serves this chain and key to who asks for a name, or no longer when there is none.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)``; what was served before then stays.
    package func serve(_ identity: ServedIdentity?, for name: String) throws(NetworkError) {
        let context: NIOSSLContext? =
            if let identity { try TLSFactory.serverContext(settings, serving: identity) } else { nil }
        contexts.withLock { contexts in
            if let context, let identity {
                contexts.named[name.lowercased()] = (context, identity)
            } else {
                contexts.named[name.lowercased()] = nil
            }
        }
    }

    /// Counts what a peer showed, and makes the contexts anew when their sessions may hold too much.
    private func note(shown octets: Int) {
        let excess = octets - Self.usualOctets
        guard excess > 0 else { return }
        let isDue = contexts.withLock { contexts in
            contexts.shownOctets += excess
            guard contexts.shownOctets > shownLimit else { return false }
            contexts.shownOctets = 0
            return true
        }
        if isDue { renewContexts() }
    }

    /// Serves what is served with new contexts, which have no sessions.
    ///
    /// What is served may be changed meanwhile, and that counts.
    private func renewContexts() {
        let (identity, named) = contexts.withLock { ($0.identity, $0.named.mapValues(\.identity)) }
        if let context = try? TLSFactory.serverContext(settings, serving: identity) {
            contexts.withLock { contexts in
                if contexts.identity.certificate == identity.certificate { contexts.standard = context }
            }
        }
        for (name, identity) in named {
            guard let context = try? TLSFactory.serverContext(settings, serving: identity) else { continue }
            contexts.withLock { contexts in
                guard contexts.named[name]?.identity.certificate == identity.certificate else { return }
                contexts.named[name] = (context, identity)
            }
        }
    }

    /// Puts TLS at the head of a new connection's pipeline, on its event loop and before any other handler.
    ///
    /// - Returns: what becomes known about the connection.
    /// - Throws: what the pipeline throws when the connection has gone already.
    package func install(on channel: any Channel) throws -> TLSConnection {
        let connection = TLSConnection(isServer: true)
        connection.update { $0.peerAddress = channel.remoteAddress.map(TLSConnection.text) ?? "" }
        let pipeline = channel.pipeline.syncOperations
        let observer = HandshakeObserver(connection)
        try pipeline.addHandler(observer)
        let (standard, hasNames) = contexts.withLock { ($0.standard, !$0.named.isEmpty) }
        if hasNames {
            try pipeline.addHandler(
                ByteToMessageHandler(SNIHandler { [self] name in choose(name, channel, connection) }))
        } else {
            connection.update { $0.ownCertificate = identity.certificate }
            try addHandlers(standard, after: nil, pipeline, connection)
        }
        return connection
    }

    private func choose(_ name: SNIResult, _ channel: any Channel, _ connection: TLSConnection) -> EventLoopFuture<Void>
    {
        channel.eventLoop.makeCompletedFuture {
            let chosen = contexts.withLock { contexts in
                if case .hostname(let host) = name, let named = contexts.named[host.lowercased()] { return named }
                return (contexts.standard, contexts.identity)
            }
            connection.update { $0.ownCertificate = chosen.identity.certificate }
            let pipeline = channel.pipeline.syncOperations
            let sni = try pipeline.handler(type: ByteToMessageHandler<SNIHandler>.self)
            try addHandlers(chosen.context, after: sni, pipeline, connection)
        }
    }

    private func addHandlers(
        _ context: NIOSSLContext, after handler: (any ChannelHandler)?,
        _ pipeline: ChannelPipeline.SynchronousOperations,
        _ connection: TLSConnection
    ) throws {
        let tls = makeHandler(context, connection)
        let watcher = TLSPeerHandler(
            connection, tls: tls, chains: chains, shown: { [weak self] in self?.note(shown: $0) }, failed: failed)
        if let handler {
            try pipeline.addHandlers([tls, watcher], position: .after(handler))
        } else {
            try pipeline.addHandlers([tls, watcher])
        }
    }

    private func makeHandler(_ context: NIOSSLContext, _ connection: TLSConnection) -> NIOSSLServerHandler {
        switch settings.clientCertificates {
        case .ignored: NIOSSLServerHandler(context: context)
        case .requested:
            NIOSSLServerHandler(context: context) { chain, promise in
                connection.note(chain)
                promise.succeed(.certificateVerified)
            }
        case .required(_, let trust):
            NIOSSLServerHandler(context: context) { chain, promise in
                promise.succeed(connection.judge(chain, by: trust) ? .certificateVerified : .failed)
            }
        }
    }
}
