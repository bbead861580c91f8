// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Store contract: devices")
struct DeviceStoreTests {
    @Test(arguments: StoreKind.allCases)
    func `a device is found by identifier and by name`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.issue(1)
            #expect(try await store.device(Sample.device(1).id) == Sample.device(1))
            #expect(try await store.device(attachment: .scepSubject("CN=pc-1")) == Sample.device(1))
            #expect(try await store.device(attachment: .scepSubject("CN=pc-2")) == nil)
            #expect(try await store.device(attachment: .init(kind: "udid", value: "CN=pc-1")) == nil)
            #expect(try await store.device(DeviceID(rawValue: "d_2")) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a known device is touched: seen, more names, same state`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.issue(1)
            let device = Sample.device(1)
            _ = try await store.setState(.blocked, of: device.id, event: Sample.event())
            var seen = Sample.device(1, named: ["CN=renamed"])
            seen.lastSeenAt = Sample.now.adding(seconds: 100)
            try await store.recordCertificate(Sample.credential(2, device: 1), device: seen, event: Sample.event())
            let after = try #require(try await store.device(device.id))
            #expect(after.lastSeenAt == seen.lastSeenAt)
            #expect(after.attachments.map(\.value) == ["CN=pc-1", "CN=renamed"])
            #expect(after.state == .blocked)
            #expect(try await store.device(attachment: .scepSubject("CN=renamed"))?.id == device.id)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `one that has left is not blocked, and nothing is written of it`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.issue(1)
            let id = Sample.device(1).id
            #expect(try await store.setState(.retired, of: id, event: Sample.event())?.state == .retired)
            let before = try await store.newestAuditRecords(object: nil, limit: 10)
            #expect(try await store.setState(.blocked, of: id, event: Sample.event())?.state == .retired)
            #expect(try await store.device(id)?.state == .retired)
            #expect(try await store.newestAuditRecords(object: nil, limit: 10) == before)
            #expect(try await store.setState(.active, of: id, event: Sample.event())?.state == .active)
            #expect(try await store.setState(.blocked, of: DeviceID(rawValue: "d_9"), event: Sample.event()) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `two enrolments that make the same device at once make one`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.issue(1)
            let twin = Sample.device(2, named: ["CN=pc-1"])
            try await store.recordCertificate(Sample.credential(2, device: 2), device: twin, event: Sample.event())
            #expect(try await store.device(twin.id) == nil)
            #expect(try await store.credential(CredentialID(rawValue: "cr_2"))?.device == Sample.device(1).id)
        }
    }

    @Test(arguments: StoreKind.allCases, [1, 4, 30])
    func `pages of devices are complete and newest first`(kind: StoreKind, limit: Int) async throws {
        try await kind.withStore { store in
            for number in 1...12 { try await store.issue(number) }
            _ = try await store.setState(.blocked, of: DeviceID(rawValue: "d_5"), event: Sample.event())
            _ = try await store.setState(.blocked, of: DeviceID(rawValue: "d_9"), event: Sample.event())
            #expect(try await numbers(store, nil, limit) == Array((1...12).reversed()))
            #expect(try await numbers(store, .blocked, limit) == [9, 5])
            #expect(try await numbers(store, .active, limit).count == 10)
            #expect(try await numbers(store, .retired, limit).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a device is found by whatever is known of it, and not by how that is kept`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...3 { try await store.issue(number) }
            let facts = #"{".\/DevDetail\/Ext\/Microsoft\/SMBIOSSerialNumber":"PF_3\/4%","name":"Küche"}"#
            for (device, facts) in [(2, Array(facts.utf8)), (3, [])] {
                let contact = ManagementContact(
                    device: Sample.device(id: device), lastContactAt: Sample.now, facts: facts, wireForm: .xml)
                try await store.record(contact, messages: [])
            }
            for (text, expected) in [
                ("PC-", ["d_3", "d_2", "d_1"]), ("cn=pc-1", ["d_1"]), ("D_3", ["d_3"]), ("pf_3/4%", ["d_2"]),
                ("küc", ["d_2"]), ("pf%", []), ("p__", []), ("DevDetail", []), ("scep", []), ("\"", []), ("!", []),
            ] {
                let found = try await store.devices(DeviceFilter(text: text), after: nil, limit: 9)
                #expect(found.items.map(\.id.rawValue) == expected, "\(text)")
            }
            let first = try await store.devices(DeviceFilter(text: "pc"), after: nil, limit: 2)
            let second = try await store.devices(DeviceFilter(text: "pc"), after: first.next, limit: 2)
            #expect(second.items.map(\.id.rawValue) == ["d_1"] && second.next == nil)
            _ = try await store.setState(.blocked, of: Sample.device(id: 2), event: Sample.event())
            let blocked = try await store.devices(DeviceFilter(state: .blocked, text: "pc"), after: nil, limit: 9)
            #expect(blocked.items.map(\.id.rawValue) == ["d_2"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a device is found by the user who enrolled it last`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...2 { try await store.issue(number) }
            for (name, user) in [("pc-1", "ada@x"), ("pc-2", "eve@x"), ("pc-2", "Bob@x")] {
                try await store.append(
                    AuditEvent(
                        action: "test.enrolled", at: Sample.now, actor: "test", object: name, details: ["user": user]))
            }
            func found(_ text: String, _ action: String?) async throws -> [String] {
                let filter = DeviceFilter(text: text, enrollingAction: action)
                return try await store.devices(filter, after: nil, limit: 9).items.map(\.id.rawValue)
            }
            #expect(try await found("ada", "test.enrolled") == ["d_1"])
            #expect(try await found("bob@", "test.enrolled") == ["d_2"])
            #expect(try await found("eve", "test.enrolled").isEmpty)
            #expect(try await found("ada", "test.other").isEmpty)
            #expect(try await found("ada", nil).isEmpty)
            let last = try await store.newestAuditRecords(of: "test.enrolled", objects: ["pc-2", "pc-3"])
            #expect(last.mapValues { $0.event.details["user"] } == ["pc-2": "Bob@x"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what devices were given one way comes newest first, and their contacts`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for number in 1...4 { try await store.issue(number) }
            let devices = [1, 3, 9].map { Sample.device(id: $0) }
            let given = try await store.credentials(of: devices, issuedVia: "scep:default")
            #expect(given.map(\.device) == [Sample.device(id: 3), Sample.device(id: 1)])
            #expect(try await store.credentials(of: devices, issuedVia: "scep:other").isEmpty)
            #expect(try await store.credentials(of: [], issuedVia: "scep:default").isEmpty)
            try await store.record(Sample.contact(device: 3), messages: [])
            try await store.record(Sample.contact(device: 4), messages: [])
            let contacts = try await store.contacts(of: devices)
            #expect(contacts == [Sample.device(id: 3): Sample.contact(device: 3)])
        }
    }

    private func numbers(_ store: any Store, _ state: Device.State?, _ limit: Int) async throws -> [Int] {
        var found: [Int] = []
        var cursor: String?
        repeat {
            let page = try await store.devices(DeviceFilter(state: state), after: cursor, limit: limit)
            found += page.items.compactMap { Int($0.id.rawValue.dropFirst(2)) }
            cursor = page.next
        } while cursor != nil
        return found
    }

    @Test(arguments: StoreKind.allCases)
    func `the state of an unknown device is not changed`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let none = DeviceID(rawValue: "d_none")
            let device = try await store.setState(.blocked, of: none, event: Sample.event())
            #expect(device == nil)
            #expect(try await store.auditRecords(after: 0, limit: 5).isEmpty)
        }
    }
}
