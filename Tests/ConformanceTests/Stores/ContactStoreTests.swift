// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("Store contract: contacts with devices")
struct ContactStoreTests {
    @Test(arguments: StoreKind.allCases)
    func `the last contact takes the place of the one before, and the device was seen`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.issue(1)
            #expect(try await store.contact(of: Sample.device(id: 1)) == nil)
            try await store.record(Sample.contact(at: 50), messages: [])
            let plain = ManagementContact(
                device: Sample.device(id: 1), managementProtocol: "other", lastContactAt: Sample.now, facts: [],
                wireForm: .xml)
            #expect(try await store.contact(of: Sample.device(id: 1)) == Sample.contact(at: 50))
            try await store.record(plain, messages: [])
            #expect(try await store.contact(of: Sample.device(id: 1)) == plain)
            // A contact that is told late does not make the device older.
            #expect(try await store.device(Sample.device(id: 1))?.lastSeenAt == Sample.now.adding(seconds: 50))
            #expect(try await store.managedDeviceCount(via: "scep:default", now: Sample.now) == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `messages come back oldest first, of all sessions or of one`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.record(
                Sample.contact(), messages: [Sample.message(1), Sample.message(1, .sent), Sample.message(2)])
            try await store.record(
                Sample.contact(), messages: [Sample.message(3, session: "s_2"), Sample.message(4, session: "s_2")])
            try await store.record(Sample.contact(device: 2), messages: [Sample.message(9, device: 2)])
            let all = try await store.messages(of: Sample.device(id: 1), session: nil, limit: 99)
            #expect(all.map(\.messageID) == ["1", "1", "2", "3", "4"])
            #expect(all.map(\.number) == [1, 2, 3, 4, 5])
            #expect(all[1].direction == .sent && all[1].octets == Sample.octets(1) && all[1].at == Sample.now)
            let second = try await store.messages(of: Sample.device(id: 1), session: "s_2", limit: 99)
            #expect(second.map(\.messageID) == ["3", "4"])
            let newest = try await store.messages(of: Sample.device(id: 1), session: nil, limit: 2)
            #expect(newest.map(\.messageID) == ["3", "4"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `of each device the newest two hundred messages stay`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.record(
                Sample.contact(device: 2), messages: (1...150).map { Sample.message($0, device: 2) })
            try await store.record(Sample.contact(), messages: (1...199).map { Sample.message($0) })
            #expect(try await count(store, 1) == 199)
            try await store.record(Sample.contact(), messages: [Sample.message(200), Sample.message(201)])
            try await store.record(Sample.contact(), messages: (202...350).map { Sample.message($0) })
            let kept = try await store.messages(of: Sample.device(id: 1), session: nil, limit: 1000)
            #expect(kept.map(\.messageID) == (151...350).map(String.init))
            #expect(try await count(store, 2) == 150)
        }
    }

    private func count(_ store: any ContactStore, _ device: Int) async throws -> Int {
        try await store.messages(of: Sample.device(id: device), session: nil, limit: 1000).count
    }

    @Test(arguments: StoreKind.allCases)
    func `counts tell what there is to do and how certificates stand`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let none = ManagementCounts(queued: 0, sent: 0, installations: [:])
            #expect(try await store.managementCounts() == none)
            for number in 1...5 { try await store.queue(Sample.command(number)) }
            try await store.send(1, 2, 3)
            _ = try await store.finish([Sample.result(1)], at: Sample.now, event: nil)
            var record = Sample.installation(2)
            record.failedAt = Sample.now
            for record in [record, Sample.installation(1), Sample.installation(3)] { try await store.order(record) }
            let counts = ManagementCounts(queued: 2, sent: 2, installations: [.failed: 1, .ordered: 2])
            #expect(try await store.managementCounts() == counts)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `of devices that came, those are counted that can come again`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            func count(_ via: String = "scep:default", at now: Timestamp = Sample.now) async throws -> Int {
                try await store.managedDeviceCount(via: via, now: now)
            }
            #expect(try await count() == 0)
            var credentials: [Credential] = []
            for number in 1...5 { credentials.append(try await store.issue(number)) }
            #expect(try await count() == 0, "none has come yet")
            for number in 1...5 { try await store.record(Sample.contact(device: number), messages: []) }
            #expect(try await count() == 5)
            let revocation = Sample.revocation(.cessationOfOperation)
            _ = try await store.revoke(serial: credentials[1].serial, revocation, event: Sample.event())
            #expect(try await count() == 4, "the second left")
            let (third, fourth) = (DeviceID(rawValue: "d_3"), DeviceID(rawValue: "d_4"))
            _ = try await store.setState(.blocked, of: third, event: Sample.event())
            _ = try await store.setState(.retired, of: fourth, event: Sample.event())
            #expect(try await count() == 2)
            #expect(try await count("mde:other") == 2, "who never enrolled that way comes with any certificate")
            #expect(try await count(at: Sample.now.adding(seconds: Sample.year + 1)) == 0)

            // Who left by the one way is not back with a certificate of another.
            try await store.save(Sample.credential(9, device: 2, via: "operator"), event: Sample.event())
            #expect(try await count() == 2)
        }
    }
}
