// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Logging
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("Health and maintenance")
struct HealthTests {
    private func monitor(_ ca: CAFixture, _ inspector: StoreInspector? = nil) -> HealthMonitor {
        HealthMonitor(
            store: ca.store, inspector: inspector ?? StoreInspector(store: ca.store), registry: ca.registry,
            publisher: ca.publisher, clockGuard: ca.clockGuard, clock: ca.clock)
    }

    private func code(_ name: String, _ report: HealthReport) -> String? {
        report.checks.first { $0.name == name }?.code
    }

    @Test func `a fresh server is ready`() async throws {
        let ca = try await CAFixture.ready()
        try await ca.clockGuard.refresh()
        let report = await monitor(ca).report()
        #expect(report.isReady && report.outcome == .ok, "\(report.checks)")
        #expect(report.checks.map(\.name) == ["store", "keys", "clock", "crl root", "crl issuing"])
    }

    @Test func `a server without authorities is not ready`() async throws {
        let ca = try CAFixture()
        #expect(code("keys", await monitor(ca).report()) == "authority.not-initialized")
    }

    @Test func `a store that cannot write makes it unready`() async throws {
        let ca = try await CAFixture.ready()
        await ca.store.fail(with: .unavailable("disk full"))
        let report = await monitor(ca).report()
        #expect(!report.isReady && code("store", report) == "store.unavailable")
    }

    @Test func `damage that a look through the store found makes it unready until a look finds none`() async throws {
        let ca = try await CAFixture.ready()
        let inspector = StoreInspector(store: ca.store)
        await ca.store.fail(with: .corrupted("a page"))
        await inspector.inspect()
        await ca.store.fail(with: .unavailable("locked"))
        await inspector.inspect()
        #expect(inspector.damage == .corrupted("a page"), "what cannot be looked at says nothing")
        await ca.store.fail(with: nil)
        let report = await monitor(ca, inspector).report()
        #expect(!report.isReady && code("store", report) == "store.corrupted")
        await inspector.inspect()
        #expect(await monitor(ca, inspector).report().isReady)
    }

    @Test func `a lost key makes it unready`() async throws {
        let ca = try await CAFixture.ready()
        try await ca.keys.remove(try ca.issuing.authority.keyID)
        try await ca.registry.reload()
        #expect(code("keys", await monitor(ca).report()) == "authority.key-offline")
    }

    @Test func `a lost key of a root, or of a retired authority, is told before its last CRL ends`() async throws {
        let ca = try await CAFixture.ready()
        try await ca.clockGuard.refresh()
        let (root, old) = (try ca.root, try ca.issuing)
        _ = try await ca.ceremony.stageSuccessor()
        _ = try await ca.ceremony.rotate()
        #expect(await monitor(ca).report().outcome == .ok)
        for lost in [root, old] {
            try await ca.keys.remove(lost.authority.keyID)
            try await ca.registry.reload()
            let report = await monitor(ca).report()
            #expect(report.isReady && code("crl \(lost.id)", report) == "authority.key-offline", "\(report.checks)")
        }
    }

    @Test func `what is revoked or released while the key is away is told until a CRL tells it`() async throws {
        let ca = try await CAFixture.ready()
        let (root, serial) = (try ca.root, try ca.issuing.certificate.serialNumber)
        let key = try await ca.keys.material(of: root.authority.keyID)
        try await ca.ceremony.takeOffline(root.id)
        func told() async -> String? {
            await ca.publisher.tick(ca.clock.now)
            return code("crl root", await monitor(ca).report())
        }
        let service = ca.revocationService()
        #expect(await told() == nil)
        _ = try await service.revoke(serial, reason: .certificateHold, actor: "test", force: true)
        #expect(await told() == "crl.key-needed")
        _ = try await service.release(serial, actor: "test")
        #expect(await told() == nil)
        _ = try await service.revoke(serial, reason: .certificateHold, actor: "test", force: true)
        _ = try await ca.ceremony.restoreKey(key, to: root.id)
        #expect(await told() == nil, "the CRL tells it")
        try await ca.ceremony.takeOffline(root.id)
        #expect(await told() == nil)
        _ = try await service.release(serial, actor: "test")
        #expect(await told() == "crl.key-needed", "the CRL tells what is not so any more")
    }

    @Test func `an issuing authority that has ended makes it unready`() async throws {
        let ca = try await CAFixture.ready()
        ca.clock.advance(by: 11 * 366 * 86_400)
        #expect(code("keys", await monitor(ca).report()) == "authority.expired")
    }

    @Test func `an issuing authority that is revoked or on hold issues nothing and makes it unready`() async throws {
        let ca = try await CAFixture.ready()
        try await ca.clockGuard.refresh()
        let serial = try ca.issuing.certificate.serialNumber
        let service = ca.revocationService()
        let enrollment = EnrollmentService(
            store: ca.store, registry: ca.registry, publication: ca.publication, clock: ca.clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, policies: [:])
        let order = OperatorRequest(
            certificationRequest: try VerifiedRequest(TestDevice("CN=laptop-7").certificationRequest()),
            profile: "device", authority: try ca.issuing.id, operator: "operator:alice")
        _ = try await service.revoke(serial, reason: .certificateHold, actor: "test", force: true)
        try await ca.eventually { try ca.issuing.revocation != nil }
        #expect(code("keys", await monitor(ca).report()) == "authority.revoked")
        guard case .authorityUnavailable = await enrollment.issue(order).reason else {
            Issue.record("issued by an authority on hold")
            return
        }
        _ = try await service.release(serial, actor: "test")
        try await ca.eventually { try ca.issuing.revocation == nil }
        #expect(await monitor(ca).report().isReady)
        #expect(await enrollment.issue(order).credential != nil)
    }

    @Test func `an ageing CRL warns, then makes it unready`() async throws {
        let ca = try await CAFixture.ready()
        ca.clock.advance(by: 6 * 86_400)
        #expect(await monitor(ca).report().outcome == .warning)
        ca.clock.advance(by: 86_400)
        let report = await monitor(ca).report()
        #expect(!report.isReady && code("crl issuing", report) == "crl.stale")
    }

    @Test func `an offline root's CRL warns only`() async throws {
        let ca = try await CAFixture.ready()
        try await ca.ceremony.takeOffline(try ca.root.id)
        ca.clock.advance(by: 360 * 86_400)
        _ = await Maintenance(identities: ca.identities, publisher: ca.publisher, clockGuard: ca.clockGuard)
            .tick(at: ca.clock.now)
        let report = await monitor(ca).report()
        #expect(report.outcome == .warning && code("crl root", report) == "crl.stale", "\(report.checks)")
    }

    @Test func `a clock that went back more than ten minutes is noticed`() async throws {
        let ca = try await CAFixture.ready()
        ca.clock.advance(by: 3600)
        _ = try await ca.issue("laptop")
        try await ca.clockGuard.refresh()
        let newest = ca.clock.now
        ca.clock.advance(by: -600)
        #expect(ca.clockGuard.fault(at: ca.clock.now) == nil)
        ca.clock.advance(by: -1)
        #expect(ca.clockGuard.fault(at: ca.clock.now) == .wentBack(now: ca.clock.now, newest: newest))
        #expect(code("clock", await monitor(ca).report()) == "clock.went-back")
    }

    @Test func `what is written under a clock that went back does not make it the right one`() async throws {
        let ca = try await CAFixture.ready()
        ca.clock.advance(by: 7200)
        _ = try await ca.issue("laptop")
        ca.clock.advance(by: -7200)
        _ = try await ca.issue("wrong")
        // As after a restart.
        let clockGuard = ClockGuard(store: ca.store, registry: ca.registry)
        try await clockGuard.refresh()
        #expect(clockGuard.fault(at: ca.clock.now)?.code == "clock.went-back")
    }

    @Test func `a clock that ran ahead is put right by saying so, and what it left is made anew`() async throws {
        let ca = try await CAFixture.ready(
            crl: CRLSettings(debounce: .seconds(60), deltas: true),
            identities: ServiceIdentitySettings(serverNames: ["ca.example.com"]))
        let years: Int64 = 3_000 * 86_400
        let maintenance = Maintenance(identities: ca.identities, publisher: ca.publisher, clockGuard: ca.clockGuard)
        ca.clock.advance(by: years)
        #expect(await !maintenance.tick(at: ca.clock.now).renewed.isEmpty)
        ca.clock.advance(by: -years)
        let id = try ca.issuing.id
        let ahead = try #require(ca.publisher.current(id))
        let report = await maintenance.tick(at: ca.clock.now)
        #expect(report.failures.map(\.code) == ["clock.went-back"] && report.published.isEmpty)
        #expect(report.renewed.isEmpty && ca.publisher.current(id) == ahead, "which of both is right nobody knows")

        #expect(try await ca.clockGuard.accept(ca.clock.now))
        #expect(try await !ca.clockGuard.accept(ca.clock.now))
        let again = await maintenance.tick(at: ca.clock.now)
        #expect(again.failures.isEmpty && Set(again.published) == Set(ca.registry.all.map(\.id)))
        #expect(Set(again.renewed.map(\.purpose)) == [.scepRA, .scepRAEncryption, .ocspSigner, .tlsServer])
        for purpose in [ServiceIdentity.Purpose.scepRA, .ocspSigner, .tlsServer] {
            #expect(ca.registry.identities(purpose, for: id).first?.certificate.isValid(at: ca.clock.now) == true)
        }
        for kind in [PublishedCRL.Kind.full, .delta] {
            let crl = try #require(ca.publisher.current(id, kind: kind))
            #expect(crl.thisUpdate <= ca.clock.now && crl.number > ahead.number)
        }
        #expect(await code("clock", monitor(ca).report()) == nil)
        #expect(await maintenance.tick(at: ca.clock.now) == MaintenanceReport(), "once is enough")
        // It stays said after a restart.
        let restarted = ClockGuard(store: ca.store, registry: ca.registry)
        try await restarted.refresh()
        #expect(restarted.fault(at: ca.clock.now) == nil)
    }

    @Test func `a clock that goes ahead of the time that passed is told, and refuses nothing`() async throws {
        let ca = try await CAFixture.ready()
        let maintenance = Maintenance(identities: ca.identities, publisher: ca.publisher, clockGuard: ca.clockGuard)
        var elapsed = Duration.seconds(5)
        func tick(_ seconds: Int64, by wall: Int64) async -> ClockStep? {
            elapsed += .seconds(seconds)
            ca.clock.advance(by: wall)
            return await maintenance.tick(at: ca.clock.now, elapsed: elapsed).clockStep
        }
        #expect(await tick(0, by: 0) == nil)
        #expect(await tick(7 * 3600, by: 7 * 3600) == nil, "the machine slept")
        for _ in 0..<10 { #expect(await tick(30, by: 630) == nil, "within what clocks differ by") }
        #expect(ca.clockGuard.step == nil)
        #expect(await code("clock", monitor(ca).report()) == nil)
        let due = ca.clock.now.adding(seconds: 30)
        let step = try #require(await tick(30, by: 30 + 86_400))
        #expect(step.expected == due && step.shown == ca.clock.now)
        #expect(await tick(30, by: 30) == nil, "told once")
        let report = await monitor(ca).report()
        #expect(report.isReady && code("clock", report) == ClockStep.code)
        #expect(ca.clockGuard.fault(at: ca.clock.now) == nil)
        let written = try await ca.store.newestAuditRecord(of: "clock.stepped-ahead", object: "clock")
        #expect(written?.event.details["expected"] == due.iso8601)
    }

    @Test func `a clock before the authority's beginning is noticed`() async throws {
        let ca = try await CAFixture.ready()
        let epoch = Timestamp(seconds: 0)
        let begin = try #require(try ca.issuing.certificate.notBefore)
        #expect(ca.clockGuard.fault(at: epoch) == .beforeAuthority(now: epoch, notBefore: begin))
    }

    @Test func `one round renews, publishes and goes on in spite of a failure`() async throws {
        let ca = try await CAFixture.ready()
        let maintenance = Maintenance(identities: ca.identities, publisher: ca.publisher, clockGuard: ca.clockGuard)
        #expect(await maintenance.tick(at: ca.clock.now) == MaintenanceReport())
        ca.clock.advance(by: 21 * 86_400)
        let report = await maintenance.tick(at: ca.clock.now)
        #expect(report.renewed.map(\.purpose) == [.ocspSigner] && report.identitiesChanged)
        #expect(report.published.count == 2 && report.failures.isEmpty)
        _ = try await ca.ceremony.stageSuccessor()
        _ = try await ca.ceremony.rotate()
        #expect(await maintenance.tick(at: ca.clock.now).identitiesChanged, "an administrator's doing counts too")
        #expect(await !maintenance.tick(at: ca.clock.now).identitiesChanged)
        await ca.store.fail(with: .unavailable("disk full"))
        #expect(await maintenance.tick(at: ca.clock.now).failures.first?.code == "store.unavailable")
    }

    @Test func `a wrong clock stops renewals but not CRLs`() async throws {
        let ca = try await CAFixture.ready()
        ca.clock.advance(by: 25 * 86_400)
        _ = try await ca.issue("laptop")
        ca.clock.advance(by: -2 * 86_400)
        let maintenance = Maintenance(identities: ca.identities, publisher: ca.publisher, clockGuard: ca.clockGuard)
        let report = await maintenance.tick(at: ca.clock.now)
        #expect(report.renewed.isEmpty && report.failures.map(\.code) == ["clock.went-back"])
        #expect(report.published.count == 2)
    }
}
