// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("RFC 5280 sections 5.2.4 to 5.2.6: delta and partitioned CRLs")
struct DeltaAndPartitionTests {
    @Test func `a delta tells what changed since its base, and the full CRL points to it`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .seconds(60), deltas: true))
        let id = try ca.issuing.id
        let service = ca.revocationService()
        let early = try await ca.issue("early")
        _ = try await service.revoke(early.serial, reason: .certificateHold, actor: "test")
        ca.clock.advance(by: 3600)
        let base = try await ca.publisher.publish(id)
        let held = try await ca.issue("held")
        _ = try await service.revoke(held.serial, reason: .superseded, actor: "test")
        _ = try await service.release(early.serial, actor: "test")
        ca.clock.advance(by: 3600)
        let full = try await ca.publisher.publish(id)
        let delta = try #require(ca.publisher.current(id, kind: .delta))
        #expect(delta.number == full.number)
        let parsed = try CertificateList(parsing: delta.der)
        #expect(try #require(parsed.baseCRLNumber) < CRLNumber(base.number + 1))
        let reasons = Dictionary(uniqueKeysWithValues: parsed.entries.map { ($0.serialNumber, $0.reason) })
        #expect(reasons[held.serial] == .superseded)
        #expect(reasons[early.serial] == .removeFromCRL)
        let file = try ca.folder.write(full.der, "full.crl")
        let text = try ForeignProgram.run("openssl", "crl", "-inform", "DER", "-in", file, "-noout", "-text").output
        #expect(text.contains("Freshest CRL") && text.contains("issuing-delta.crl"))
        let deltaText = try ForeignProgram.run(
            "openssl", "crl", "-inform", "DER", "-in", try ca.folder.write(delta.der, "delta.crl"), "-noout", "-text")
        #expect(deltaText.output.contains("Delta CRL Indicator: critical"))
    }

    @Test func `a delta tells that a hold of its base became final`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .seconds(60), deltas: true))
        let id = try ca.issuing.id
        let service = ca.revocationService()
        let device = try await ca.issue("laptop")
        let hold = try await service.revoke(device.serial, reason: .certificateHold, actor: "test")
        // A week on, the delta continues a CRL that was made long after the hold.
        for _ in 0..<9 {
            ca.clock.advance(by: 86_400)
            try await ca.publisher.publish(id)
        }
        let unchanged = try #require(ca.publisher.current(id, kind: .delta))
        #expect(try CertificateList(parsing: unchanged.der).entries.map(\.serialNumber).isEmpty)
        ca.clock.advance(by: 3600)
        _ = try await service.revoke(device.serial, reason: .keyCompromise, actor: "test")
        try await ca.publisher.publish(id)
        let delta = try CertificateList(parsing: try #require(ca.publisher.current(id, kind: .delta)).der)
        #expect(delta.entries.map(\.reason) == [.keyCompromise])
        #expect(delta.entries.map(\.revocationDate) == [hold.revocation?.at])
    }

    @Test func `OpenSSL uses base and delta together`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .seconds(60), deltas: true))
        let id = try ca.issuing.id
        let base = try #require(ca.publisher.current(id))
        let device = try await ca.issue("laptop")
        _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
        try await ca.publisher.publish(id)
        let delta = try #require(ca.publisher.current(id, kind: .delta))
        let lists = try ca.folder.write(
            [base, delta].map { PEM.encode($0.der, label: "X509 CRL") }.joined(), "both.pem")
        let result = try ForeignProgram.run(
            "openssl", "verify", "-crl_check", "-extended_crl", "-use_deltas", "-attime", "\(ca.clock.now.seconds)",
            "-CAfile", try ca.pem([try ca.root.certificate.encoded], "root.pem"), "-untrusted",
            try ca.pem([try ca.issuing.certificate.encoded], "chain.pem"), "-CRLfile", lists,
            try ca.pem([device.certificate], "leaf.pem"))
        #expect(result.code == 2 && result.output.contains("certificate revoked"), "\(result.output)")
    }

    @Test func `a revocation after the base has ended is in the delta at once`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .seconds(60), deltas: true))
        let id = try ca.issuing.id
        let device = try await ca.issue("laptop")
        let first = try #require(ca.publisher.current(id))
        for _ in 0..<6 {
            ca.clock.advance(by: 86_400)
            try await ca.publisher.publish(id)
        }
        ca.clock.advance(by: 86_400 + 3600)
        #expect(first.nextUpdate < ca.clock.now)
        _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
        let full = try await ca.publisher.publish(id)
        let delta = try #require(ca.publisher.current(id, kind: .delta))
        #expect(delta.number == full.number)
        let parsed = try CertificateList(parsing: delta.der)
        #expect(parsed.entries.map(\.serialNumber) == [device.serial])
        #expect(try #require(parsed.baseCRLNumber) < CRLNumber(full.number))
    }

    @Test func `after a month without a server full CRL and delta are fresh in the first round`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .seconds(60), deltas: true))
        let id = try ca.issuing.id
        ca.clock.advance(by: 30 * 86_400)
        let publisher = ca.publisher(CRLSettings(deltas: true))
        try await publisher.load()
        #expect(await publisher.tick(ca.clock.now).contains(id))
        for kind in [PublishedCRL.Kind.full, .delta] {
            let crl = try #require(publisher.current(id, kind: kind))
            #expect(crl.thisUpdate <= ca.clock.now && ca.clock.now < crl.nextUpdate)
        }
        #expect(await publisher.tick(ca.clock.now).isEmpty)
    }

    @Test func `what ended while no server ran stays for a regular CRL, although the first delta follows at once`()
        async throws
    {
        let settings = CRLSettings(debounce: .seconds(60), deltas: true)
        let ca = try await CAFixture.ready(crl: settings)
        let id = try ca.issuing.id
        let device = try await ca.issue("laptop", days: 10)
        _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
        try await ca.publisher.publish(id)
        ca.clock.advance(by: 35 * 86_400)
        let publisher = ca.publisher(settings)
        try await publisher.load()
        for day in 0..<2 {
            #expect(await publisher.tick(ca.clock.now).contains(id))
            let told = try CertificateList(parsing: try #require(publisher.current(id)).der).entries.map(\.serialNumber)
            #expect(told == (day == 0 ? [device.serial] : []), "day \(day)")
            ca.clock.advance(by: 86_400)
        }
    }

    @Test func `what was made while the clock ran ahead is replaced, and no delta continues it`() async throws {
        let settings = CRLSettings(debounce: .seconds(60), deltas: true)
        let ca = try await CAFixture.ready(crl: settings)
        let id = try ca.issuing.id
        let device = try await ca.issue("laptop")
        let right = ca.clock.now
        ca.clock.advance(by: 86_400)
        for _ in 0..<2 { try await ca.publisher.publish(id) }
        let ahead = try #require(ca.publisher.current(id))
        ca.clock.advance(by: right.seconds(since: ca.clock.now))
        let publisher = ca.publisher(settings)
        try await publisher.load()
        _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
        #expect(await publisher.tick(ca.clock.now, replacingAhead: true).contains(id))
        let full = try #require(publisher.current(id))
        #expect(full.thisUpdate <= ca.clock.now && full.number > ahead.number)
        let delta = try #require(publisher.current(id, kind: .delta))
        #expect(try #require(try CertificateList(parsing: delta.der).baseCRLNumber) > CRLNumber(ahead.number))
        #expect(await publisher.tick(ca.clock.now, replacingAhead: true).isEmpty)
        // A delta that is left from before is no reason for ever new CRLs where none are made any more.
        try await ca.store.save(
            PublishedCRL(
                authority: id, kind: .delta, number: full.number + 9, thisUpdate: ca.clock.now.adding(seconds: 86_400),
                nextUpdate: ca.clock.now.adding(seconds: 2 * 86_400), generation: 0, der: delta.der),
            event: AuditEvent(action: "test", at: ca.clock.now, actor: "test", object: "crl"))
        let plain = ca.publisher(CRLSettings(debounce: .seconds(60)))
        try await plain.load()
        _ = await plain.tick(ca.clock.now, replacingAhead: true)
        #expect(await plain.tick(ca.clock.now, replacingAhead: true).isEmpty)
    }

    @Test func `a root's CRL, which may outlive the root's key, points to no delta`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(deltas: true))
        let id = try ca.root.id
        for _ in 0..<2 { try await ca.publisher.publish(id) }
        #expect(ca.publisher.current(id, kind: .delta) == nil)
        let full = try #require(ca.publisher.current(id))
        #expect(try CertificateList(parsing: full.der).freshestCRL == nil)
    }

    @Test func `deltas that were switched off go on as long as a full CRL that points to them, and then are gone`()
        async throws
    {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .seconds(60), deltas: true))
        let id = try ca.issuing.id
        let pointing = try await ca.publisher.publish(id)
        var publisher = ca.publisher(CRLSettings(debounce: .seconds(60)))
        try await publisher.load()
        #expect(await publisher.tick(ca.clock.now, replacingAhead: true).contains(id))
        let plain = try #require(publisher.current(id))
        #expect(try CertificateList(parsing: plain.der).freshestCRL == nil)
        let device = try await ca.issue("laptop")
        ca.clock.advance(by: 3600)
        _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
        // Its end is all that a restart knows of the full CRLs before.
        for _ in 0..<2 {
            let full = try await publisher.publish(id)
            let delta = try #require(publisher.current(id, kind: .delta))
            #expect(delta.number == full.number && delta.nextUpdate == pointing.nextUpdate)
            #expect(try CertificateList(parsing: delta.der).entries.map(\.serialNumber) == [device.serial])
            publisher = ca.publisher(CRLSettings(debounce: .seconds(60)))
            try await publisher.load()
            #expect(await !publisher.tick(ca.clock.now, replacingAhead: true).contains(id))
        }
        ca.clock.set(pointing.nextUpdate)
        await publisher.tick(ca.clock.now, replacingAhead: true)
        #expect(publisher.current(id, kind: .delta) == nil && publisher.current(id) != nil)
    }

    @Test func `a CRL that may outlive its key points to no delta, and the last one holds for those before`()
        async throws
    {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .seconds(60), deltas: true))
        let id = try ca.issuing.id
        let before = try #require(ca.publisher.current(id))
        let full = try await ca.publisher.publish(id, validity: 365 * 86_400)
        #expect(try CertificateList(parsing: full.der).freshestCRL == nil)
        #expect(ca.publisher.current(id, kind: .delta)?.nextUpdate == before.nextUpdate)
    }

    @Test func `without the option there is no delta and no pointer to one`() async throws {
        let ca = try await CAFixture.ready()
        #expect(try ca.publisher.current(ca.issuing.id, kind: .delta) == nil)
        let full = try #require(ca.publisher.current(ca.issuing.id))
        #expect(try CertificateList(parsing: full.der).freshestCRL == nil)
    }

    @Test func `parts cover all revoked certificates once, each under its own URL`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(deltas: true, partitions: 4))
        let id = try ca.issuing.id
        for number in 0..<20 {
            let device = try await ca.issue("device-\(number)")
            _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
        }
        try await ca.publisher.publish(id)
        var serials: [SerialNumber] = []
        for part in CRLPart.all(of: 4) {
            let list = try CertificateList(parsing: #require(ca.publisher.current(id, part: part)).der)
            let url = ca.publication.crlURL(id, part: part)
            #expect(list.issuingDistributionPoint == IssuingDistributionPoint(uri: url))
            #expect(list.freshestCRL == nil)
            for entry in list.entries {
                #expect(CRLPart(covering: entry.serialNumber, of: 4) == part)
                serials.append(entry.serialNumber)
            }
        }
        #expect(try Set(serials) == Set(ca.revokedSerials()) && serials.count == 20)
        #expect(CRLPart(index: 4, count: 4) == nil)
        #expect(ca.publisher.current(try ca.root.id, part: CRLPart(index: 0, count: 4)) == nil)
    }

    @Test func `certificates keep their part when the number of parts changes, and when parts are given up`()
        async throws
    {
        let ca = try await CAFixture.ready(crl: CRLSettings(partitions: 4))
        let id = try ca.issuing.id
        for count in [16, 1] {
            let publisher = ca.publisher(CRLSettings(partitions: count))
            try await publisher.load()
            // Parts are not stored: after a restart they are due at once.
            #expect(await publisher.tick(ca.clock.now).contains(id))
            for part in CRLPart.all(of: 4) + CRLPart.all(of: 16) {
                let list = try CertificateList(parsing: #require(publisher.current(id, part: part)).der)
                let url = ca.publication.crlURL(id, part: part)
                #expect(list.issuingDistributionPoint == IssuingDistributionPoint(uri: url))
            }
        }
        let events = await ca.store.events.filter { $0.action == "crl.partitioned" }
        #expect(events.compactMap { $0.details["parts"] } == ["4", "16"])
    }

    @Test func `under a clock that went back parts are made with the dates of what is published`() async throws {
        let settings = CRLSettings(debounce: .seconds(60), partitions: 2)
        let ca = try await CAFixture.ready(crl: settings)
        let id = try ca.issuing.id
        ca.clock.advance(by: 10 * 86_400)
        let before = try await ca.publisher.publish(id)
        let device = try await ca.issue("laptop", crlPartitions: 2)
        _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
        ca.clock.advance(by: -9 * 86_400)
        let publisher = ca.publisher(settings)
        try await publisher.load()
        #expect(await publisher.tick(ca.clock.now).contains(id))
        let full = try #require(publisher.current(id))
        #expect(full.number > before.number)
        #expect(full.thisUpdate == before.thisUpdate && full.nextUpdate == before.nextUpdate)
        for part in CRLPart.all(of: 2) {
            #expect(try #require(publisher.current(id, part: part)).nextUpdate == before.nextUpdate)
        }
        // When it turns out to be right, what was made while it ran ahead gives way.
        #expect(await publisher.tick(ca.clock.now, replacingAhead: true).contains(id))
        #expect(try #require(publisher.current(id)).thisUpdate <= ca.clock.now)
    }

    @Test(arguments: ["", "1", "4-of-4", "-1-of-4", "00-of-4", "0-of-1", "+1-of-4", "1-of-4-of-8", "1-OF-4"])
    func `what names no part is read as none`(text: String) {
        #expect(CRLPart(text: text) == nil)
    }

    @Test func `OpenSSL finds a revoked certificate on its part`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(debounce: .seconds(60), partitions: 4))
        let id = try ca.issuing.id
        let device = try await ca.issue("laptop", crlPartitions: 4)
        let part = try #require(CRLPart(covering: device.serial, of: 4))
        for (isRevoked, code) in [(false, Int32(0)), (true, 2)] {
            if isRevoked {
                _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
                try await ca.publisher.publish(id)
            }
            let der = try #require(ca.publisher.current(id, part: part)).der
            let list = try ca.folder.write(PEM.encode(der, label: "X509 CRL"), "part.pem")
            let result = try ForeignProgram.run(
                "openssl", "verify", "-crl_check", "-attime", "\(ca.clock.now.seconds)", "-CAfile",
                try ca.pem([try ca.root.certificate.encoded], "root.pem"), "-untrusted",
                try ca.pem([try ca.issuing.certificate.encoded], "chain.pem"), "-CRLfile", list,
                try ca.pem([device.certificate], "leaf.pem"))
            #expect(result.code == code, "\(result.output)")
        }
    }
}
