// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
import Foundation
package import Logging
import PKIFormats
package import SealwrightCore
import SealwrightEndpoints
import SealwrightNetwork
import SealwrightStore
import TrustEvaluation

/// The opened middle of one data folder: store, keys, authorities and the services over them.
///
/// This is the composition root's first half. `serve` puts listeners in front of it; `init` and `backup` use it alone.
package struct Middle: Sendable {
    package let folder: DataFolder
    package let configuration: ServerConfiguration
    package let store: any Store
    package let keys: VaultKeyProvider
    package let pool: CryptoPool
    package let clock: SystemClock
    package let registry: AuthorityRegistry
    package let publication: Publication
    package let identities: ServiceIdentityManager
    package let crls: CRLPublisher
    package let ocsp: OCSPResponder
    package let ceremony: AuthorityCeremony
    package let revocation: RevocationService
    package let enrollment: EnrollmentService
    package let challenges: ChallengeService
    package let management: ManagementService
    let orders: OMADMOrders
    /// One for all listeners: it holds the sessions that devices are in.
    let omadm: OMADMEndpoint
    /// One for all listeners: a device signs in at one and comes with the token to another.
    let windowsSignIns: WindowsSignIns
    package let serverCertificates: ServerCertificateService
    package let stagedChanges: StagedChangeService
    package let httpsPolicy: HTTPSPolicy
    package let radar: ExpiryRadar
    package let devices: DeviceAuthenticator
    package let address: ListeningAddress
    package let clockGuard: ClockGuard
    let inspector: StoreInspector
    let notifier: WebhookNotifier?
    package let metrics: PrometheusRegistry
    package let logger: Logger
    private let lock: DataFolderLock

    /// Opens a folder, making what is missing in it: database, keys, hierarchy, first CRLs.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - configuration: its settings.
    ///   - hierarchy: the authorities a new one gets; `nil` to refuse one that has none.
    ///   - raKey: the key of a new RA.
    ///   - acceptsClock: whether the clock is right although something was written at a later time.
    ///   - logger: where the server tells what it does.
    /// - Returns: the middle, ready to serve.
    /// - Throws: ``ServerError``.
    package static func open(
        _ folder: DataFolder, configuration: ServerConfiguration, hierarchy: HierarchyOptions?,
        raKey: KeyType = .rsa2048, acceptsClock: Bool = false, logger: Logger
    ) async throws(ServerError) -> Middle {
        if !folder.isInitialized, case .restoreUnfinished = folder.absence { throw folder.absence }
        try folder.create()
        // A server that exists has its keys; a new master key would only hide that they are lost.
        let isNew = !FileManager.default.fileExists(atPath: folder.rootCertificate)
        // Before an empty database is made in place of the one that is gone.
        guard isNew || folder.isInitialized else { throw ServerError.databaseLost(path: folder.path) }
        let middle = try Middle(
            folder, configuration: configuration, createIfMissing: isNew, raKey: raKey, logger: logger)
        for path in folder.removeLeftovers() {
            logger.notice("Removed what a restore that was cut off had left", metadata: ["path": "\(path)"])
        }
        do {
            try await middle.prepare(hierarchy, acceptsClock: acceptsClock)
        } catch {
            await middle.close()
            throw error
        }
        return middle
    }

    /// Opens a folder whose server does not run, to look at it: nothing is made, renewed or published.
    ///
    /// - Throws: ``ServerError``, among others when the server does run.
    package static func inspect(
        _ folder: DataFolder, configuration: ServerConfiguration, logger: Logger
    ) async throws(ServerError) -> Middle {
        guard folder.isInitialized else { throw folder.absence }
        let middle = try Middle(
            folder, configuration: configuration, createIfMissing: false, raKey: .rsa2048, logger: logger)
        do {
            try await middle.demandDatabase()
            try await middle.registry.reload()
            try await middle.crls.load()
            try await middle.clockGuard.refresh()
            // A folder without any can be looked at too.
            _ = try? await middle.serverCertificates.load()
            middle.httpsPolicy.set(try await middle.store.httpsMode() ?? .off)
        } catch {
            await middle.close()
            throw ServerError(wrapping: error)
        }
        return middle
    }

    /// Makes the parts in the order in which they stand on each other; of the folder only lock, keys and database are
    /// opened.
    private init(
        _ folder: DataFolder, configuration: ServerConfiguration, createIfMissing: Bool, raKey: KeyType, logger: Logger
    ) throws(ServerError) {
        self.folder = folder
        self.configuration = configuration
        self.logger = logger
        lock = try folder.acquireLock()
        clock = SystemClock()
        metrics = PrometheusRegistry()
        pool = CryptoPool(threads: configuration.cryptoThreads, queueLimit: configuration.cryptoQueue)
        keys = try Self.keys(in: folder, createIfMissing: createIfMissing, pool: pool, logger: logger)
        store = try ServerError.storing { () throws(StoreError) in try SQLiteStore(path: folder.database) }
        inspector = StoreInspector(store: store)
        registry = AuthorityRegistry(store: store, keys: keys)
        publication = Publication(baseURL: configuration.publicationURL)
        address = ListeningAddress(configuration)
        httpsPolicy = HTTPSPolicy()
        clockGuard = ClockGuard(store: store, registry: registry)
        identities = ServiceIdentityManager(
            store: store, keys: keys, registry: registry, publication: publication, clock: clock,
            settings: ServiceIdentitySettings(configuration, raKey: raKey))
        crls = CRLPublisher(
            store: store, registry: registry, publication: publication, clock: clock, settings: configuration.crl,
            logger: logger)
        ocsp = OCSPResponder(store: store, registry: registry, imported: crls.imported)
        ceremony = AuthorityCeremony(
            store: store, keys: keys, registry: registry, publication: publication, identities: identities,
            publisher: crls, clock: clock)
        revocation = RevocationService(store: store, observers: [crls, registry], clock: clock)
        notifier = configuration.notifier(counter: metrics, clock: clock, logger: logger)
        enrollment = EnrollmentService(
            store: store, registry: registry, publication: publication, clock: clock, logger: logger,
            profiles: configuration.profiles, policies: configuration.policies,
            authorizer: configuration.authorizer(logger: logger), observer: notifier, metrics: metrics,
            crlPartitions: configuration.crl.partitions, clockGuard: clockGuard)
        challenges = ChallengeService(
            store: store, clock: clock, profiles: configuration.profiles, policies: configuration.policies)
        serverCertificates = ServerCertificateService(
            store: store, keys: keys, registry: registry, clock: clock, hosts: configuration.hosts,
            publicAnchors: { SystemTrust.anchors.compactMap(\.certificate) })
        stagedChanges = StagedChangeService(
            store: store, certificates: serverCertificates, ceremony: ceremony, clock: clock, policy: httpsPolicy)
        radar = ExpiryRadar(store: store, registry: registry, served: serverCertificates.served, clock: clock)
        devices = DeviceAuthenticator(store: store, registry: registry, clock: clock)
        management = ManagementService(store: store, clock: clock)
        let approved = Set(configuration.policies.filter { $0.value.authentication.approval == .always }.keys)
        orders = OMADMOrders(
            store: store, management: management, challenges: challenges, registry: registry, clock: clock,
            certificateLife: configuration.validity, sealer: keys,
            enrollmentURL: { [address, httpsPolicy] in address.enrollmentURL($0, httpsPolicy) },
            needsApproval: { approved.contains($0) })
        omadm = OMADMEndpoint(
            services: OMADMEndpoint.Services(
                store: store, management: management, devices: devices, orders: orders, revocation: revocation,
                changes: stagedChanges, clock: clock),
            secrets: WindowsAccountSecrets(key: keys.derivedSecret(label: "windows-accounts")),
            address: { [address] in address.deviceOrigin + WindowsEnrollmentConfiguration.managementPath },
            logger: logger)
        windowsSignIns = WindowsSignIns()
    }

    private static func keys(
        in folder: DataFolder, createIfMissing: Bool, pool: CryptoPool, logger: Logger
    ) throws(ServerError) -> VaultKeyProvider {
        try ServerError.keying { () throws(CryptoError) in
            let vault = try KeyVault(directory: folder.keys, createIfMissing: createIfMissing)
            try tellUnopened(vault, pool: pool, logger: logger)
            return VaultKeyProvider(vault: vault, pool: pool)
        }
    }

    /// Logs which sealed keys do not open, because all that follows takes them for keys that are elsewhere.
    ///
    /// - Throws: the last fault when none opens: then the master key is another server's.
    private static func tellUnopened(_ vault: KeyVault, pool: CryptoPool, logger: Logger) throws(CryptoError) {
        var fault: CryptoError?
        var opened = 0
        for id in try vault.list() {
            do throws(CryptoError) {
                _ = try vault.open(id, pool: pool)
                opened += 1
            } catch {
                logger.error("Key cannot be opened", metadata: ["error": "\(error)", "code": "\(error.code)"])
                fault = error
            }
        }
        if let fault, opened == 0 { throw fault }
    }

    /// Refuses to make new authorities in a folder that had some: the database was lost or emptied.
    ///
    /// The root certificate is written after the authorities, so it tells an interrupted first start from a loss.
    private func demandDatabase() async throws {
        guard FileManager.default.fileExists(atPath: folder.rootCertificate), try await store.authorities().isEmpty
        else { return }
        throw ServerError.databaseLost(path: folder.path)
    }

    /// Brings the folder to where a server can start from it.
    ///
    /// Harmless to repeat.
    private func prepare(_ hierarchy: HierarchyOptions?, acceptsClock: Bool) async throws(ServerError) {
        do {
            try await demandDatabase()
            // Others than those that were asked for would be there for twenty years.
            if hierarchy == nil, try await store.authorities().allSatisfy({ $0.kind == .root }) {
                throw ServerError.halfInitialized(path: folder.path)
            }
            try await clockGuard.refresh()
            if acceptsClock, try await clockGuard.accept(clock.now) { logger.notice("Clock accepted") }
            try await crls.load()
            _ = try await ceremony.initialize(hierarchy ?? HierarchyOptions())
            if configuration.policies.values.contains(where: { $0.keyReuse == .refuse }) {
                try await store.prepareKeyLookup()
            }
            var named: Set<ChallengeID> = []
            for endpoint in configuration.endpoints {
                for challenge in endpoint.staticChallenges {
                    let kept = try await challenges.setStatic(
                        name: challenge.name, secret: challenge.secret, endpoint: endpoint.configuration.id,
                        createdBy: "configuration")
                    named.insert(kept.id)
                }
            }
            try await challenges.removeStatic(createdBy: "configuration", except: named)
            let finished = try await enrollment.finishInterrupted()
            if finished > 0 { logger.notice("Interrupted issuances finished", metadata: ["count": "\(finished)"]) }
            try writeRoot()
            if try await AdministratorToken.ensure(in: folder, store: store, clock: clock) {
                logger.warning(
                    "The administrator's token was open to other users; stop, delete it and start to make another",
                    metadata: ["file": "\(folder.adminToken)"])
            }
            try await prepareServerCertificate()
            folder.endBeginning()
        } catch {
            throw ServerError(wrapping: error)
        }
    }

    /// The root that devices trust now: the one above the authority that issues.
    package var root: AuthorityContext? {
        let above = registry.issuing().flatMap { registry.chain(of: $0.id).last { $0.authority.kind == .root } }
        return above ?? registry.all.first { $0.authority.kind == .root }
    }

    private func writeRoot() throws(ServerError) {
        guard let root else { return }
        try folder.write(
            PEM.encode(root.certificate.encoded, label: "CERTIFICATE"), to: folder.rootCertificate, isPrivate: false)
    }

    /// What follows when another authority issues: the file of its root, and its certificate for HTTPS.
    func issuingChanged() async {
        do {
            try writeRoot()
            if let failure = try await serverCertificates.load() { throw failure }
        } catch {
            logger.error("The change of the authority is not everywhere yet", metadata: ["error": "\(error)"])
        }
    }

    /// How the parts are, for `/readyz`, `status` and `doctor`.
    package func health() async -> HealthReport {
        await HealthMonitor(
            store: store, inspector: inspector, registry: registry, publisher: crls, clockGuard: clockGuard,
            clock: clock
        ).report()
    }

    /// Ends what holds files and threads.
    ///
    /// Nothing of this value may be used afterwards.
    package func close() async {
        await store.close()
        pool.shutdown()
        lock.release()
    }
}

extension ServiceIdentitySettings {
    /// What the settings say of the certificates that the server issues for itself.
    fileprivate init(_ configuration: ServerConfiguration, raKey: KeyType) {
        self.init(
            raKey: raKey, raForWindows: configuration.endpoints.contains(where: \.isForWindows),
            serverNames: configuration.hosts)
    }
}
