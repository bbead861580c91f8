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
        let file = try ca.folder.write("full.crl", full.der)
        let text = try ForeignProgram.run("openssl", "crl", "-inform", "DER", "-in", file, "-noout", "-text").output
        #expect(text.contains("Freshest CRL") && text.contains("issuing-delta.crl"))
        let deltaText = try ForeignProgram.run(
            "openssl", "crl", "-inform", "DER", "-in", try ca.folder.write("delta.crl", delta.der), "-noout", "-text")
        #expect(deltaText.output.contains("Delta CRL Indicator: critical"))
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
            "both.pem", [base, delta].map { PEM.encode($0.der, label: "X509 CRL") }.joined())
        let result = try ForeignProgram.run(
            "openssl", "verify", "-crl_check", "-extended_crl", "-use_deltas", "-attime", "\(ca.clock.now.seconds)",
            "-CAfile", try ca.pem([try ca.root.certificate.encoded], "root.pem"), "-untrusted",
            try ca.pem([try ca.issuing.certificate.encoded], "chain.pem"), "-CRLfile", lists,
            try ca.pem([device.certificate], "leaf.pem"))
        #expect(result.code == 2 && result.output.contains("certificate revoked"), "\(result.output)")
    }

    @Test func `without the option there is no delta and no pointer to one`() async throws {
        let ca = try await CAFixture.ready()
        #expect(try ca.publisher.current(ca.issuing.id, kind: .delta) == nil)
        let full = try #require(ca.publisher.current(ca.issuing.id))
        #expect(try CertificateList(parsing: full.der).freshestCRL == nil)
    }

    @Test func `parts cover all revoked certificates once, each under its own URL`() async throws {
        let ca = try await CAFixture.ready(crl: CRLSettings(shards: 4))
        let id = try ca.issuing.id
        for number in 0..<20 {
            let device = try await ca.issue("device-\(number)")
            _ = try await ca.revocationService().revoke(device.serial, reason: .superseded, actor: "test")
        }
        try await ca.publisher.publish(id)
        var serials: [SerialNumber] = []
        for shard in 0..<4 {
            let part = try CertificateList(parsing: #require(ca.publisher.current(id, shard: shard)).der)
            let url = ca.publication.crlURL(id, shard: shard)
            #expect(part.issuingDistributionPoint == IssuingDistributionPoint(uri: url))
            for entry in part.entries {
                #expect(Publication.shard(of: entry.serialNumber, of: 4) == shard)
                serials.append(entry.serialNumber)
            }
        }
        #expect(try Set(serials) == Set(ca.revokedSerials()) && serials.count == 20)
        #expect(ca.publisher.current(id, shard: 4) == nil)
    }
}
