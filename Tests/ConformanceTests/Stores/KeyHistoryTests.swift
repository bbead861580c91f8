// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("Store contract: what is known of a key")
struct KeyHistoryTests {
    private let later = Sample.now.adding(seconds: 1)

    @Test(arguments: StoreKind.allCases)
    func `a key is compromised once a certificate of it was revoked for that`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (first, second) = (Sample.credential(1), Sample.credential(2))
            for credential in [first, second] { try await store.save(credential, event: Sample.event()) }
            #expect(try await !store.isCompromised(keyDigest: first.keyDigest))
            _ = try await store.revoke(
                serial: first.serial, Sample.revocation(.certificateHold), event: Sample.event())
            _ = try await store.revoke(serial: second.serial, Sample.revocation(.superseded), event: Sample.event())
            for credential in [first, second] {
                #expect(try await !store.isCompromised(keyDigest: credential.keyDigest))
            }
            // A hold that becomes final counts too.
            _ = try await store.revoke(serial: first.serial, Sample.revocation(), event: Sample.event())
            #expect(try await store.isCompromised(keyDigest: first.keyDigest))
            #expect(try await !store.isCompromised(keyDigest: second.keyDigest))
        }
    }

    @Test(arguments: StoreKind.allCases, [false, true])
    func `another subject is told while its certificate is good or on hold`(
        kind: StoreKind, isPrepared: Bool
    ) async throws {
        try await kind.withStore { store in
            if isPrepared { for _ in 0..<2 { try await store.prepareKeyLookup() } }
            let credential = Sample.credential(1)
            let (key, subject) = (credential.keyDigest, credential.subject)
            try await store.save(credential, event: Sample.event())
            func other(_ subject: String, _ key: [UInt8], at now: Timestamp) async throws -> String? {
                try await store.otherSubject(keyDigest: key, than: subject, at: now)
            }
            #expect(try await other(subject, key, at: later) == nil)
            #expect(try await other("CN=other", key, at: later) == subject)
            #expect(try await other("CN=other", Sample.credential(2).keyDigest, at: later) == nil)
            #expect(try await other("CN=other", key, at: credential.notAfter.adding(seconds: 1)) == nil)
            _ = try await store.revoke(
                serial: credential.serial, Sample.revocation(.certificateHold), event: Sample.event())
            #expect(try await other("CN=other", key, at: later) == subject)
            _ = try await store.revoke(
                serial: credential.serial, Sample.revocation(.superseded), event: Sample.event())
            #expect(try await other("CN=other", key, at: later) == nil)
        }
    }
}
