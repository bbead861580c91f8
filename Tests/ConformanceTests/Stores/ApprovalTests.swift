// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Store contract: enrolments that wait for a person")
struct ApprovalTests {
    @Test(arguments: StoreKind.allCases)
    func `a waiting enrolment is approved once`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let waiting = Sample.enrollment(1, serial: nil, successor: AuthorityID(rawValue: "issuing-2"))
            let taken = try await store.recordPending(waiting, consuming: nil, limit: 9, event: Sample.event())
            #expect(taken == .recorded)
            #expect(try await store.enrollments(in: .pending, limit: 5) == [waiting])
            let later = Sample.now.adding(seconds: 60)
            let decision = try await store.decide(
                waiting.id, approve: true, by: "operator:anna", reason: nil, event: Sample.event(at: later))
            guard case .decided(let approved) = decision else { return #expect(Bool(false), "\(decision)") }
            #expect(approved.state == .approved)
            #expect(approved.decidedBy == "operator:anna")
            #expect(approved.updatedAt == later)
            #expect(try await store.enrollment(waiting.id) == approved)
            let again = try await store.decide(
                waiting.id, approve: false, by: "operator:ben", reason: "late", event: Sample.event())
            #expect(again == .alreadyDecided(approved))
            #expect(try await store.enrollments(in: .approved, limit: 5) == [approved])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a denial keeps its reason, and an unknown enrolment is not found`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let waiting = Sample.enrollment(1, serial: nil)
            _ = try await store.recordPending(waiting, consuming: nil, limit: 9, event: Sample.event())
            _ = try await store.decide(waiting.id, approve: false, by: "me", reason: "unknown", event: Sample.event())
            let denied = try #require(try await store.enrollment(waiting.id))
            #expect(denied.state == .denied)
            #expect(denied.reason == "unknown")
            let none = EnrollmentID(rawValue: "en_none")
            let decision = try await store.decide(none, approve: true, by: "me", reason: nil, event: Sample.event())
            #expect(decision == .notFound)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `an approved enrolment becomes the one that is signed`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let waiting = Sample.enrollment(1, serial: nil)
            _ = try await store.recordPending(waiting, consuming: nil, limit: 9, event: Sample.event())
            _ = try await store.decide(waiting.id, approve: true, by: "me", reason: nil, event: Sample.event())
            var planned = try #require(try await store.enrollment(waiting.id))
            planned.state = .issuing
            planned.plan = Sample.plan(serial: 7)
            let outcome = try await store.recordPlan(
                planned, consuming: nil, replayWindow: 86_400, event: Sample.event())
            #expect(outcome == .recorded)
            #expect(try await store.enrollment(waiting.id) == planned)
            #expect(try await store.enrollments(in: .approved, limit: 5).isEmpty)
            #expect(try await store.enrollments(in: .issuing, limit: 5) == [planned])
            let credential = Sample.credential(1, of: planned)
            try await store.recordCertificate(credential, device: nil, event: Sample.event())
            #expect(try await store.enrollment(waiting.id)?.credential == credential.id)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the same waiting request again is a duplicate, however old`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let waiting = Sample.enrollment(1, serial: nil)
            _ = try await store.recordPending(waiting, consuming: nil, limit: 9, event: Sample.event())
            let week = Sample.now.adding(seconds: 7 * 86_400)
            let again = Sample.enrollment(1, id: 2, serial: nil, at: week)
            let outcome = try await store.recordPending(again, consuming: nil, limit: 9, event: Sample.event(at: week))
            #expect(outcome == .duplicate(waiting, nil))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a waiting enrolment spends its challenge`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let challenge = Sample.challenge(1)
            try await store.save(challenge, event: Sample.event())
            let first = Sample.enrollment(1, serial: nil)
            let second = Sample.enrollment(2, serial: nil)
            func wait(_ enrollment: Enrollment) async throws -> PlanOutcome {
                try await store.recordPending(enrollment, consuming: challenge.id, limit: 9, event: Sample.event())
            }
            #expect(try await wait(first) == .recorded)
            #expect(try await wait(second) == .challengeAlreadyUsed)
            #expect(try await store.enrollment(second.id) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `so many wait at an endpoint and no more, and a challenge is not spent for nothing`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let challenge = Sample.challenge(1)
            try await store.save(challenge, event: Sample.event())
            func wait(_ number: Int, id: Int? = nil, _ challenge: ChallengeID? = nil) async throws -> PlanOutcome {
                let waiting = Sample.enrollment(number, id: id, serial: nil)
                return try await store.recordPending(waiting, consuming: challenge, limit: 2, event: Sample.event())
            }
            for number in 1...2 { #expect(try await wait(number) == .recorded) }
            #expect(try await wait(3, challenge.id) == .tooManyWaiting)
            for limit in [0, 1, 2, 9] {
                #expect(try await store.waitingCount(at: .default, upTo: limit) == min(limit, 2))
            }
            #expect(try await store.waitingCount(at: EndpointID(rawValue: "apple"), upTo: 9) == 0)
            #expect(try await store.challenges(usableAt: Sample.now, after: nil, limit: 9).items.first?.used == 0)
            // The same request again needs no place.
            #expect(try await wait(2, id: 4) == .duplicate(Sample.enrollment(2, serial: nil), nil))
            let first = Sample.enrollment(1, serial: nil).id
            _ = try await store.decide(first, approve: false, by: "me", reason: nil, event: Sample.event())
            #expect(try await wait(3, challenge.id) == .recorded)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a waiting enrolment lapses, a decided one does not`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (first, second) = (Sample.enrollment(1, serial: nil), Sample.enrollment(2, serial: nil))
            for waiting in [first, second] {
                _ = try await store.recordPending(waiting, consuming: nil, limit: 9, event: Sample.event())
            }
            _ = try await store.decide(second.id, approve: true, by: "me", reason: nil, event: Sample.event())
            let later = Sample.event("enrollment.lapsed", at: Sample.now.adding(seconds: 60))
            #expect(try await store.recordLapse(first.id, reason: "test.late", event: later))
            #expect(try await !store.recordLapse(second.id, reason: "test.late", event: later))
            let lapsed = try #require(try await store.enrollment(first.id))
            #expect(lapsed.state == .failed && lapsed.reason == "test.late" && lapsed.updatedAt == later.at)
            #expect(try await store.enrollment(second.id)?.state == .approved)
            #expect(try await store.enrollments(in: .pending, limit: 9).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `enrolments of a transaction and key come newest first, no more than asked for`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...3 {
                let enrollment = Sample.enrollment(number, transaction: 9, requestKey: 5, serial: number)
                _ = try await store.recordPlan(
                    enrollment, consuming: nil, replayWindow: 86_400, event: Sample.event())
            }
            let transaction = Sample.octets(9, 20)
            let found = try await store.enrollments(
                endpoint: .default, transactionID: transaction, keyDigest: Sample.octets(5), limit: 9)
            #expect(found.map(\.id.rawValue) == ["en_3", "en_2", "en_1"])
            let few = try await store.enrollments(
                endpoint: .default, transactionID: transaction, keyDigest: Sample.octets(5), limit: 2)
            #expect(few.map(\.id.rawValue) == ["en_3", "en_2"])
            for (endpoint, transaction, key) in [
                (.default, transaction, 6), (EndpointID(rawValue: "apple"), transaction, 5), (.default, [], 5),
            ] as [(EndpointID, [UInt8], Int)] {
                let none = try await store.enrollments(
                    endpoint: endpoint, transactionID: transaction, keyDigest: Sample.octets(key), limit: 9)
                #expect(none.isEmpty)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a request is found among any number of its transaction and key, and by its subject`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let first = Sample.enrollment(1, transaction: 9, requestKey: 5, serial: nil)
            for number in 1...150 {
                let enrollment = Sample.enrollment(number, transaction: 9, requestKey: 5, serial: nil)
                _ = try await store.recordPending(enrollment, consuming: nil, limit: 999, event: Sample.event())
            }
            let again = Sample.enrollment(1, id: 999, transaction: 9, requestKey: 5, serial: nil)
            let repeated = try await store.recordPending(again, consuming: nil, limit: 999, event: Sample.event())
            #expect(repeated == .duplicate(first, nil))
            #expect(try await store.enrollment(first.key) == first)
            #expect(try await store.enrollment(Sample.key(1, transaction: 9, signer: 1)) == nil)
            #expect(try await store.enrollment(Sample.key(1)) == nil)

            func found(_ subject: String, key: Int = 5, in state: Enrollment.State? = nil) async throws -> String? {
                try await store.enrollment(
                    endpoint: .default, transactionID: Sample.octets(9, 20), keyDigest: Sample.octets(key),
                    subject: subject, in: state)?.id.rawValue
            }
            #expect(try await found("CN=pc-1") == "en_1")
            #expect(try await found("CN=pc-1", in: .pending) == "en_1")
            #expect(try await found("CN=pc-1", in: .denied) == nil)
            #expect(try await found("CN=pc-1", key: 6) == nil)
            #expect(try await found("CN=pc-151") == nil)
            _ = try await store.decide(first.id, approve: false, by: "me", reason: nil, event: Sample.event())
            #expect(try await found("CN=pc-1", in: .pending) == nil)
            #expect(try await found("CN=pc-1", in: .denied) == "en_1")
            let waiting = try await store.recordPending(again, consuming: nil, limit: 999, event: Sample.event())
            #expect(waiting == .recorded)
            #expect(try await store.enrollment(first.key)?.id.rawValue == "en_999", "the newest")
            #expect(try await found("CN=pc-1") == "en_999")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a transactionID is in use while another key's enrolment waits under it`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            func isInUse(by other: Int, at endpoint: EndpointID = .default) async throws -> Bool {
                try await store.isInUse(Sample.octets(9, 20), at: endpoint, byOtherThan: Sample.octets(other))
            }
            #expect(try await !isInUse(by: 6))
            let waiting = Sample.enrollment(1, transaction: 9, requestKey: 5, serial: nil)
            _ = try await store.recordPending(waiting, consuming: nil, limit: 9, event: Sample.event())
            #expect(try await isInUse(by: 6))
            #expect(try await !isInUse(by: 5))
            #expect(try await !isInUse(by: 6, at: EndpointID(rawValue: "apple")))
            _ = try await store.decide(waiting.id, approve: false, by: "me", reason: nil, event: Sample.event())
            #expect(try await !isInUse(by: 6))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `waiting enrolments come oldest first and no more than asked for`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...5 {
                _ = try await store.recordPending(
                    Sample.enrollment(number, serial: nil), consuming: nil, limit: 9, event: Sample.event())
            }
            let found = try await store.enrollments(in: .pending, limit: 3)
            #expect(found.map(\.id.rawValue) == ["en_1", "en_2", "en_3"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a walk over waiting enrolments meets each once, whatever is decided or comes meanwhile`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            func wait(_ number: Int) async throws {
                _ = try await store.recordPending(
                    Sample.enrollment(number, serial: nil), consuming: nil, limit: 9, event: Sample.event())
            }
            for number in 1...4 { try await wait(number) }
            let first = try await store.enrollments(in: .pending, after: nil, limit: 2)
            #expect(first.map(\.id.rawValue) == ["en_1", "en_2"])
            let last = try #require(first.last)
            _ = try await store.decide(last.id, approve: false, by: "a", reason: nil, event: Sample.event())
            try await wait(5)
            let rest = try await store.enrollments(in: .pending, after: last.id, limit: 9)
            #expect(rest.map(\.id.rawValue) == ["en_3", "en_4", "en_5"])
            #expect(try await store.enrollments(in: .denied, after: last.id, limit: 9).isEmpty)
            let nobody = EnrollmentID(rawValue: "en_x")
            #expect(try await store.enrollments(in: .pending, after: nobody, limit: 9).isEmpty)
        }
    }
}
