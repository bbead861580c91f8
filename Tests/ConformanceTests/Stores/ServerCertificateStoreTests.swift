// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

extension Sample {
    static func serverCertificate(
        _ number: Int, _ state: ServerCertificate.State = .candidate
    ) -> ServerCertificate {
        ServerCertificate(
            id: ServerCertificateID(rawValue: "sc_\(number)"), source: .request, state: state,
            names: ["pki.example.com", "10.0.0.1"], request: octets(number, 20),
            chain: state == .requested ? [] : [octets(number), octets(number + 1, 300), []],
            anchor: state == .requested ? nil : octets(number + 2), keyID: KeyID(rawValue: "tls-\(number)"),
            createdAt: now, createdBy: "operator:api", remarks: ["a remark, with a comma", "12:another"])
    }

    static func change(
        _ number: Int, _ phase: StagedChange.Phase = .planned,
        subject: StagedChange.Subject = .requireHTTPS(candidate: nil)
    ) -> StagedChange {
        StagedChange(
            id: StagedChangeID(rawValue: "sg_\(number)"), subject: subject, phase: phase, threshold: 95,
            httpsBefore: .offered, createdAt: now, createdBy: "operator:api", updatedAt: now.adding(seconds: 1))
    }
}

@Suite("Stores: server certificates")
struct ServerCertificateStoreTests {
    @Test(arguments: StoreKind.allCases)
    func `a certificate comes back as it was saved, newest first`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (first, second) = (Sample.serverCertificate(1, .requested), Sample.serverCertificate(2))
            let saved1 = try await store.save(first, replacing: nil, event: Sample.event())
            #expect(saved1)
            let saved2 = try await store.save(second, replacing: nil, event: Sample.event())
            #expect(saved2)
            #expect(try await store.serverCertificates() == [second, first])
            #expect(try await store.serverCertificate(first.id) == first)
            #expect(try await store.serverCertificate(ServerCertificateID(rawValue: "sc_9")) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a change of state happens once, and a loser writes no event`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let waiting = Sample.serverCertificate(1, .requested)
            let saved3 = try await store.save(waiting, replacing: nil, event: Sample.event("test.first"))
            #expect(saved3)
            #expect(try await !store.save(waiting, replacing: nil, event: Sample.event("test.twice")))
            let answered = Sample.serverCertificate(1)
            let saved4 = try await store.save(answered, replacing: .requested, event: Sample.event("test.second"))
            #expect(saved4)
            #expect(try await !store.save(answered, replacing: .requested, event: Sample.event("test.late")))
            #expect(
                try await !store.save(
                    Sample.serverCertificate(7), replacing: .requested, event: Sample.event("test.unknown")))
            #expect(try await store.serverCertificate(answered.id) == answered)
            let actions = try await store.auditRecords(after: 0, limit: 9).map(\.event.action)
            #expect(actions == ["test.first", "test.second"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `of two activations at once one wins, and what became active is marked used`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            #expect(try await store.serverSelection() == .initial)
            let candidate = Sample.serverCertificate(1)
            _ = try await store.save(candidate, replacing: nil, event: Sample.event())
            let chosen = ServerSelection.initial.activating(.certificate(candidate.id), at: Sample.now)
            let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask { try await store.select(chosen, event: Sample.event("test.select-\(number)")) }
                }
                return try await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 } == 1)
            #expect(try await store.serverSelection() == chosen)
            #expect(try await store.serverCertificate(candidate.id)?.state == .used)
            let back = chosen.activating(.ownAuthority, at: Sample.now)
            #expect(try await store.select(back, event: Sample.event()))
            #expect(try await store.serverSelection().previous == .certificate(candidate.id))
        }
    }
}

@Suite("Stores: staged changes")
struct StagedChangeStoreTests {
    @Test(arguments: StoreKind.allCases)
    func `a change comes back as it was saved, and a second one waits until the first is over`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let change = Sample.change(1, subject: .serverCertificate(ServerCertificateID(rawValue: "sc_1")))
            let saved5 = try await store.save(change, replacing: nil, https: nil, event: Sample.event())
            #expect(saved5)
            #expect(try await store.stagedChange(change.id) == change)
            #expect(try await !store.save(Sample.change(2), replacing: nil, https: nil, event: Sample.event("test.no")))
            let over = Sample.change(1, .cancelled, subject: change.subject)
            let saved6 = try await store.save(over, replacing: .planned, https: nil, event: Sample.event())
            #expect(saved6)
            #expect(try await !store.save(over, replacing: .planned, https: nil, event: Sample.event("test.no")))
            let saved7 = try await store.save(Sample.change(2), replacing: nil, https: nil, event: Sample.event())
            #expect(saved7)
            #expect(try await store.stagedChanges().map(\.phase) == [.planned, .cancelled])
            #expect(
                try await store.newestAuditRecords(object: nil, limit: 9).allSatisfy { $0.event.action == "test.done" })
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the HTTPS mode changes with the phase or not at all`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            #expect(try await store.httpsMode() == nil)
            try await store.setHTTPSMode(.off, event: Sample.event())
            _ = try await store.save(Sample.change(1, .dual), replacing: nil, https: .offered, event: Sample.event())
            #expect(try await store.httpsMode() == .offered)
            let stale = try await store.save(
                Sample.change(1, .enforced), replacing: .planned, https: .required, event: Sample.event())
            #expect(!stale)
            #expect(try await store.httpsMode() == .offered)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `progress counts devices seen lately that are neither blocked nor retired`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...5 { try await store.issue(number) }
            let blocked = DeviceID(rawValue: "d_4")
            _ = try await store.setState(.blocked, of: blocked, event: Sample.event())
            let change = StagedChangeID(rawValue: "sg_1")
            func confirm(_ device: Int, _ evidence: StagedChange.Evidence, at: Timestamp = Sample.now) async throws
                -> Bool
            {
                try await store.confirm(
                    ChangeConfirmation(
                        change: change, device: DeviceID(rawValue: "d_\(device)"), evidence: evidence,
                        role: device == 2 ? .siteServer : .agent, at: at), event: Sample.event("test.confirmed"))
            }
            #expect(try await confirm(1, .trust))
            #expect(try await !confirm(1, .trust))
            let device = DeviceID(rawValue: "d_1")
            #expect(try await store.hasConfirmed(change, device, .trust))
            #expect(try await !store.hasConfirmed(change, device, .https))
            #expect(try await confirm(1, .https))
            #expect(try await store.hasConfirmed(change, device, .https))
            #expect(try await confirm(2, .trust, at: Sample.now.adding(seconds: 100)))
            #expect(try await confirm(4, .trust))
            let trust = try await store.progress(of: change, evidence: .trust, seenSince: Sample.now, now: Sample.now)
            #expect(trust.confirmed == 2 && trust.total == 4)
            #expect(trust.laggards == [DeviceID(rawValue: "d_3"), DeviceID(rawValue: "d_5")])
            let https = try await store.progress(of: change, evidence: .https, seenSince: Sample.now, now: Sample.now)
            #expect(https.confirmed == 1 && https.total == 4 && https.laggards.count == 3)
            let later = try await store.progress(
                of: change, evidence: .trust, seenSince: Sample.now.adding(seconds: 50), now: Sample.now)
            #expect(later.confirmed == 1 && later.total == 1 && later.laggards.isEmpty)
            #expect(try await store.deviceCount(seenSince: Sample.now, now: Sample.now) == 4)
            #expect(try await store.confirmationCount(of: change, evidence: .trust, role: .siteServer) == 1)
            #expect(try await store.confirmationCount(of: change, evidence: .trust, role: .agent) == 2)
            let told = try await store.auditRecords(after: 0, limit: 99).filter { $0.event.action == "test.confirmed" }
            #expect(told.count == 4)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a device counts as long as a certificate lets it in`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            var credentials: [Credential] = []
            for number in 1...4 { credentials.append(try await store.issue(number)) }
            let reasons: [CRLReason] = [.keyCompromise, .certificateHold]
            for (credential, reason) in zip(credentials.dropFirst(), reasons) {
                _ = try await store.revoke(
                    serial: credential.serial, Sample.revocation(reason), event: Sample.event())
            }
            // The fourth holds two: one is revoked, the other lets it in.
            try await store.save(Sample.credential(5, device: 4), event: Sample.event())
            _ = try await store.revoke(
                serial: credentials[3].serial, Sample.revocation(), event: Sample.event())
            let change = StagedChangeID(rawValue: "sg_1")
            let now = try await store.progress(
                of: change, evidence: .trust, seenSince: Sample.now, now: Sample.now)
            #expect(now.total == 2)
            #expect(now.laggards == [DeviceID(rawValue: "d_1"), DeviceID(rawValue: "d_4")])
            #expect(try await store.deviceCount(seenSince: Sample.now, now: Sample.now) == 2)
            _ = try await store.release(serial: credentials[2].serial, at: Sample.now, event: Sample.event())
            #expect(try await store.deviceCount(seenSince: Sample.now, now: Sample.now) == 3)
            let after = Sample.now.adding(seconds: Sample.year + 1)
            #expect(try await store.deviceCount(seenSince: Sample.now, now: after) == 0)
        }
    }
}

@Suite("Stores: expiry")
struct ExpiryStoreTests {
    private static func watch(_ number: Int, _ target: String) -> ExpiryWatch {
        ExpiryWatch(
            id: ExpiryWatchID(rawValue: "w_\(number)"), place: .server, target: target, createdAt: Sample.now,
            createdBy: "operator:api")
    }

    @Test(arguments: StoreKind.allCases)
    func `a target is watched once, observed, and forgotten`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            var watch = Self.watch(1, "a.example:443")
            let saved8 = try await store.save(watch, event: Sample.event())
            #expect(saved8)
            #expect(try await !store.save(Self.watch(2, "a.example:443"), event: Sample.event("test.no")))
            let saved9 = try await store.save(Self.watch(3, "b.example:443"), event: Sample.event())
            #expect(saved9)
            watch.observation = .init(at: Sample.now, certificate: Sample.octets(1), failure: nil)
            if let observation = watch.observation {
                try await store.record(observation, of: watch.id, event: Sample.event())
                try await store.record(observation, of: watch.id, event: nil)
            }
            #expect(try await store.expiryWatches() == [watch, Self.watch(3, "b.example:443")])
            #expect(try await store.removeExpiryWatch(watch.id, event: Sample.event()))
            #expect(try await !store.removeExpiryWatch(watch.id, event: Sample.event("test.no")))
            #expect(try await store.expiryWatches().map(\.id.rawValue) == ["w_3"])
            #expect(try await store.auditRecords(after: 0, limit: 99).count == 4)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `notices are remembered by certificate and stage`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let warn = ExpiryNotice(fingerprint: Sample.octets(1), stage: .warn)
            let act = ExpiryNotice(fingerprint: Sample.octets(1), stage: .act)
            #expect(try await store.recorded([warn, act]).isEmpty)
            try await store.record([warn], event: Sample.event())
            try await store.record([warn], event: Sample.event())
            #expect(try await store.recorded([warn, act]) == [warn])
        }
    }
}
