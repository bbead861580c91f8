// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("Store contract: lists of credentials")
struct CredentialListTests {
    /// Twelve of each kind of certificate, in turn, so that every page mixes them.
    private func fill(_ store: any Store) async throws {
        for number in 1...72 {
            var credential = Sample.credential(
                number, subject: "CN=Straße \(number),O=Fleet \(number % 3)",
                owner: number.isMultiple(of: 12) ? .own : .device, device: number % 8,
                authority: AuthorityID(rawValue: number.isMultiple(of: 4) ? "second" : "issuing"),
                endsIn: number.isMultiple(of: 6) ? -60 : Int64(1000 - number))
            switch number % 6 {
            case 1: credential.revocation = Sample.revocation()
            case 2: credential.revocation = Sample.revocation(.certificateHold)
            case 3: credential.renewedTo = CredentialID(rawValue: "cr_later")
            default: break
            }
            try await store.save(credential, event: Sample.event())
        }
    }

    private func numbers(_ store: any Store, _ filter: CredentialFilter, limit: Int = 1000) async throws -> [Int] {
        try await all(store, filter, limit: limit).compactMap { Int($0.id.rawValue.dropFirst(3)) }
    }

    private func all(_ store: any Store, _ filter: CredentialFilter, limit: Int) async throws -> [Credential] {
        var items: [Credential] = []
        var cursor: String?
        repeat {
            let page = try await store.credentials(filter, after: cursor, limit: limit)
            #expect(page.items.count <= limit)
            items += page.items
            cursor = page.next
        } while cursor != nil
        return items
    }

    private func filter(_ change: (inout CredentialFilter) -> Void = { _ in }) -> CredentialFilter {
        var filter = CredentialFilter(now: Sample.now)
        filter.owner = nil
        change(&filter)
        return filter
    }

    @Test(arguments: StoreKind.allCases, [1, 5, 71, 72, 100])
    func `pages are complete, newest first and without repeats`(kind: StoreKind, limit: Int) async throws {
        try await kind.withStore { store in
            try await fill(store)
            #expect(try await numbers(store, filter(), limit: limit) == Array((1...72).reversed()))
        }
    }

    @Test(arguments: StoreKind.allCases, Credential.Status.allCases)
    func `every status lists its own`(kind: StoreKind, status: Credential.Status) async throws {
        try await kind.withStore { store in
            try await fill(store)
            let found = try await all(store, filter { $0.status = status }, limit: 7)
            #expect(found.count == (status == .valid ? 24 : 12))
            #expect(found.allSatisfy { $0.status(at: Sample.now) == status })
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what ends soon comes soonest first`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await fill(store)
            let soon = filter { $0.expiringWithin = 940 }
            let expected = (60...72).filter { !$0.isMultiple(of: 6) }.reversed()
            #expect(try await numbers(store, soon, limit: 4) == Array(expected))
            let valid = filter {
                $0.expiringWithin = 940
                $0.status = .valid
            }
            #expect(try await numbers(store, valid, limit: 1) == [71, 70, 65, 64])
            #expect(try await numbers(store, filter { $0.expiringWithin = 1 }).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `subjects are searched whatever the case`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await fill(store)
            #expect(try await numbers(store, filter { $0.subject = "STRAßE 7" }) == [72, 71, 70, 7])
            #expect(try await numbers(store, filter { $0.subject = "o=fleet 2" }, limit: 5).count == 24)
            #expect(try await numbers(store, filter { $0.subject = "e" }).count == 72)
            #expect(try await numbers(store, filter { $0.subject = "nobody" }).isEmpty)
            #expect(try await numbers(store, filter { $0.subject = "%" }).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `device, authority and owner narrow a list`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await fill(store)
            let device = filter { $0.device = DeviceID(rawValue: "d_3") }
            #expect(try await numbers(store, device, limit: 2) == [67, 59, 51, 43, 35, 27, 19, 11, 3])
            let second = filter { $0.authority = AuthorityID(rawValue: "second") }
            #expect(try await numbers(store, second, limit: 5).count == 18)
            let own = filter { $0.owner = .own }
            #expect(try await numbers(store, own, limit: 4) == [72, 60, 48, 36, 24, 12])
            #expect(try await numbers(store, CredentialFilter(now: Sample.now)).count == 66)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `filters are joined by and`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await fill(store)
            let narrow = filter {
                $0.status = .revoked
                $0.subject = "fleet 1"
                $0.authority = Sample.issuing
            }
            #expect(try await numbers(store, narrow, limit: 3).count == 12)
            let none = filter {
                $0.status = .expired
                $0.expiringWithin = 1000
            }
            #expect(try await numbers(store, none).isEmpty)
            let deviceAndStatus = filter {
                $0.device = DeviceID(rawValue: "d_1")
                $0.status = .revoked
            }
            #expect(try await numbers(store, deviceAndStatus, limit: 1) == [49, 25, 1])
        }
    }
}
