// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Logging
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightStore
import SealwrightTesting
import Testing

/// A certification authority made by the ceremony, with its endpoints, for one test; no sockets.
struct Workbench: Sendable {
    let store: any Store
    let clock = FixedClock()
    let keys = LabKeys()
    let registry: AuthorityRegistry
    let publisher: CRLPublisher
    let identities: ServiceIdentityManager
    let ceremony: AuthorityCeremony
    let enrollment: EnrollmentService
    let challenges: ChallengeService
    let revocation: RevocationService
    var settings: ServerSettings
    let policies: [EndpointID: EnrollmentPolicy]

    init(
        _ settings: ServerSettings = .generic, policy: EnrollmentPolicy = EnrollmentPolicy(),
        others: [EnrollmentPolicy] = [], hierarchy: HierarchyOptions = .quick,
        identities own: ServiceIdentitySettings = ServiceIdentitySettings(), store: any Store = InMemoryStore(),
        authorizer: (any EnrollmentAuthorizer)? = nil
    ) async throws {
        self.store = store
        self.settings = settings
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let publication = Publication(baseURL: "http://ca.example.com:8080")
        registry = AuthorityRegistry(store: store, keys: keys)
        publisher = CRLPublisher(
            store: store, registry: registry, publication: publication, clock: clock,
            settings: CRLSettings(debounce: .milliseconds(10)), logger: logger)
        identities = ServiceIdentityManager(
            store: store, keys: keys, registry: registry, publication: publication, clock: clock, settings: own)
        ceremony = AuthorityCeremony(
            store: store, keys: keys, registry: registry, publication: publication, identities: identities,
            publisher: publisher, clock: clock)
        policies = Dictionary(([policy] + others).map { ($0.endpoint, $0) }) { first, _ in first }
        enrollment = EnrollmentService(
            store: store, registry: registry, publication: publication, clock: clock, logger: logger,
            policies: policies, authorizer: authorizer)
        challenges = ChallengeService(store: store, clock: clock, policies: policies)
        revocation = RevocationService(store: store, observers: [publisher, registry], clock: clock)
        try await ceremony.initialize(hierarchy)
    }

    /// The configuration of an endpoint.
    func configuration(_ id: EndpointID = .default) -> SCEPEndpointConfiguration {
        SCEPEndpointConfiguration(
            id: id, settings: settings, policy: policies[id] ?? EnrollmentPolicy(endpoint: id))
    }

    /// An endpoint over the middle.
    func endpoint(_ id: EndpointID = .default) -> SCEPEndpoint {
        SCEPEndpoint(
            configuration: configuration(id),
            services: SCEPServices(
                enrollment: enrollment, registry: registry, store: store, crls: publisher, clock: clock),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    static let peer = Peer(address: "192.0.2.7", requestID: "r-1")

    var issuing: AuthorityContext { get throws { try #require(registry.issuing()) } }
    var root: AuthorityContext { get throws { try #require(registry.all.first { $0.authority.kind == .root }) } }

    /// The certificate devices encrypt to now.
    var ra: CertificateView {
        get throws { try #require(registry.identities(.scepRA, for: try issuing.id).first).certificate }
    }

    /// The RA's second certificate.
    var encryption: CertificateView {
        get throws { try #require(registry.identities(.scepRAEncryption, for: try issuing.id).first).certificate }
    }

    /// How many certificates devices have.
    var issuedCount: Int { get async throws { try await store.credentialCount() } }

    /// How many challenges can still be used.
    var usableChallenges: Int { get async throws { try await challenges.list().items.count } }
}

// MARK: - Sending

extension Workbench {
    /// A fresh challenge.
    func challenge(
        uses: Int = 1, subject: String? = nil, names: [String]? = nil, ttl: Int64 = 3600,
        endpoint: EndpointID = .default, user: String? = nil
    ) async throws -> String {
        let order = ChallengeOrder(
            endpoint: endpoint, subject: subject, subjectAlternativeNames: names, user: user, timeToLive: ttl,
            uses: uses, createdBy: "test")
        return try await challenges.create(order).secret.reveal()
    }

    /// A first request, with a transactionID of its own.
    func request(
        _ subject: String = "CN=laptop-7", challenge: String? = nil, key: SoftwareKey? = nil,
        extensions: [CertificateExtension] = [], attributes: [Attribute] = []
    ) throws -> Forge {
        var all = attributes
        if let challenge { all.append(.challengePassword(challenge)) }
        if !extensions.isEmpty { all.append(.extensionRequest(extensions)) }
        var forge = try Forge(
            subject: subject, key: key ?? LabKeys.device(), to: ra, at: clock.now, attributes: all)
        forge.transactionID = DER.string(Hex.encode(SecureRandom.bytes(16)))
        return forge
    }

    /// Posts octets.
    func post(_ message: [UInt8], to endpoint: EndpointID = .default) async throws -> Answer {
        let reply = await self.endpoint(endpoint).respond(
            toBody: message, rawQuery: "operation=PKIOperation", from: Self.peer)
        return try Answer(reply, from: registry)
    }

    /// Posts a request.
    func send(_ forge: Forge, to endpoint: EndpointID = .default) async throws -> Answer {
        try await post(forge.message(), to: endpoint)
    }

    /// Enrols a device; it then holds a certificate.
    func enrolled(
        _ subject: String = "CN=laptop-7", key: SoftwareKey? = nil, names: [String] = []
    ) async throws -> CertificateView {
        let key = try key ?? LabKeys.device()
        let value = SubjectAlternativeName(names.compactMap { GeneralName(text: $0) })
        let extensions = names.isEmpty ? [] : [value.certificateExtension]
        let answer = try await send(request(subject, challenge: challenge(), key: key, extensions: extensions))
        return try answer.certificate(key)
    }

    /// A request signed by a certificate the device holds.
    func renewal(
        _ certificate: CertificateView, subject: String? = nil, held: SoftwareKey? = nil, new: SoftwareKey? = nil,
        type: String = "17", challenge: String? = nil, extensions: [CertificateExtension] = []
    ) throws -> Forge {
        let held = try held ?? LabKeys.device()
        var forge = try request(
            subject ?? certificate.subject.rfc4514, challenge: challenge, key: new ?? held, extensions: extensions)
        forge.sign(with: certificate, held)
        forge.messageType = type
        return forge
    }

    /// A CertPoll for a request.
    func poll(_ request: Forge, subject: String? = nil, key: SoftwareKey? = nil) throws -> Forge {
        var poll = request
        if let key {
            let certificate = try Forge.selfSigned(request.signer.subject, key, at: clock.now)
            poll.sign(with: try CertificateView(parsing: certificate), key)
        }
        poll.messageType = "20"
        poll.senderNonce = DER.octets(SecureRandom.bytes(16))
        let asked = try subject.map { try DistinguishedName(rfc4514: $0) } ?? request.signer.subject
        poll.plaintext = IssuerAndSubject(issuer: try issuing.certificate.subject, subject: asked).derBytes
        return poll
    }
}

extension HierarchyOptions {
    /// Keys that cost little time.
    static let quick = HierarchyOptions(rootKey: .ecP256, issuingKey: .rsa2048)
}

/// The stores a test runs with.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case inMemory = "in memory"
    case sqlite = "SQLite"

    var testDescription: String { rawValue }

    /// Runs a test with an empty store that is gone afterwards.
    func withStore(_ body: (any Store) async throws -> Void) async throws {
        guard self == .sqlite else { return try await body(InMemoryStore()) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "endpoints-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteStore(path: folder.path + "/sealwright.db")
        try await body(store)
        await store.close()
    }
}
