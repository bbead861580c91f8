// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("NDES /certsrv/mscep_admin/: the page that other managers scrape")
struct NDESChallengePageTests {
    func page(_ bench: Workbench) -> NDESChallengePage {
        NDESChallengePage(
            configuration: bench.configuration(), challenges: bench.challenges, registry: bench.registry,
            credential: Secret("jamf:s3cret:with colon"))
    }

    func basic(_ text: String, scheme: String = "Basic ") -> String { scheme + Base64.encode(Array(text.utf8)) }

    /// The page as the scrapers read it: UTF-16, little-endian, behind its mark.
    func text(_ reply: EndpointReply) throws -> String {
        #expect(reply.octets.starts(with: [0xFF, 0xFE]))
        #expect(reply.octets.count % 2 == 0)
        return try #require(String(bytes: reply.octets.dropFirst(2), encoding: .utf16LittleEndian))
    }

    @Test func `the page gives a challenge that enrols, in the words scrapers search for`() async throws {
        let bench = try await Workbench()
        let reply = await page(bench).respond(
            authorization: basic("jamf:s3cret:with colon"), from: Workbench.peer)
        #expect(reply.status == .ok)
        #expect(reply.mediaType == "text/html")
        #expect(reply.freshness == nil)
        let text = try text(reply)
        // Fleet's expression.
        let match = try #require(text.firstMatch(of: /(?i)The enrollment challenge password is: <B> (\S*)/))
        let challenge = String(match.1)
        #expect(text.contains("<B> \(challenge) </B>"))
        let thumbprint = try #require(text.firstMatch(of: /CA certificate is: <B> ([0-9A-F ]+) <\/B>/))
        let digest = Hex.encode(try bench.issuing.certificate.fingerprint(.md5)).uppercased()
        #expect(String(thumbprint.1).replacing(" ", with: "") == digest)
        #expect(thumbprint.1.split(separator: " ").map(\.count) == [8, 8, 8, 8])
        #expect(try await bench.send(bench.request(challenge: challenge)).status == .success)
    }

    @Test func `the page octet for octet, but for the challenge`() async throws {
        let bench = try await Workbench()
        let reply = await page(bench).respond(
            authorization: basic("jamf:s3cret:with colon"), from: Workbench.peer)
        let recorded = try Fixture.read("scep/ndes-challenge-page.html")
        let text = try text(reply)
        let challenge = try #require(text.firstMatch(of: /password is: <B> (\S*) <\/B>/)).1
        let thumbprint = try #require(text.firstMatch(of: /certificate is: <B> ([0-9A-F ]+) <\/B>/)).1
        let expected = try #require(String(bytes: recorded.dropFirst(2), encoding: .utf16LittleEndian))
            .replacing("48D232ED9EEC123D", with: challenge)
            .replacing("71AC3A84 DAAEC5B5 11111111 22222222", with: thumbprint)
        #expect(text == expected)
    }

    @Test func `every page has another challenge, and none is limited to five`() async throws {
        let bench = try await Workbench()
        var pages: Set<[UInt8]> = []
        for _ in 0..<20 {
            pages.insert(
                await page(bench).respond(authorization: basic("jamf:s3cret:with colon"), from: Workbench.peer).octets)
        }
        #expect(pages.count == 20)
        #expect(try await bench.usableChallenges == 20)
    }

    @Test func `a challenge of the page lives for an hour`() async throws {
        let bench = try await Workbench()
        let reply = await page(bench).respond(
            authorization: basic("jamf:s3cret:with colon", scheme: "bAsIc "), from: Workbench.peer)
        let challenge = String(try #require(text(reply).firstMatch(of: /password is: <B> (\S*)/)).1)
        bench.clock.advance(by: 3601)
        #expect(try await bench.send(bench.request(challenge: challenge)).refuses(.badRequest))
    }

    @Test func `without the credential there is 401 in NDES' words and no challenge`() async throws {
        let bench = try await Workbench()
        let wrong = [
            nil, "", "Basic", "Basic ", "Basic !!!!", basic("jamf"), basic("jamf:"), basic("jamf:wrong"),
            basic("jamf:s3cret:with colon "), basic("JAMF:s3cret:with colon"),
            basic("jamf:s3cret:with colon", scheme: "Bearer "), "jamf:s3cret:with colon",
        ]
        for field in wrong {
            let reply = await page(bench).respond(authorization: field, from: Workbench.peer)
            #expect(reply.status == .unauthorized(realm: "mscep_admin"), "\(field ?? "-")")
            #expect(try text(reply).contains("You do not have sufficient permission to enroll with SCEP."))
            #expect(try !text(reply).contains("password is"))
        }
        #expect(try await bench.usableChallenges == 0)
    }

    @Test func `a store that fails is the full cache that scrapers wait for`() async throws {
        let store = InMemoryStore()
        let bench = try await Workbench(store: store)
        await store.fail(with: .unavailable("disk full"))
        let reply = await page(bench).respond(
            authorization: basic("jamf:s3cret:with colon"), from: Workbench.peer)
        #expect(reply.status == .unavailable(retryAfterSeconds: 5))
        #expect(try text(reply).contains("The password cache is full."))
    }
}

@Suite("DESIGN section 2: what a failing store means to a device")
struct FailingStoreTests {
    @Test func `a store that fails is 503, and the request succeeds later with its challenge`() async throws {
        let store = InMemoryStore()
        let bench = try await Workbench(store: store)
        let forge = try await bench.request(challenge: bench.challenge())
        await store.fail(with: .unavailable("disk full"))
        let answer = try await bench.send(forge)
        #expect(answer.reply.status == .unavailable(retryAfterSeconds: 5), "\(answer)")
        await store.fail(with: nil)
        #expect(try await bench.send(forge).status == .success)
    }
}
