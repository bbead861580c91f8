// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
package import Logging
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
package import SealwrightInspection
import SealwrightStore

/// The middle of a data folder, opened to look and not to touch: beside a running server, without its lock.
///
/// The keys are opened, because only they read a captured message; nothing can be signed for anybody with this value,
/// and the store refuses every write.
package struct ReadOnlyMiddle: Sendable {
    private let store: SQLiteStore
    private let pool: CryptoPool
    private let services: SCEPServices
    private let configuration: ServerConfiguration
    private let logger: Logger

    /// Opens a folder that was initialised before.
    ///
    /// - Throws: ``ServerError``.
    package static func open(
        _ folder: DataFolder, configuration: ServerConfiguration, logger: Logger
    ) async throws(ServerError) -> ReadOnlyMiddle {
        guard folder.isInitialized else { throw folder.absence }
        let pool = CryptoPool(threads: 1)
        let keys = try ServerError.keying { () throws(CryptoError) in
            VaultKeyProvider(vault: try KeyVault(directory: folder.keys, createIfMissing: false), pool: pool)
        }
        let store = try ServerError.storing { () throws(StoreError) in try SQLiteStore(reading: folder.database) }
        let clock = SystemClock()
        let registry = AuthorityRegistry(store: store, keys: keys)
        let publication = Publication(baseURL: configuration.publicationURL)
        let crls = CRLPublisher(
            store: store, registry: registry, publication: publication, clock: clock, settings: configuration.crl,
            logger: logger)
        do {
            try await registry.reload()
            try await crls.load()
        } catch {
            throw .store(error)
        }
        let hasWebhook = configuration.endpoints.contains { $0.webhook?.url != nil }
        let enrollment = EnrollmentService(
            store: store, registry: registry, publication: publication, clock: clock, logger: logger,
            profiles: configuration.profiles, policies: configuration.policies,
            authorizer: hasWebhook ? UnaskedWebhook() : nil)
        return ReadOnlyMiddle(
            store: store, pool: pool,
            services: SCEPServices(enrollment: enrollment, registry: registry, store: store, crls: crls, clock: clock),
            configuration: configuration, logger: logger)
    }

    /// The names of the SCEP endpoints.
    package var endpoints: [String] { configuration.endpoints.map(\.configuration.id.rawValue) }

    /// The judge of captured messages at one endpoint, `nil` when there is no such endpoint.
    package func judge(endpoint name: String) -> (any SCEPJudge)? {
        guard let options = configuration.endpoints.first(where: { $0.configuration.id.rawValue == name }) else {
            return nil
        }
        return EndpointJudge(
            endpoint: SCEPEndpoint(configuration: options.configuration, services: services, logger: logger))
    }

    /// Ends what holds files and threads.
    package func close() async {
        await store.close()
        pool.shutdown()
    }
}
