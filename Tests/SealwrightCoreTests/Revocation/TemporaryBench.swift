// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("TEMPBENCH")
struct TemporaryBench {
    @Test(arguments: [KeyType.rsa2048, .rsa3072, .ecP256, .ecP384, .ecP521, .ed25519])
    func `artefacts`(type: KeyType) async throws {
        let dir = "/tmp/pkl-out/\(type.rawValue)"
        try FileManager.default.createDirectory(atPath: dir, withIntermediateDirectories: true)
        let ca = try CAFixture(
            clock: .atRealTime(), crl: CRLSettings(deltas: true, shards: 2),
            identities: ServiceIdentitySettings(serverKey: type, serverNames: ["ca.example.com", "192.0.2.1"]))
        try await ca.ceremony.initialize(HierarchyOptions(rootKey: type, issuingKey: type))
        var serials: [SerialNumber] = []
        for reason in CRLReason.allCases where reason != .removeFromCRL {
            let d = try await ca.issue("device-\(reason.name)")
            serials.append(d.serial)
            _ = try await ca.revocationService().revoke(d.serial, reason: reason, invalidityDate: ca.clock.now.adding(seconds: -100), actor: "x")
        }
        serials.append(try await ca.issue("good").serial)
        serials.append(.random())
        ca.clock.advance(by: 10)
        for c in ca.registry.all {
            try await ca.publisher.publish(c.id)
            try await ca.publisher.publish(c.id)
            func put(_ n: String, _ b: [UInt8]) throws { try Data(b).write(to: URL(fileURLWithPath: dir + "/" + n)) }
            try put("\(c.id).crt", c.certificate.encoded)
            try put("\(c.id).crl", #require(ca.publisher.current(c.id)).der)
            try put("\(c.id)-delta.crl", #require(ca.publisher.current(c.id, kind: .delta)).der)
            try put("\(c.id)-0.crl", #require(ca.publisher.current(c.id, shard: 0)).der)
            for p in ServiceIdentity.Purpose.allCases {
                if let i = ca.registry.identities(p, for: c.id).first { try put("\(c.id)-\(p.rawValue).crt", i.certificate.encoded) }
            }
        }
        let issuing = try ca.issuing
        let responder = OCSPResponder(store: ca.store, registry: ca.registry)
        for (n, s) in serials.enumerated() {
            let id = CertID.make(issuerName: issuing.certificate.subject, issuerKeyBits: issuing.certificate.subjectPublicKeyInfo.keyBits, serialNumber: s)
            let r = await responder.respond(to: OCSPRequest(certIDs: [id], nonce: OCSPNonce(SecureRandom.bytes(32))).derBytes, at: ca.clock.now, authority: nil)
            try Data(r.body).write(to: URL(fileURLWithPath: dir + "/\(n).ocsp"))
        }
    }

    @Test func `speed`() async throws {
        let ca = try await CAFixture.ready()
        let d = try await ca.issue("x")
        let issuing = try ca.issuing
        let responder = OCSPResponder(store: ca.store, registry: ca.registry)
        let id = CertID.make(issuerName: issuing.certificate.subject, issuerKeyBits: issuing.certificate.subjectPublicKeyInfo.keyBits, serialNumber: d.serial)
        let body = OCSPRequest(certIDs: [id]).derBytes
        func cpu() -> Double { var t = timespec(); clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return Double(t.tv_sec) + Double(t.tv_nsec) / 1e9 }
        let now = ca.clock.now
        var a = cpu()
        for _ in 0..<20_000 { _ = await responder.respond(to: body, at: now, authority: issuing.id) }
        var b = cpu()
        print("OCSP us each", (b - a) * 1e6 / 20_000)
        let key = try #require(ca.registry.identities(.ocspSigner, for: issuing.id).first).key
        a = cpu()
        for _ in 0..<20_000 { _ = try await key.sign(body, algorithm: .ecdsa(.sha256)) }
        b = cpu()
        print("sign us each", (b - a) * 1e6 / 20_000)
        a = cpu()
        for _ in 0..<20_000 { _ = try await ca.store.status(authority: issuing.id, serial: d.serial) }
        b = cpu()
        print("status us each", (b - a) * 1e6 / 20_000)
        a = cpu()
        for _ in 0..<20_000 { _ = try OCSPRequest(parsing: body) }
        b = cpu()
        print("parse us each", (b - a) * 1e6 / 20_000)
    }
}
