// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Store contract: challenges")
struct ChallengeStoreTests {
    @Test(arguments: StoreKind.allCases)
    func `a challenge is found by endpoint and digest`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let challenge = Sample.challenge(1)
            try await store.save(challenge, event: Sample.event())
            #expect(try await store.challenge(endpoint: .default, digest: challenge.digest) == challenge)
            let apple = EndpointID(rawValue: "apple")
            #expect(try await store.challenge(endpoint: apple, digest: challenge.digest) == nil)
            #expect(try await store.challenge(endpoint: .default, digest: Sample.octets(2)) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a challenge with nothing bound to it is kept so`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let challenge = Challenge(
                id: ChallengeID(rawValue: "ch_1"), digest: Sample.octets(1), endpoint: .default,
                subjectAlternativeNames: [], createdAt: Sample.now, createdBy: "api", expiresAt: Sample.now)
            try await store.save(challenge, event: Sample.event())
            #expect(try await store.challenge(endpoint: .default, digest: challenge.digest) == challenge)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `usable challenges come newest first`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...5 {
                let seconds: Int64 = number == 2 ? -1 : 100
                try await store.save(Sample.challenge(number, expiresIn: seconds), event: Sample.event())
            }
            let spent = Sample.challenge(4)
            _ = try await store.recordPlan(
                Sample.enrollment(1, serial: 1), consuming: spent.id, replayWindow: 86_400, event: Sample.event())
            let usable = try await store.challenges(usableAt: Sample.now, after: nil, limit: 10)
            #expect(usable.items.map(\.id.rawValue) == ["ch_5", "ch_3", "ch_1"])
            #expect(usable.next == nil)
            let later = Sample.now.adding(seconds: 101)
            #expect(try await store.challenges(usableAt: later, after: nil, limit: 10).items.isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `usable challenges come in pages, each once, also with new ones between`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...7 {
                let seconds: Int64 = number == 4 ? -1 : 100
                try await store.save(Sample.challenge(number, expiresIn: seconds), event: Sample.event())
            }
            let first = try await store.challenges(usableAt: Sample.now, after: nil, limit: 2)
            #expect(first.items.map(\.id.rawValue) == ["ch_7", "ch_6"])
            try await store.save(Sample.challenge(8), event: Sample.event())
            let second = try await store.challenges(usableAt: Sample.now, after: first.next, limit: 2)
            #expect(second.items.map(\.id.rawValue) == ["ch_5", "ch_3"])
            let third = try await store.challenges(usableAt: Sample.now, after: second.next, limit: 2)
            #expect(third.items.map(\.id.rawValue) == ["ch_2", "ch_1"])
            #expect(third.next == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a removed challenge is gone, once`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let challenge = Sample.challenge(1)
            try await store.save(challenge, event: Sample.event())
            #expect(try await store.removeChallenge(challenge.id, event: Sample.event("challenge.removed")))
            #expect(try await !store.removeChallenge(challenge.id, event: Sample.event("challenge.removed")))
            #expect(try await store.challenge(endpoint: .default, digest: challenge.digest) == nil)
            #expect(
                try await store.auditRecords(after: 0, limit: 9).map(\.event.action) == [
                    "test.done", "challenge.removed",
                ])
        }
    }
}
