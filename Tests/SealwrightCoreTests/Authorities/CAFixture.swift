// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Logging
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

/// A whole certification authority over a store in memory, made by the ceremony, with sealed keys in a folder.
struct CAFixture: Sendable {
    let store = InMemoryStore()
    let clock: FixedClock
    let folder: TemporaryFolder
    let keys: SuiteKeys
    let registry: AuthorityRegistry
    let publication = Publication(baseURL: "http://ca.example.com:8080/")
    let publisher: CRLPublisher
    let identities: ServiceIdentityManager
    let ceremony: AuthorityCeremony
    let clockGuard: ClockGuard

    init(
        clock: FixedClock = FixedClock(), crl: CRLSettings = CRLSettings(debounce: .seconds(60)),
        identities settings: ServiceIdentitySettings = ServiceIdentitySettings(), keys: SuiteKeys? = nil
    ) throws {
        self.clock = clock
        let folder = try TemporaryFolder()
        self.folder = folder
        let keys =
            try keys
            ?? SuiteKeys(
                inner: VaultKeyProvider(
                    vault: KeyVault(directory: folder.path + "/keys", createIfMissing: true),
                    pool: TestKeys.shared.pool))
        self.keys = keys
        registry = AuthorityRegistry(store: store, keys: keys)
        publisher = CRLPublisher(
            store: store, registry: registry, publication: publication, clock: clock, settings: crl,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        identities = ServiceIdentityManager(
            store: store, keys: keys, registry: registry, publication: publication, clock: clock, settings: settings)
        ceremony = AuthorityCeremony(
            store: store, keys: keys, registry: registry, publication: publication, identities: identities,
            publisher: publisher, clock: clock)
        clockGuard = ClockGuard(store: store, registry: registry)
    }

    /// A fixture with a hierarchy of P-256 keys, which are made at once.
    static func ready(
        clock: FixedClock = FixedClock(), crl: CRLSettings = CRLSettings(debounce: .seconds(60)),
        identities: ServiceIdentitySettings = ServiceIdentitySettings()
    ) async throws -> CAFixture {
        let fixture = try CAFixture(clock: clock, crl: crl, identities: identities)
        try await fixture.ceremony.initialize(.quick)
        return fixture
    }

    var issuing: AuthorityContext { get throws { try #require(registry.issuing()) } }
    var root: AuthorityContext {
        get throws { try #require(registry.all.first { $0.authority.kind == .root }) }
    }

    /// Another publisher over the same store, as after a restart with other settings.
    func publisher(_ settings: CRLSettings) -> CRLPublisher {
        CRLPublisher(
            store: store, registry: registry, publication: publication, clock: clock, settings: settings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Issues a device certificate and stores it.
    func issue(
        _ name: String, days: Int = 90, owner: Credential.Owner = .device, crlPartitions: Int = 0
    ) async throws -> Credential {
        var issuer = try PlanIssuer(try issuing, publication: publication)
        issuer.crlPartitions = crlPartitions
        let key = try TestKeys.shared.key(.ecP256, 1)
        let wish = RequestedCertificate(
            subject: DistinguishedName([(type: .commonName, text: name)]),
            subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
            validity: RequestedValidity(amount: days, unit: .days))
        let plan = try IssuancePlanner(profile: .device, issuer: issuer).plan(wish, now: clock.now)
        let certificate = try await PlanSigner.sign(
            PreIssuanceLint.check(plan, profile: .device, issuer: issuer), with: try #require(try issuing.key))
        let credential = Credential(
            id: .new(milliseconds: clock.milliseconds), authority: plan.authority, serial: plan.serialNumber,
            certificate: certificate, subject: plan.subject.rfc4514, notBefore: plan.notBefore,
            notAfter: plan.notAfter, keyDigest: plan.subjectPublicKeyInfo.digest,
            fingerprint: DigestAlgorithm.sha256.hash(certificate), profile: "device", owner: owner, device: nil,
            issuedVia: "test", enrollment: nil, challenge: nil, approver: nil, renewedFrom: nil, issuedAt: clock.now)
        try await store.save(
            credential,
            event: AuditEvent(action: "certificate.issued", at: clock.now, actor: "test", object: plan.serialNumber.hex)
        )
        return credential
    }

    func revocationService() -> RevocationService {
        RevocationService(store: store, observers: [publisher, registry], clock: clock)
    }

    /// Writes certificates as one PEM file.
    func pem(_ certificates: [[UInt8]], _ name: String) throws -> String {
        try folder.write(certificates.map { PEM.encode($0, label: "CERTIFICATE") }.joined(), name)
    }
}

extension HierarchyOptions {
    /// Keys that cost no time.
    static let quick = HierarchyOptions(rootKey: .ecP256, issuingKey: .ecP256)
}

extension FixedClock {
    /// For judges that cannot be told a time.
    static func atRealTime() -> FixedClock {
        FixedClock(Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
    }
}

extension ForeignProgram {
    /// Runs a program and returns its exit code and everything it printed.
    static func run(_ words: String...) throws -> (code: Int32, output: String) {
        let result = try run(words.first ?? "", Array(words.dropFirst()))
        return (result.status, result.text)
    }
}
