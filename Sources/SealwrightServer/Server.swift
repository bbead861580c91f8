// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
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
    /// - Parameters:
    ///   - signals: those that end it; answers under way are given first.
    ///   - hangUp: what SIGHUP does.
    ///   - ready: called with the ports that were bound.
    /// - Throws: ``ServerError``.
    package func run(
        signals: [UnixSignal] = [.sigterm, .sigint], hangUp: HangUp = .passesBy,
        ready: @escaping @Sendable (ServerAddress) async -> Void
    ) async throws(ServerError) {
        do {
            let tls = try serverTLS("https", clientCertificates: .ignored)
            let deviceTLS = try serverTLS(
                "devices", clientCertificates: .requested(authorities: middle.registry.all.map(\.certificate)))
            let bound = BoundPorts(expected: 3) { ports in await announce(ports, ready) }
            let configuration = middle.configuration
            try Self.demandPorts(configuration)
            var services: [any Service] = [
                try listener(
                    "http", port: configuration.httpPort, routes: router(addPlainRoutes, isPlain: true), tls: nil,
                    bound),
                try listener("https", port: configuration.httpsPort, routes: router(addSecureRoutes), tls: tls, bound),
                try listener(
                    "devices", port: configuration.devicePort, routes: router(addDeviceRoutes), tls: deviceTLS, bound),
                maintenance(), expiry(), deviceManagement(),
                ManagedDeviceCountService(orders: middle.orders, metrics: middle.metrics),
                StoreInspectionService(inspector: middle.inspector),
            ]
            // The first ends last: what the listeners still did is told too.
            if let notifier = middle.notifier { services.insert(notifier, at: 0) }
            if hangUp == .isTold { services.append(await HangUpService(logger: middle.logger)) }
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: services, gracefulShutdownSignals: signals + (hangUp == .ends ? [.sighup] : []),
                    logger: middle.logger))
            try await group.run()
        } catch {
            await end()
            throw ServerError(wrapping: error)
        }
        await end()
        // Without it a server that was stopped and one that was killed look alike.
        middle.logger.info("Server ended")
    }

    /// Tells ports that cannot be had before anything is made that names them.
    ///
    /// - Throws: ``ServerError/cannotListen(address:port:reason:)``.
    package static func demandPorts(_ configuration: ServerConfiguration) throws(ServerError) {
        for port in [configuration.httpPort, configuration.httpsPort, configuration.devicePort] {
            try PortCheck.isFree(address: configuration.listenAddress, port: port)
        }
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
        middle.address.set(address)
        if let json = try? JSON.encoder.encode(address) {
            try? middle.folder.write(
                String(decoding: json, as: UTF8.self), to: middle.folder.serverAddress, isPrivate: false)
        }
        middle.logger.info("Server ready", metadata: ["version": "\(ServerVersion.number)"])
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
        scepRoutes.add(to: router)
        revocationRoutes.add(to: router)
        trustRoutes.add(to: router)
        operationsRoutes.add(to: router)
    }

    private func addSecureRoutes(to router: any RouterMethods<ListenerContext>) {
        scepRoutes.add(to: router)
        scepRoutes.addChallengePages(to: router)
        revocationRoutes.add(to: router)
        trustRoutes.add(to: router)
        operationsRoutes.add(to: router)
        windowsRoutes.add(to: router)
        WindowsPageRoutes(windowsRoutes.endpoint).add(to: router)
        OMADMRoutes(endpoint: middle.omadm, workers: middle.pool).add(to: router)
        APIRoutes(middle: middle).add(to: router)
    }

    /// The listener that knows devices by their certificates.
    ///
    /// Later protocols live here.
    private func addDeviceRoutes(to router: any RouterMethods<ListenerContext>) {
        operationsRoutes.add(to: router)
        windowsRoutes.add(to: router)
        OMADMRoutes(endpoint: middle.omadm, workers: middle.pool).add(to: router)
        let address = middle.address
        DeviceRoutes(
            authenticator: middle.devices, changes: middle.stagedChanges, refusals: middle.enrollment.refusals,
            clock: middle.clock, https: { address.httpsOrigin }
        ).add(to: router)
    }

    private func router(
        _ addRoutes: (any RouterMethods<ListenerContext>) -> Void, isPlain: Bool = false
    ) -> Router<ListenerContext> {
        let table = RouteTable()
        addRoutes(table)
        let router = Router(context: ListenerContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestRecording(metrics: middle.metrics, routes: table.routes))
        if isPlain { router.add(middleware: PlainHTTPGate(policy: middle.httpsPolicy, address: middle.address)) }
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
        return SCEPRoutes(endpoints: endpoints, challengePages: pages, workers: middle.pool)
    }

    private var windowsRoutes: WindowsRoutes {
        let address = middle.address
        let name = middle.registry.issuing()?.authority.name ?? "Sealwright"
        let options = middle.configuration.windows
        let configuration = WindowsEnrollmentConfiguration(
            name: name, authPolicies: options.authPolicies,
            terms: WindowsTerms(text: options.termsText, organisation: name, isRequired: options.requiresTerms),
            secrets: WindowsAccountSecrets(key: middle.keys.derivedSecret(label: "windows-accounts")),
            codes: ExpiringCode(key: middle.keys.derivedSecret(label: "windows-pages")),
            certificateLife: middle.configuration.validity, deviceOrigin: { address.deviceOrigin },
            pageOrigin: { address.httpsOrigin })
        let services = WindowsEnrollmentEndpoint.Services(
            enrollment: middle.enrollment, registry: middle.registry, store: middle.store,
            management: middle.management, clock: middle.clock, signIns: middle.windowsSignIns)
        return WindowsRoutes(
            endpoint: WindowsEnrollmentEndpoint(
                configuration: configuration, services: services, logger: middle.logger),
            workers: middle.pool)
    }

    private var revocationRoutes: RevocationRoutes {
        RevocationRoutes(
            crls: CRLEndpoint(publisher: middle.crls, clock: middle.clock),
            ocsp: OCSPEndpoint(responder: middle.ocsp, clock: middle.clock),
            certificates: AuthorityCertificateEndpoint(registry: middle.registry))
    }

    private var trustRoutes: TrustRoutes {
        TrustRoutes(
            registry: middle.registry, served: middle.serverCertificates.served, policy: middle.httpsPolicy,
            address: middle.address)
    }

    private var operationsRoutes: OperationsRoutes {
        let middle = middle
        let window = HealthWindow { await middle.health() }
        return OperationsRoutes(
            health: { await window.report() }, metrics: { middle.metricsText(await window.report()) })
    }
}

// MARK: - Listeners

extension Server {
    private func listener(
        _ name: String, port: Int, routes: Router<ListenerContext>, tls: TLSListener?, _ bound: BoundPorts
    ) throws -> any Service {
        let (configuration, logger) = (middle.configuration, middle.logger)
        let responder = routes.buildResponder()
        // The API lists and exports; all else is answered in microseconds or elsewhere.
        let service = RequestService(
            bodyLimit: tls == nil ? SCEPEndpoint.messageLimit : OMADMEndpoint.requestLimit,
            staysOnEventLoop: name != "https"
        ) { request, connection in
            let context = ListenerContext(source: .init(connection: connection, logger: logger))
            var response =
                (try? await responder.respond(to: request, context: context)) ?? Response(status: .internalServerError)
            response.headers[.date] = HTTPDate.now
            return response
        }
        let child = ListenerChannel(
            service: service, limits: configuration.limits,
            census: ConnectionCensus(
                limits: configuration.limits, listener: name, metrics: middle.metrics, logger: logger),
            tls: tls)
        return Listener(
            child, at: .hostname(configuration.listenAddress, port: port), on: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        ) { channel in
            let bindAddress = channel.localAddress
            let port = bindAddress?.port ?? port
            let host = bindAddress?.ipAddress ?? configuration.listenAddress
            logger.info("Listening", metadata: ["listener": "\(name)", "address": "\(host.uriHost):\(port)"])
            await bound.report(name, port: port)
        }
    }

    private func serverTLS(
        _ name: String, clientCertificates: TLSServerSettings.ClientCertificates
    ) throws -> TLSListener {
        let logger = middle.logger
        let served = middle.serverCertificates.served
        guard let current = served.current else {
            throw ServerError.other(
                code: "server.no-tls-certificate",
                message: "the server has no TLS certificate whose key opens; restore the folder 'keys' from a backup")
        }
        let settings = TLSServerSettings(clientCertificates: clientCertificates)
        let listener = try TLSListener(settings, serving: try ServedIdentity(current)) { event in
            logger.notice("TLS handshake failed", metadata: event.metadata(listener: name))
        }
        served.observe { (served) throws(ServerCertificateError) in
            try listener.prepare(served, settings, name: name, logger: logger)
        }
        return listener
    }

    private func maintenance() -> MaintenanceService {
        let maintenance = Maintenance(
            identities: middle.identities, publisher: middle.crls, clockGuard: middle.clockGuard)
        let (middle, certificates, logger) = (middle, middle.serverCertificates, middle.logger)
        return MaintenanceService(
            maintenance: maintenance, enrollment: middle.enrollment, clock: middle.clock, logger: logger,
            health: { await middle.health() }
        ) {
            do {
                if let failure = try await certificates.load() { throw failure }
            } catch {
                logger.error("TLS certificate cannot be used", metadata: ["error": "\(error)"])
            }
        }
    }

    private func deviceManagement() -> DeviceManagementService {
        DeviceManagementService(
            management: middle.management, orders: middle.orders, store: middle.store, metrics: middle.metrics,
            logger: middle.logger)
    }

    private func expiry() -> ExpiryService {
        let configuration = middle.configuration
        let notifier = configuration.expiryWebhook.map {
            ExpiryWebhook($0, server: configuration.hosts.first ?? "", logger: middle.logger)
        }
        return ExpiryService(
            radar: middle.radar, notifier: notifier, interval: .seconds(configuration.expiryInterval),
            metrics: middle.metrics,
            clock: middle.clock, logger: middle.logger)
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
