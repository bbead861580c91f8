// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("Store contract: enrolments")
struct EnrollmentStoreTests {
    private let day: Int64 = 86_400

    private func plan(
        _ store: any Store, _ enrollment: Enrollment, consuming challenge: ChallengeID? = nil, at now: Timestamp? = nil
    ) async throws -> PlanOutcome {
        let event = Sample.event("enrollment.planned", of: enrollment.id.rawValue, at: now ?? Sample.now)
        return try await store.recordPlan(enrollment, consuming: challenge, replayWindow: day, event: event)
    }

    @Test(arguments: StoreKind.allCases)
    func `a plan is kept with everything in it`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let enrollment = Sample.enrollment(1, serial: 7)
            let outcome = try await plan(store, enrollment)
            #expect(outcome == .recorded)
            #expect(try await store.enrollment(enrollment.id) == enrollment)
            #expect(try await store.enrollments(in: .issuing, limit: 10) == [enrollment])
            #expect(try await store.enrollment(EnrollmentID(rawValue: "en_none")) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a certificate ends its enrolment and makes its device`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let enrollment = Sample.enrollment(1, serial: 7)
            _ = try await plan(store, enrollment)
            let credential = Sample.credential(1, of: enrollment, device: 1)
            try await store.recordCertificate(credential, device: Sample.device(1), event: Sample.event())
            let after = try #require(try await store.enrollment(enrollment.id))
            #expect(after.state == .issued)
            #expect(after.credential == credential.id)
            #expect(try await store.credential(credential.id) == credential)
            #expect(try await store.device(Sample.device(1).id) == Sample.device(1))
            #expect(try await store.enrollments(in: .issuing, limit: 10).isEmpty)
            #expect(try await store.enrollments(in: .issued, limit: 10).map(\.id) == [enrollment.id])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a renewal marks the old certificate as superseded`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.save(Sample.credential(1), event: Sample.event())
            let enrollment = Sample.enrollment(2, serial: 2)
            _ = try await plan(store, enrollment)
            let renewal = Sample.credential(2, of: enrollment, renewing: 1)
            try await store.recordCertificate(renewal, device: nil, event: Sample.event())
            let old = try #require(try await store.credential(CredentialID(rawValue: "cr_1")))
            #expect(old.renewedTo == renewal.id)
            #expect(old.status(at: Sample.now) == .superseded)
        }
    }

    // MARK: The same request again

    @Test(arguments: StoreKind.allCases)
    func `the same request while it is signed is a duplicate without a certificate`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let first = Sample.enrollment(1, serial: 7)
            _ = try await plan(store, first)
            #expect(try await plan(store, Sample.enrollment(1, id: 2, serial: 8)) == .duplicate(first, nil))
            #expect(try await store.enrollment(EnrollmentID(rawValue: "en_2")) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the same request after issuance is answered with the same certificate`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let credential = try await store.issue(1)
            guard case .duplicate(let known, let found) = try await plan(store, Sample.enrollment(1, id: 2, serial: 8))
            else { return #expect(Bool(false), "not a duplicate") }
            #expect(known.id.rawValue == "en_1")
            #expect(found == credential)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a request is new after the replay window`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.issue(1)
            let atTheEnd = Sample.now.adding(seconds: day)
            let late = Sample.enrollment(1, id: 2, serial: 8, at: atTheEnd)
            guard case .duplicate = try await plan(store, late, at: atTheEnd) else {
                return #expect(Bool(false), "still inside the window")
            }
            let after = Sample.now.adding(seconds: day + 1)
            #expect(try await plan(store, Sample.enrollment(1, id: 3, serial: 9, at: after), at: after) == .recorded)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a request is new when its certificate is revoked or renewed`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let revoked = try await store.issue(1)
            _ = try await store.revoke(serial: revoked.serial, Sample.revocation(), event: Sample.event())
            #expect(try await plan(store, Sample.enrollment(1, id: 11, serial: 11)) == .recorded)

            try await store.issue(2)
            let renewal = Sample.enrollment(3, serial: 3)
            _ = try await plan(store, renewal)
            try await store.recordCertificate(
                Sample.credential(3, of: renewal, renewing: 2), device: nil, event: Sample.event())
            #expect(try await plan(store, Sample.enrollment(2, id: 12, serial: 12)) == .recorded)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a request that failed may be made again`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let enrollment = Sample.enrollment(1, serial: 7)
            _ = try await plan(store, enrollment)
            try await store.recordFailure(enrollment.id, reason: "signing-failed", event: Sample.event())
            let failed = try #require(try await store.enrollment(enrollment.id))
            #expect(failed.state == .failed)
            #expect(failed.reason == "signing-failed")
            #expect(try await store.enrollments(in: .failed, limit: 5).map(\.id) == [enrollment.id])
            #expect(try await plan(store, Sample.enrollment(1, id: 2, serial: 8)) == .recorded)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `another digest, type or signer makes another request`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.issue(1)
            let other = Sample.enrollment(2, transaction: 1, serial: 2)
            #expect(try await plan(store, other) == .recorded)
            let renewal = Sample.enrollment(1, id: 3, serial: 3).with(
                IdempotencyKey(
                    endpoint: .default, messageType: "17", transactionID: other.key.transactionID,
                    requestDigest: Sample.octets(1), signerDigest: Sample.octets(9)))
            #expect(try await plan(store, renewal) == .recorded)
        }
    }

    // MARK: Refusals

    @Test(arguments: StoreKind.allCases)
    func `a serial is given once, to a plan or a certificate`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            #expect(try await plan(store, Sample.enrollment(1, serial: 7)) == .recorded)
            #expect(try await plan(store, Sample.enrollment(2, serial: 7)) == .serialTaken)
            try await store.save(Sample.credential(8), event: Sample.event())
            #expect(try await plan(store, Sample.enrollment(3, serial: 8)) == .serialTaken)
            let padded = SerialNumber(octets: [0] + Sample.serial(7).octets)
            #expect(padded == Sample.serial(7))
            #expect(try await store.credential(serial: SerialNumber(octets: [0] + Sample.serial(8).octets)) != nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a taken serial spends no challenge`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let challenge = Sample.challenge(1)
            try await store.save(challenge, event: Sample.event())
            _ = try await plan(store, Sample.enrollment(1, serial: 7))
            #expect(try await plan(store, Sample.enrollment(2, serial: 7), consuming: challenge.id) == .serialTaken)
            #expect(try await plan(store, Sample.enrollment(2, serial: 8), consuming: challenge.id) == .recorded)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a challenge is refused when unknown, spent or late`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let none = ChallengeID(rawValue: "ch_none")
            #expect(try await plan(store, Sample.enrollment(1, serial: 1), consuming: none) == .challengeUnknown)
            let once = Sample.challenge(1)
            try await store.save(once, event: Sample.event())
            #expect(try await plan(store, Sample.enrollment(1, serial: 1), consuming: once.id) == .recorded)
            #expect(try await plan(store, Sample.enrollment(2, serial: 2), consuming: once.id) == .challengeAlreadyUsed)
            let brief = Sample.challenge(2, expiresIn: 10)
            try await store.save(brief, event: Sample.event())
            let late = Sample.now.adding(seconds: 11)
            let request = Sample.enrollment(3, serial: 3, at: late)
            #expect(try await plan(store, request, consuming: brief.id, at: late) == .challengeExpired)
            let inTime = Sample.now.adding(seconds: 10)
            let same = Sample.enrollment(3, serial: 3, at: inTime)
            #expect(try await plan(store, same, consuming: brief.id, at: inTime) == .recorded)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a challenge with several uses, or without limit, counts them`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let twice = Sample.challenge(1, uses: 2)
            let always = Sample.challenge(2, uses: nil)
            try await store.save(twice, event: Sample.event())
            try await store.save(always, event: Sample.event())
            for number in 1...3 {
                let outcome = try await plan(store, Sample.enrollment(number, serial: number), consuming: twice.id)
                #expect(outcome == (number < 3 ? .recorded : .challengeAlreadyUsed))
                let other = Sample.enrollment(10 + number, serial: 10 + number)
                #expect(try await plan(store, other, consuming: always.id) == .recorded)
            }
            #expect(try await store.challenge(endpoint: .default, digest: twice.digest)?.used == 2)
            #expect(try await store.challenge(endpoint: .default, digest: always.digest)?.used == 3)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a transactionID of a waiting request is not for another key`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let waiting = Sample.enrollment(1, serial: nil)
            let taken = try await store.recordPending(waiting, consuming: nil, limit: 9, event: Sample.event())
            #expect(taken == .recorded)
            let intruder = Sample.enrollment(2, transaction: 1, serial: 2)
            #expect(try await plan(store, intruder) == .transactionIDInUse)
            let sameKey = Sample.enrollment(3, transaction: 1, requestKey: 1, serial: 3)
            #expect(try await plan(store, sameKey) == .recorded)
            _ = try await store.decide(waiting.id, approve: false, by: "me", reason: nil, event: Sample.event())
            #expect(try await plan(store, intruder) == .recorded)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a name that a caller gave an order is no other order's while that one is repeated`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            func order(_ number: Int, content: UInt8, at moment: Timestamp = Sample.now) -> Enrollment {
                let key = IdempotencyKey(
                    endpoint: .api, messageType: "issue", transactionID: Array("order-1".utf8),
                    requestDigest: [content], signerDigest: nil)
                return Sample.enrollment(number, requestKey: 1, serial: number, at: moment).with(key)
            }
            let first = order(1, content: 1)
            #expect(try await plan(store, first) == .recorded)
            #expect(try await plan(store, order(2, content: 2)) == .transactionIDInUse)
            let issued = Sample.credential(1, of: first)
            try await store.recordCertificate(issued, device: nil, event: Sample.event())
            #expect(try await plan(store, order(2, content: 2)) == .transactionIDInUse)
            let revocation = Revocation(at: Sample.now, reason: .superseded)
            _ = try await store.revoke(serial: issued.serial, revocation, event: Sample.event())
            guard case .duplicate(_, let again?) = try await plan(store, order(3, content: 1)) else {
                Issue.record("what was revoked was ordered anew")
                return
            }
            #expect(again.serial == issued.serial)
            let later = Sample.now.adding(seconds: 86_401)
            #expect(try await plan(store, order(4, content: 2, at: later), at: later) == .recorded)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `of 100 racers on one challenge one is recorded`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let challenge = Sample.challenge(1)
            try await store.save(challenge, event: Sample.event())
            let outcomes = try await withThrowingTaskGroup(of: PlanOutcome.self) { group in
                for number in 1...100 {
                    group.addTask {
                        try await plan(store, Sample.enrollment(number, serial: number), consuming: challenge.id)
                    }
                }
                return try await group.reduce(into: [PlanOutcome]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .recorded } == 1)
            #expect(outcomes.count { $0 == .challengeAlreadyUsed } == 99)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `one request posted 100 times in parallel is recorded once`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let outcomes = try await withThrowingTaskGroup(of: PlanOutcome.self) { group in
                for number in 1...100 {
                    group.addTask { try await plan(store, Sample.enrollment(1, id: number, serial: number)) }
                }
                return try await group.reduce(into: [PlanOutcome]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .recorded } == 1)
            #expect(try await store.enrollments(in: .issuing, limit: 200).count == 1)
        }
    }
}

extension Enrollment {
    /// The same enrolment under another key.
    fileprivate func with(_ key: IdempotencyKey) -> Enrollment {
        Enrollment(
            id: id, key: key, state: state, certificationRequest: certificationRequest, keyDigest: keyDigest,
            signerKeyDigest: signerKeyDigest, subject: subject, profile: profile, via: via, renewedFrom: renewedFrom,
            device: device, createdAt: createdAt, updatedAt: updatedAt, plan: plan)
    }
}
