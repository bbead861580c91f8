// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightStore

@Suite("SQLite store: lists over several blocks")
struct CredentialSearchTests {
    /// Three blocks and a tail, with statuses, ends, authorities and owners unevenly spread.
    private static let credentials: [Credential] = (1...3500).map { number in
        var credential = Sample.credential(
            number, subject: "CN=Gerät-\(number),OU=\(number / 100)", owner: number % 500 == 7 ? .own : .device,
            device: number % 700, authority: AuthorityID(rawValue: number < 1500 ? "first" : "second"),
            endsIn: number < 2200 ? Int64(number) - 2200 : Int64(number))
        if number % 97 == 0 { credential.revocation = Sample.revocation() }
        if number % 193 == 0 { credential.revocation = Sample.revocation(.certificateHold) }
        if number % 5 == 0 { credential.renewedTo = CredentialID(rawValue: "cr_x") }
        return credential
    }

    private func withStores(_ body: (SQLiteStore, InMemoryStore) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let (store, model) = (try SQLiteStore(path: folder + "/sealwright.db"), InMemoryStore())
            let all = Self.credentials
            try await store.commits.perform { session throws(StoreError) in
                for credential in all { try CredentialRow.insert(credential, heldBy: credential.device, in: session) }
            }
            for credential in all { try await model.save(credential, event: Sample.event()) }
            // A block is written after a commit; each of these gives a turn.
            for _ in 1...5 { try await store.append(Sample.event()) }
            try await body(store, model)
            await store.close()
        }
    }

    private func list(_ store: any CredentialStore, _ filter: CredentialFilter, limit: Int) async throws -> [String] {
        var found: [String] = []
        var cursor: String?
        repeat {
            let page = try await store.credentials(filter, after: cursor, limit: limit)
            found += page.items.map(\.id.rawValue)
            cursor = page.next
        } while cursor != nil
        return found
    }

    /// Every filter, as a list of the newest and as one of what ends soon.
    private static var filters: [CredentialFilter] {
        newest
            + newest.filter { $0.status != .expired }.map { filter in
                var filter = filter
                filter.expiringWithin = 3_000
                return filter
            }
    }

    private static var newest: [CredentialFilter] {
        var filters: [CredentialFilter] = []
        let subjects: [String?] = [nil, "gerät-1", "GERÄT-34", "ou=2", "ü"]
        let authorities: [AuthorityID?] = [nil, AuthorityID(rawValue: "first"), AuthorityID(rawValue: "none")]
        for status in [nil] + Credential.Status.allCases.map(Optional.some) {
            for owner in [nil, Credential.Owner.device, .own] {
                for subject in subjects {
                    for authority in authorities {
                        var filter = CredentialFilter(now: Sample.now)
                        (filter.status, filter.owner, filter.subject) = (status, owner, subject)
                        filter.authority = authority
                        filters.append(filter)
                    }
                }
            }
        }
        return filters
    }

    @Test func `every combination of filters lists what a plain walk lists`() async throws {
        try await withStores { store, model in
            #expect(
                try await store.readAtLength { connection throws(StoreError) in
                    try connection.number("SELECT count(*) FROM credential_block")
                } == 3)
            for filter in Self.filters {
                let expected = try await list(model, filter, limit: 5000)
                #expect(try await list(store, filter, limit: 400) == expected, "\(filter)")
            }
        }
    }

    @Test func `small pages go on exactly where they ended`() async throws {
        try await withStores { store, model in
            for filter in Self.filters.enumerated().filter({ $0.offset % 11 == 0 }).map(\.element) {
                let expected = try await list(model, filter, limit: 5000).prefix(40)
                #expect(try await list(store, filter, limit: 13).prefix(40) == expected, "\(filter)")
            }
        }
    }

    @Test(arguments: [
        SearchLimits(budget: 300), SearchLimits(budget: 3_000), SearchLimits(budget: 3_000, fewCandidates: 10),
        SearchLimits(budget: 30_000, fewCandidates: 1, mostCandidates: 500), SearchLimits(mostCandidates: 5),
    ])
    func `a list goes on exactly where its page's budget ended`(limits: SearchLimits) async throws {
        try await withStores { store, model in
            for filter in Self.filters.enumerated().filter({ $0.offset % 7 == 0 }).map(\.element) {
                var found: [String] = []
                var cursor: String?
                repeat {
                    let after = cursor
                    let page = try await store.readAtLength { connection throws(StoreError) in
                        try CredentialSearch(connection, filter, limits: limits).page(after: after, limit: 400)
                    }
                    found += page.items.map(\.id.rawValue)
                    cursor = page.next
                } while cursor != nil
                #expect(try await list(model, filter, limit: 5000) == found, "\(filter)")
            }
        }
    }

    @Test func `what is revoked after its block was written is listed as revoked`() async throws {
        try await withStores { store, _ in
            _ = try await store.revoke(serial: Sample.serial(3), Sample.revocation(), event: Sample.event())
            var filter = CredentialFilter(now: Sample.now)
            filter.status = .revoked
            filter.subject = "gerät-3,"
            #expect(try await list(store, filter, limit: 10) == ["cr_3"])
        }
    }
}

@Suite("SQLite store: packed subjects and text lists")
struct PackedTextTests {
    @Test(arguments: [
        ("a", [0, 2]), ("CN=A", [0]), ("b,", [1]), ("=", [0, 1, 2]), ("zz", []), ("cn=bcn", []), ("ä", [2]),
    ])
    func `a needle is found in each subject once and never across two`(needle: String, positions: [Int]) throws {
        var octets: [UInt8] = []
        for subject in ["CN=A", "CN=B,C=", "CN=ÄA=A"] { PackedSubjects.append(subject, to: &octets) }
        let compiled = try #require(SubjectNeedle(needle))
        #expect(octets.withUnsafeBytes { PackedSubjects.positions(of: compiled, in: $0) } == positions)
    }

    @Test func `a needle is found behind any number of subjects`() throws {
        let compiled = try #require(SubjectNeedle("needle"))
        for count in [0, 1, 31, 32, 33, 255, 300, 9_000] {
            var octets: [UInt8] = []
            for _ in 0..<count { PackedSubjects.append("", to: &octets) }
            PackedSubjects.append("the needle", to: &octets)
            #expect(octets.withUnsafeBytes { PackedSubjects.positions(of: compiled, in: $0) } == [count])
        }
    }

    @Test(arguments: [[], [""], ["a"], ["1:a,", "", "ü,:"], ["CN=a\n", "b"]])
    func `a text list survives a round trip`(texts: [String]) {
        #expect(TextList.decode(TextList.encode(texts)) == texts)
    }

    @Test(arguments: ["x", "5:ab,", "-1:a,", ":", "99999999999999999999:a,"])
    func `a damaged text list gives what can be read`(column: String) {
        #expect(TextList.decode(column).isEmpty)
    }
}
