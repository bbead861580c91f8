// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("Store contract: authorities, service identities, CRLs, tokens")
struct AuthorityStoreTests {
    private func authority(_ name: String, status: Authority.Status = .active) -> Authority {
        Authority(
            id: AuthorityID(rawValue: name), name: "Example \(name)", kind: name == "root" ? .root : .issuing,
            status: status, certificate: Array(name.utf8), keyID: KeyID(rawValue: "key-\(name)"),
            issuer: name == "root" ? nil : AuthorityID(rawValue: "root"), createdAt: Sample.now)
    }

    @Test(arguments: StoreKind.allCases)
    func `authorities are kept, oldest first, and replaced`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let credential = Sample.credential(1, owner: .own)
            try await store.save(authority("root"), credential: nil, event: Sample.event())
            try await store.save(authority("issuing"), credential: credential, event: Sample.event())
            #expect(try await store.authorities() == [authority("root"), authority("issuing")])
            #expect(try await store.credential(credential.id) == credential)
            try await store.save(authority("root", status: .offline), credential: nil, event: Sample.event())
            #expect(try await store.authorities() == [authority("root", status: .offline), authority("issuing")])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `service identities come newest first and end`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            var identities: [ServiceIdentity] = []
            for number in 1...3 {
                let identity = ServiceIdentity(
                    purpose: .scepRA, authority: Sample.issuing, certificate: Sample.octets(number),
                    keyID: KeyID(rawValue: "ra-\(number)"), notBefore: Sample.now,
                    notAfter: Sample.now.adding(seconds: Int64(number) * 100))
                identities.append(identity)
                try await store.save(
                    identity, credential: Sample.credential(number, owner: .own), event: Sample.event())
            }
            #expect(try await store.serviceIdentities() == identities.reversed())
            try await store.removeServiceIdentities(
                endedBefore: Sample.now.adding(seconds: 200), event: Sample.event())
            #expect(try await store.serviceIdentities() == [identities[2], identities[1]])
            #expect(try await store.credentialCount() == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `requests for certificates wait, oldest first, until they are removed`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let requests = (1...2).map { number in
                AuthorityRequest(
                    id: AuthorityID(rawValue: "issuing-\(number)"), name: "Example \(number)",
                    keyID: KeyID(rawValue: "key-\(number)"), certificationRequest: Sample.octets(number),
                    createdAt: Sample.now)
            }
            for request in requests { try await store.save(request, event: Sample.event()) }
            #expect(try await store.authorityRequests() == requests)
            #expect(try await store.removeAuthorityRequest(requests[0].id, event: Sample.event()))
            #expect(try await !store.removeAuthorityRequest(requests[0].id, event: Sample.event()))
            #expect(try await store.authorityRequests() == [requests[1]])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `every number of parts a CRL ever had is remembered once`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            #expect(try await store.crlPartitions(of: Sample.issuing).isEmpty)
            for parts in [16, 4, 16] {
                try await store.recordCRLPartition(parts, of: Sample.issuing, event: Sample.event())
            }
            #expect(try await store.crlPartitions(of: Sample.issuing) == [4, 16])
            #expect(try await store.crlPartitions(of: AuthorityID(rawValue: "other")).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `CRL numbers rise, and jump to the clock`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let early = Timestamp(seconds: 5)
            let first = try await store.reserveCRLNumber(authority: Sample.issuing, now: early)
            #expect(first == 5)
            #expect(try await store.reserveCRLNumber(authority: Sample.issuing, now: early) == 6)
            let now = try await store.reserveCRLNumber(authority: Sample.issuing, now: Sample.now)
            #expect(now == Sample.now.seconds)
            #expect(try await store.reserveCRLNumber(authority: Sample.issuing, now: early) == now + 1)
            let other = AuthorityID(rawValue: "other")
            #expect(try await store.reserveCRLNumber(authority: other, now: early) == 5)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the newest CRL of each kind is kept`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            func crl(_ kind: PublishedCRL.Kind, _ number: Int64) -> PublishedCRL {
                PublishedCRL(
                    authority: Sample.issuing, kind: kind, number: number, thisUpdate: Sample.now,
                    nextUpdate: Sample.now.adding(seconds: 100), generation: number, der: Sample.octets(Int(number)))
            }
            #expect(try await store.newestCRL(authority: Sample.issuing, kind: .full) == nil)
            for crl in [crl(.full, 1), crl(.delta, 2), crl(.imported, 9), crl(.full, 3)] {
                try await store.save(crl, event: Sample.event())
            }
            #expect(try await store.newestCRL(authority: Sample.issuing, kind: .full) == crl(.full, 3))
            #expect(try await store.newestCRL(authority: Sample.issuing, kind: .delta) == crl(.delta, 2))
            #expect(try await store.newestCRL(authority: Sample.issuing, kind: .imported) == crl(.imported, 9))
            #expect(try await store.newestCRL(authority: AuthorityID(rawValue: "root"), kind: .full) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a token is found by its digest`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let token = AccessToken(
                id: TokenID(rawValue: "tk_1"), name: "ci", digest: Sample.octets(1), createdAt: Sample.now,
                expiresAt: nil)
            try await store.save(token, event: Sample.event())
            #expect(try await store.token(digest: token.digest) == token)
            #expect(try await store.token(digest: Sample.octets(2)) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a token takes the place of the one of its name`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let tokens = [("ci", 1), ("other", 2), ("ci", 3)].enumerated().map { index, token in
                AccessToken(
                    id: TokenID(rawValue: "tk_\(index)"), name: token.0, digest: Sample.octets(token.1),
                    createdAt: Sample.now, expiresAt: nil)
            }
            for token in tokens { try await store.save(token, event: Sample.event()) }
            #expect(try await store.token(digest: tokens[0].digest) == nil)
            #expect(try await store.token(digest: tokens[1].digest) == tokens[1])
            #expect(try await store.token(digest: tokens[2].digest) == tokens[2])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a token is added once under its name, listed by it, and removed once`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let tokens = [("tk_1", "bela"), ("tk_2", "ada"), ("tk_3", "bela")].enumerated().map { index, token in
                AccessToken(
                    id: TokenID(rawValue: token.0), name: token.1, digest: Sample.octets(index), createdAt: Sample.now,
                    expiresAt: Sample.now.adding(seconds: 60))
            }
            let added = Sample.event("token.created")
            let isNew = try await store.add(tokens[0], event: added)
            #expect(isNew)
            #expect(try await store.add(tokens[1], event: added))
            #expect(try await !store.add(tokens[2], event: added))
            #expect(try await store.tokens() == [tokens[1], tokens[0]])
            let removed = Sample.event("token.removed")
            #expect(try await store.removeToken(tokens[0].id, event: removed))
            #expect(try await !store.removeToken(tokens[0].id, event: removed))
            #expect(try await store.tokens() == [tokens[1]])
            #expect(try await store.token(digest: tokens[0].digest) == nil)
            #expect(
                try await store.auditRecords(after: 0, limit: 9).map(\.event.action) == [
                    "token.created", "token.created", "token.removed",
                ])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a closed store refuses everything`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.checkWritable()
            await store.close()
            await #expect(throws: StoreError.self) { try await store.authorities() }
            await #expect(throws: StoreError.self) { try await store.append(Sample.event()) }
            await #expect(throws: StoreError.self) { try await store.checkWritable() }
            await #expect(throws: StoreError.self) { try await store.auditRecords(after: 0, limit: 1) }
        }
    }
}
