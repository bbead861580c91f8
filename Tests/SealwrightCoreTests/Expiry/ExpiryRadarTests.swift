// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Synchronization
import Testing

@Suite("Expiry: stages are parts of a life with a ceiling in days")
struct ExpiryStageTests {
    /// A life, what is left of it, both in hours, and the stage that makes.
    struct Case: Sendable {
        let life: Int64
        let left: Int64
        let stage: ExpiryStage

        init(_ life: Int64, _ left: Int64, _ stage: ExpiryStage) {
            self.life = life
            self.left = left
            self.stage = stage
        }
    }

    /// A year (8760 hours), 47 days (1128 hours), six hours.
    static let cases: [Case] = [
        Case(8_760, 744, .fine), Case(8_760, 720, .warn), Case(8_760, 336, .act), Case(8_760, 168, .critical),
        Case(8_760, 0, .critical), Case(8_760, -1, .expired), Case(1_128, 384, .fine), Case(1_128, 360, .warn),
        Case(1_128, 168, .act), Case(1_128, 72, .critical), Case(6, 3, .fine), Case(6, 2, .warn), Case(6, 1, .act),
        Case(6, 0, .critical),
    ]

    @Test(arguments: cases)
    func `a certificate's stage`(example: Case) {
        let end = Timestamp(seconds: 2_000_000_000)
        let found = ExpiryStage(
            notBefore: end.adding(seconds: -3_600 * example.life), notAfter: end,
            now: end.adding(seconds: -3_600 * example.left))
        #expect(found == example.stage)
    }
}

@Suite("Expiry: the radar tells once of each certificate and stage")
struct ExpiryRadarTests {
    private let store = InMemoryStore()
    private let clock = FixedClock()

    /// Remembers what it was told; fails while told to.
    private final class Listener: ExpiryNotifier {
        private let state = Mutex<(told: [String], isDeaf: Bool)>(([], false))

        var told: [String] { state.withLock { $0.told } }
        func deaf(_ value: Bool) { state.withLock { $0.isDeaf = value } }

        func tell(_ items: [(item: ExpiryItem, stage: ExpiryStage)], at now: Timestamp) async -> Bool {
            state.withLock { state in
                guard !state.isDeaf else { return false }
                state.told += items.map { "\($0.item.name) \($0.stage.rawValue)" }
                return true
            }
        }
    }

    private struct Probe: ExpiryProbe {
        let certificate: CertificateView?

        func look(at watch: ExpiryWatch) async -> Result<CertificateView, ExpiryProbeFailure> {
            certificate.map { .success($0) } ?? .failure(ExpiryProbeFailure("connection refused"))
        }
    }

    private func radar() -> (ExpiryRadar, AuthorityRegistry) {
        let registry = AuthorityRegistry(store: store, keys: InMemoryKeys())
        return (
            ExpiryRadar(store: store, registry: registry, served: ServedCertificateSource(), clock: clock), registry
        )
    }

    private func issue(_ name: String, days: Int64) async throws {
        let end = clock.now.adding(seconds: days * 86_400)
        let digest = DigestAlgorithm.sha256.hash(Array(name.utf8))
        try await store.save(
            Credential(
                id: .new(milliseconds: 0), authority: AuthorityID(rawValue: "issuing"),
                serial: SerialNumber(octets: [0x40] + digest.prefix(15)), certificate: digest, subject: "CN=\(name)",
                notBefore: end.adding(seconds: -365 * 86_400), notAfter: end, keyDigest: digest, fingerprint: digest,
                profile: "device", owner: .device, device: nil, issuedVia: "test", enrollment: nil, challenge: nil,
                approver: nil, renewedFrom: nil, issuedAt: clock.now),
            event: AuditEvent(action: "test.issued", at: clock.now, actor: "test", object: name))
    }

    @Test func `each stage is told once, and what did not arrive is told again`() async throws {
        let (radar, _) = radar()
        let listener = Listener()
        try await issue("far", days: 300)
        try await issue("near", days: 29)
        let probe = Probe(certificate: nil)
        listener.deaf(true)
        #expect(try await radar.round(probe: probe, notifier: listener) == 0)
        listener.deaf(false)
        #expect(try await radar.round(probe: probe, notifier: listener) == 1)
        #expect(try await radar.round(probe: probe, notifier: listener) == 0)
        clock.advance(by: 16 * 86_400)
        #expect(try await radar.round(probe: probe, notifier: listener) == 1)
        clock.advance(by: 7 * 86_400)
        #expect(try await radar.round(probe: probe, notifier: listener) == 1)
        #expect(listener.told == ["CN=near warn", "CN=near act", "CN=near critical"])
        #expect(await store.events.filter { $0.action == "expiry.told" }.count == 3)
    }

    @Test func `a retired authority is told of until its end, and not for ever after`() async throws {
        let ca = try await CAFixture.ready()
        let radar = ExpiryRadar(
            store: ca.store, registry: ca.registry, served: ServedCertificateSource(), clock: ca.clock)
        let old = try ca.issuing
        let end = try #require(old.certificate.notAfter)
        ca.clock.advance(by: end.adding(seconds: -86_400).seconds(since: ca.clock.now))
        #expect(try await radar.warnings().contains { $0.item.name == old.id.rawValue && $0.stage == .critical })
        _ = try await ca.ceremony.stageSuccessor()
        _ = try await ca.ceremony.rotate()
        #expect(try await radar.warnings().contains { $0.item.name == old.id.rawValue && $0.stage == .critical })
        ca.clock.advance(by: 2 * 86_400)
        let names = try await radar.fixedItems().map(\.name)
        #expect(!names.contains { $0.hasSuffix(old.id.rawValue) })
        #expect(names.contains(try ca.issuing.id.rawValue))
    }

    @Test func `an authority that still issues is told of after its end`() async throws {
        let ca = try await CAFixture.ready()
        let radar = ExpiryRadar(
            store: ca.store, registry: ca.registry, served: ServedCertificateSource(), clock: ca.clock)
        let issuing = try ca.issuing
        let end = try #require(issuing.certificate.notAfter)
        ca.clock.advance(by: end.seconds(since: ca.clock.now) + 1)
        #expect(try await radar.warnings().contains { $0.item.name == issuing.id.rawValue && $0.stage == .expired })
    }

    @Test func `a watched certificate is kept when the next look fails, and only news is written down`() async throws {
        let clock = self.clock
        let hierarchy = try await TestHierarchy(in: store, clock: clock)
        let certificate = try #require(hierarchy.registry.all.first?.certificate)
        let (radar, _) = radar()
        let watch = ExpiryWatch(
            id: ExpiryWatchID(rawValue: "w_1"), place: .server, target: "www.example.com:443", createdAt: clock.now,
            createdBy: "test")
        let event = AuditEvent(action: "test.watch", at: clock.now, actor: "test", object: "w_1")
        #expect(try await store.save(watch, event: event))
        _ = try await radar.round(probe: Probe(certificate: certificate), notifier: nil)
        _ = try await radar.round(probe: Probe(certificate: certificate), notifier: nil)
        _ = try await radar.round(probe: Probe(certificate: nil), notifier: nil)
        let seen = try #require(try await store.expiryWatches().first?.observation)
        #expect(seen.certificate == certificate.encoded)
        #expect(seen.failure == "connection refused")
        #expect(try await radar.failures().map { $0.reason } == ["connection refused"])
        #expect(
            await store.events.filter { $0.action == "expiry.observed" }.map(\.outcome) == ["ok", "expiry.unreachable"])
        #expect(try await radar.fixedItems().contains { $0.kind == .watched && $0.name == "www.example.com:443" })
    }
}
