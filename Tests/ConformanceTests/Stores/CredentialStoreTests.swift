// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("Store contract: credentials and revocation")
struct CredentialStoreTests {
    @Test(arguments: StoreKind.allCases)
    func `a credential is found by its fingerprint, of either digest`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...3 { try await store.save(Sample.credential(number), event: Sample.event()) }
            let wanted = Sample.credential(2)
            #expect(try await store.credential(fingerprint: wanted.fingerprint) == wanted)
            let old = DigestAlgorithm.sha1.hash(wanted.certificate)
            #expect(try await store.credential(fingerprint: old) == wanted)
            #expect(try await store.credential(fingerprint: Array(repeating: 0, count: 20)) == nil)
            #expect(try await store.credential(fingerprint: Array(repeating: 0, count: 32)) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a credential is found by identifier, serial and issuer`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let credential = Sample.credential(1, device: 1)
            try await store.save(credential, event: Sample.event())
            #expect(try await store.credential(credential.id) == credential)
            #expect(try await store.credential(serial: credential.serial) == credential)
            #expect(try await store.credential(authority: Sample.issuing, serial: credential.serial) == credential)
            let other = AuthorityID(rawValue: "root")
            #expect(try await store.credential(authority: other, serial: credential.serial) == nil)
            #expect(try await store.credential(serial: Sample.serial(2)) == nil)
            #expect(try await store.credential(CredentialID(rawValue: "cr_2")) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the status is what OCSP needs`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let credential = Sample.credential(1, owner: .own)
            try await store.save(credential, event: Sample.event())
            let good = try #require(try await store.status(authority: Sample.issuing, serial: credential.serial))
            #expect(good.credential == credential.id)
            #expect(good.owner == .own)
            #expect(good.notAfter == credential.notAfter)
            #expect(good.revocation == nil)
            _ = try await store.revoke(serial: credential.serial, Sample.revocation(), event: Sample.event())
            let revoked = try await store.status(authority: Sample.issuing, serial: credential.serial)
            #expect(revoked?.revocation == Sample.revocation())
            let other = AuthorityID(rawValue: "root")
            #expect(try await store.status(authority: other, serial: credential.serial) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a revocation is final, a hold can become final or be released`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let credential = Sample.credential(1)
            try await store.save(credential, event: Sample.event())
            var held = credential
            held.revocation = Sample.revocation(.certificateHold)
            let hold = try await store.revoke(
                serial: credential.serial, Sample.revocation(.certificateHold), event: Sample.event())
            #expect(hold == .done(held))
            let again = try await store.revoke(
                serial: credential.serial, Sample.revocation(.certificateHold), event: Sample.event())
            #expect(again == .conflict(held))
            var release = try await store.release(serial: credential.serial, at: Sample.now, event: Sample.event())
            #expect(release == .done(credential))
            release = try await store.release(serial: credential.serial, at: Sample.now, event: Sample.event())
            #expect(release == .conflict(credential))
            _ = try await store.revoke(
                serial: credential.serial, Sample.revocation(.certificateHold), event: Sample.event())
            var revoked = credential
            revoked.revocation = Sample.revocation(.superseded)
            let final = try await store.revoke(
                serial: credential.serial, Sample.revocation(.superseded), event: Sample.event())
            #expect(final == .done(revoked))
            release = try await store.release(serial: credential.serial, at: Sample.now, event: Sample.event())
            #expect(release == .conflict(revoked))
            #expect(try await store.credential(credential.id) == revoked)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `an unknown serial is neither revoked nor released`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let serial = Sample.serial(1)
            let revocation = try await store.revoke(serial: serial, Sample.revocation(), event: Sample.event())
            #expect(revocation == .notFound)
            let release = try await store.release(serial: serial, at: Sample.now, event: Sample.event())
            #expect(release == .notFound)
            #expect(try await store.auditRecords(after: 0, limit: 5).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the generation grows with each revocation and release only`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let serial = Sample.serial(1)
            let start = try await store.revocationGeneration()
            try await store.save(Sample.credential(1), event: Sample.event())
            #expect(try await store.revocationGeneration() == start)
            _ = try await store.revoke(serial: serial, Sample.revocation(.certificateHold), event: Sample.event())
            let revoked = try await store.revocationGeneration()
            #expect(revoked > start)
            _ = try await store.release(serial: serial, at: Sample.now, event: Sample.event())
            #expect(try await store.revocationGeneration() > revoked)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a CRL gets the revoked certificates of its authority, by serial`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...20 {
                let authority = number.isMultiple(of: 5) ? AuthorityID(rawValue: "other") : Sample.issuing
                let credential = Sample.credential(number, authority: authority, endsIn: number == 3 ? 10 : Sample.year)
                try await store.save(credential, event: Sample.event())
                guard number <= 12 else { continue }
                _ = try await store.revoke(serial: credential.serial, Sample.revocation(), event: Sample.event())
            }
            let after = Sample.now.adding(seconds: 11)
            let found = try await store.revokedCertificates(authority: Sample.issuing, endingAfter: after)
            let expected = [1, 2, 4, 6, 7, 8, 9, 11, 12].map(Sample.serial).sorted()
            #expect(found.map(\.serial) == expected)
            #expect(found.allSatisfy { $0.revocation == Sample.revocation() })
            let atEnd = Sample.now.adding(seconds: 10)
            #expect(try await store.revokedCertificates(authority: Sample.issuing, endingAfter: atEnd).count == 10)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `serials of other lengths are ordered by value`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let serials = [[0x01, 0x00], [0x7F], [0x00, 0x80], [0x02]].map { SerialNumber(octets: $0) }
            for (number, serial) in serials.enumerated() {
                let plan = PlannedCertificate(
                    authority: Sample.issuing, serial: serial, tbsCertificate: [], notBefore: Sample.now,
                    notAfter: Sample.now)
                var enrollment = Sample.enrollment(number, serial: number)
                enrollment.plan = plan
                try await store.save(Sample.credential(number, of: enrollment), event: Sample.event())
                _ = try await store.revoke(serial: serial, Sample.revocation(), event: Sample.event())
            }
            let found = try await store.revokedCertificates(authority: Sample.issuing, endingAfter: Sample.now)
            #expect(found.map(\.serial) == serials.sorted())
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `releases are told from a moment on`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...3 {
                try await store.save(Sample.credential(number), event: Sample.event())
                _ = try await store.revoke(
                    serial: Sample.serial(number), Sample.revocation(.certificateHold), event: Sample.event())
                let at = Sample.now.adding(seconds: Int64(number))
                _ = try await store.release(serial: Sample.serial(number), at: at, event: Sample.event())
            }
            let since = Sample.now.adding(seconds: 2)
            let found = try await store.endedHolds(authority: Sample.issuing, since: since)
            #expect(found == [Sample.serial(2), Sample.serial(3)])
            let other = AuthorityID(rawValue: "other")
            #expect(try await store.endedHolds(authority: other, since: since).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a hold that becomes final keeps its date, and its end is told`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let serial = Sample.serial(1)
            var credential = Sample.credential(1)
            try await store.save(credential, event: Sample.event())
            let hold = Sample.revocation(.certificateHold)
            _ = try await store.revoke(serial: serial, hold, event: Sample.event())
            let later = hold.at.adding(seconds: 3600)
            let outcome = try await store.revoke(
                serial: serial, Revocation(at: later, reason: .superseded), event: Sample.event())
            credential.revocation = Revocation(at: hold.at, reason: .superseded)
            #expect(outcome == .done(credential))
            #expect(try await store.endedHolds(authority: Sample.issuing, since: later) == [serial])
            let after = later.adding(seconds: 1)
            #expect(try await store.endedHolds(authority: Sample.issuing, since: after).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `certificates of devices are counted`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            #expect(try await store.credentialCount() == 0)
            for number in 1...7 {
                let owner: Credential.Owner = number < 3 ? .own : .device
                try await store.save(Sample.credential(number, owner: owner), event: Sample.event())
            }
            #expect(try await store.credentialCount() == 5)
        }
    }
}
