// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightNetwork
import ServiceLifecycle
package import UnixSignals

/// The whole running server, wired in one place: read this to see the system.
///
/// Middle (store, keys, authorities, services) → endpoints → routes → listeners → one service group.
package struct Server: Sendable {
    private let middle: Middle

    package init(_ middle: Middle) { self.middle = middle }

    /// Serves until a signal or the cancellation of the task; `ready` is called once, when every listener is bound.
    ///
    /// - Throws: ``ServerError``.
    package func run(
        signals: [UnixSignal] = [.sigterm, .sigint], ready: @escaping @Sendable (ServerAddress) async -> Void
    ) async throws(ServerError) {
        do {
            let tls = try serverTLS(clientCertificates: .ignored)
            let deviceTLS = try serverTLS(
                clientCertificates: .requested(authorities: middle.registry.all.map { Array($0.certificate.encoded) }))
            let bound = BoundPorts(expected: 3) { ports in await announce(ports, ready) }
            let configuration = middle.configuration
            for port in [configuration.httpPort, configuration.httpsPort, configuration.devicePort] {
                try await PortCheck.isFree(address: configuration.listenAddress, port: port)
            }
            let services: [any Service] = [
                try listener("http", port: configuration.httpPort, routes: router(addPlainRoutes), tls: nil, bound),
                try listener("https", port: configuration.httpsPort, routes: router(addSecureRoutes), tls: tls, bound),
                try listener(
                    "devices", port: configuration.devicePort, routes: router(addDeviceRoutes), tls: deviceTLS, bound),
                maintenance(reloading: [tls, deviceTLS]),
            ]
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: services, gracefulShutdownSignals: signals, logger: middle.logger))
            try await group.run()
        } catch {
            await end()
            throw ServerError(wrapping: error)
        }
        await end()
    }

    /// Commands must not look for a server that has gone.
    private func end() async {
        try? FileManager.default.removeItem(atPath: middle.folder.serverAddress)
        try? FileManager.default.removeItem(atPath: middle.folder.summary)
        await middle.close()
    }

    /// Writes `server.json`, so that commands find this server, and tells the caller.
    private func announce(_ ports: [String: Int], _ ready: @Sendable (ServerAddress) async -> Void) async {
        let configuration = middle.configuration
        let listen = configuration.listenAddress
        let address = ServerAddress(
            host: configuration.hosts.first ?? "",
            address: listen == "0.0.0.0" || listen == "::" ? "127.0.0.1" : listen,
            httpPort: ports["http"] ?? 0, httpsPort: ports["https"] ?? 0, devicePort: ports["devices"] ?? 0,
            processID: ProcessInfo.processInfo.processIdentifier)
        if let json = try? JSON.encoder.encode(address) {
            try? middle.folder.write(
                String(decoding: json, as: UTF8.self), to: middle.folder.serverAddress, isPrivate: false)
        }
        await ready(address)
    }
}

// MARK: - Routes of each listener

extension Server {
    /// Everything that is answered on any listener.
    package var routes: Set<Route> {
        let table = RouteTable()
        for add in [addPlainRoutes, addSecureRoutes, addDeviceRoutes] { add(table) }
        return Set(table.routes)
    }

    /// What protects itself: SCEP, CRL, OCSP, CA certificates; and what watches the server.
    private func addPlainRoutes(to router: any RouterMethods<ListenerContext>) {
        if !middle.configuration.requiresHTTPS { scepRoutes.add(to: router) }
        revocationRoutes.add(to: router)
        operationsRoutes.add(to: router)
    }

    private func addSecureRoutes(to router: any RouterMethods<ListenerContext>) {
        scepRoutes.add(to: router)
        scepRoutes.addChallengePages(to: router)
        revocationRoutes.add(to: router)
        operationsRoutes.add(to: router)
        APIRoutes(middle: middle).add(to: router)
    }

    /// The listener that knows devices by their certificates.
    ///
    /// Later protocols live here.
    private func addDeviceRoutes(to router: any RouterMethods<ListenerContext>) {
        operationsRoutes.add(to: router)
    }

    private func router(_ addRoutes: (any RouterMethods<ListenerContext>) -> Void) -> Router<ListenerContext> {
        let table = RouteTable()
        addRoutes(table)
        let router = Router(context: ListenerContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestRecording(metrics: middle.metrics, routes: table.routes))
        addRoutes(router)
        return router
    }

    private var scepRoutes: SCEPRoutes {
        let services = SCEPServices(
            enrollment: middle.enrollment, registry: middle.registry, store: middle.store, crls: middle.crls,
            clock: middle.clock, counter: middle.metrics)
        var endpoints: [EndpointID: SCEPEndpoint] = [:]
        var pages: [EndpointID: NDESChallengePage] = [:]
        for options in middle.configuration.endpoints {
            let id = options.configuration.id
            endpoints[id] = SCEPEndpoint(
                configuration: options.configuration, services: services, logger: middle.logger)
            pages[id] = options.challengePageCredential.map {
                NDESChallengePage(
                    configuration: options.configuration, challenges: middle.challenges, registry: middle.registry,
                    credential: $0)
            }
        }
        return SCEPRoutes(endpoints: endpoints, challengePages: pages)
    }

    private var revocationRoutes: RevocationRoutes {
        RevocationRoutes(
            crls: CRLEndpoint(publisher: middle.crls, clock: middle.clock),
            ocsp: OCSPEndpoint(responder: middle.ocsp, clock: middle.clock),
            certificates: AuthorityCertificateEndpoint(registry: middle.registry))
    }

    private var operationsRoutes: OperationsRoutes {
        let middle = middle
        return OperationsRoutes(health: { await middle.health() }, metrics: { middle.metricsText() })
    }
}

// MARK: - Listeners

extension Server {
    private func listener(
        _ name: String, port: Int, routes: Router<ListenerContext>, tls: TLSContextHolder?, _ bound: BoundPorts
    ) throws -> any Service {
        let configuration = middle.configuration
        let server = HTTPServerBuilder.listener(
            limits: configuration.limits, census: ConnectionCensus(limits: configuration.limits), tls: tls)
        return Application(
            router: routes, server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.listenAddress, port: port), serverName: nil),
            onServerRunning: { channel in await bound.report(name, port: channel.localAddress?.port ?? port) },
            logger: middle.logger)
    }

    private func serverTLS(clientCertificates: TLSFactory.ClientCertificates) throws -> TLSContextHolder {
        let current = try currentServerIdentity()
        return try TLSContextHolder(chain: current.chain, key: current.key.key, clientCertificates: clientCertificates)
    }

    private func currentServerIdentity() throws -> (chain: [[UInt8]], key: ServiceKey) {
        guard let authority = middle.registry.issuing(),
            let identity = middle.registry.identities(.tlsServer, for: authority.id).first
        else {
            throw ServerError.other(
                code: "server.no-tls-certificate", message: "the server has no TLS certificate of its own")
        }
        let above = middle.registry.chain(of: authority.id).filter { $0.authority.kind != .root }
        return ([Array(identity.certificate.encoded)] + above.map { Array($0.certificate.encoded) }, identity)
    }

    private func maintenance(reloading holders: [TLSContextHolder]) -> MaintenanceService {
        let maintenance = Maintenance(
            identities: middle.identities, publisher: middle.crls, clockGuard: middle.clockGuard)
        return MaintenanceService(maintenance: maintenance, clock: middle.clock, logger: middle.logger) {
            do {
                let current = try currentServerIdentity()
                for holder in holders { try holder.replace(chain: current.chain, key: current.key.key) }
                middle.logger.notice("TLS certificate renewed")
            } catch {
                middle.logger.error("TLS certificate cannot be used", metadata: ["error": "\(error)"])
            }
        }
    }
}

/// Waits until every listener has told its port.
private actor BoundPorts {
    private let expected: Int
    private let complete: @Sendable ([String: Int]) async -> Void
    private var ports: [String: Int] = [:]

    init(expected: Int, complete: @escaping @Sendable ([String: Int]) async -> Void) {
        self.expected = expected
        self.complete = complete
    }

    func report(_ name: String, port: Int) async {
        ports[name] = port
        if ports.count == expected { await complete(ports) }
    }
}
