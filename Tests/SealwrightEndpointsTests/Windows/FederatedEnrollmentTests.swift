// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("MS-MDE2 section 3.1.4.1.3.2: which way to sign in is chosen")
struct AuthPolicyChoiceTests {
    /// What a server has, what a device offers, and what is chosen.
    static let choices: [([AuthPolicy], [AuthPolicy], AuthPolicy?)] = [
        ([.onPremise, .federated], [.onPremise, .federated], .onPremise),
        ([.onPremise, .federated], [.federated, .onPremise], .onPremise),
        ([.onPremise, .federated], [.federated], .federated),
        ([.federated, .onPremise], [.onPremise, .federated], .federated),
        ([.federated, .onPremise], [.onPremise], .onPremise),
        ([.federated], [.onPremise], nil), ([.onPremise], [.federated], nil),
        ([.onPremise, .federated], [.certificate], nil),
        ([.onPremise, .federated], [AuthPolicy(rawValue: "Tomorrow"), .federated], .federated),
    ]

    @Test(arguments: choices)
    func `the first of ours that the device offers`(
        ours: [AuthPolicy], offered: [AuthPolicy], chosen: AuthPolicy?
    ) async throws {
        let bench = try await EnrollmentBench(authPolicies: ours)
        let question = Discover(emailAddress: "ada@example.org", requestVersion: MDEVersion(4), authPolicies: offered)
        var envelope = SOAPEnvelope(action: MDEService.discovery.requestAction, body: question.markup)
        envelope.messageID = MDEService.discovery.messageIDOfWindows
        let reply = await bench.send(
            EnrollmentBench.Post(service: .discovery, body: try envelope.serialize(bodyPrefixes: [])))
        guard let chosen else {
            let fault = try bench.fault(reply)
            #expect(reply.status == .internalError && fault.fault == .notSupported)
            return
        }
        let result = try DiscoverResult(parsing: SOAPEnvelope(parsing: reply.octets, from: .server).body)
        #expect(reply.status == .ok && result.authPolicy == chosen)
        let page = EnrollmentBench.pageOrigin + "/EnrollmentServer/Auth"
        #expect(result.authenticationServiceURL?.text == (chosen == .federated ? page : nil))
    }
}

@Suite("MS-MDE2 section 3.4.4.1.1.1: a token of the sign-in page buys one certificate")
struct FederatedEnrollmentTests {
    @Test func `discovery, sign-in, policy, certificate: the device is the user's`() async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada@example.org", try await bench.password())
        let ending = try await bench.enroll(try bench.settings(), wresult: token)
        let outcome = try ending.result.get()
        #expect(ending.discovered?.authPolicy == .federated)
        #expect(ending.posts.map(\.service) == [.discovery, .policy, .enrollment])
        #expect(outcome.certificate.subject.rfc4514 == "CN=\(EnrollmentBench.deviceID)")
        #expect(outcome.document.dmClient?.upn == "ada@example.org" && outcome.store == .user)
        #expect(outcome.document.account?.authentication.count == 2)
        #expect(try await bench.bench.usableChallenges == 0, "spent where the certificate is issued")
    }

    @Test func `the policy service looks at the token and leaves it`() async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada", try await bench.password())
        let policy = try #require(
            try await bench.enroll(try bench.settings(), wresult: token).posts.first { $0.service == .policy })
        let fresh = try await bench.token("ada", try await bench.password())
        let again = Self.replacing(policy, token, by: fresh)
        for _ in 0..<3 { #expect(await bench.send(again).status == .ok) }
        #expect(try await bench.enroll(try bench.settings(1, "B"), key: 1, wresult: fresh).fault == nil)
    }

    @Test func `the same request again gets the same certificate, another one gets none`() async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada", try await bench.password(uses: 5))
        let first = try await bench.enroll(try bench.settings(), wresult: token)
        let request = try #require(first.posts.last)
        let repeated = await bench.send(request)
        #expect(try bench.certificate(repeated) == first.result.get().certificate.encoded)
        let issued = try await bench.bench.issuedCount

        let otherKey = try await bench.enroll(try bench.settings(1), key: 1, wresult: token)
        #expect(otherKey.fault?.fault == .authentication)
        let otherDevice = try await bench.enroll(try bench.settings(0, "OTHER"), wresult: token)
        #expect(otherDevice.fault?.fault == .authentication)
        #expect(try await bench.bench.issuedCount == issued)
        #expect(try await bench.audit("windows.refused").first?.outcome == "windows.token-used")
    }

    @Test func `many requests at once with one token get one certificate`() async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada", try await bench.password(uses: 50))
        let successes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<6 {
                group.addTask {
                    let settings = try bench.settings(number, "DEVICE\(number)")
                    return try await bench.enroll(settings, key: number, wresult: token).fault == nil
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(successes == 1)
        #expect(try await bench.bench.issuedCount == 1)
    }

    @Test func `two tokens of one invitation buy one certificate`() async throws {
        let bench = try await EnrollmentBench()
        let password = try await bench.password()
        let (first, second) = (try await bench.token("ada", password), try await bench.token("ada", password))
        #expect(try await bench.enroll(try bench.settings(), wresult: first).fault == nil)
        let refused = try await bench.enroll(try bench.settings(1, "B"), key: 1, wresult: second)
        #expect(refused.fault?.fault == .authentication)
        #expect(try await bench.bench.issuedCount == 1)
    }

    @Test func `a token ends after ten minutes, and with its invitation`() async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada", try await bench.password())
        bench.bench.clock.advance(by: 600)
        let late = try await bench.token("bob", try await bench.password(ttl: 30))
        #expect(try await bench.enroll(try bench.settings(), wresult: token).fault == nil)
        bench.bench.clock.advance(by: 31)
        #expect(
            try await bench.enroll(try bench.settings(1, "B"), key: 1, wresult: late).fault?.fault == .authentication)
        let expired = try await bench.enroll(try bench.settings(2, "C"), key: 2, wresult: token)
        #expect(expired.fault?.fault == .authentication)
        #expect(try await bench.audit("windows.refused").first?.outcome == "windows.token-expired")
    }

    @Test func `a removed invitation takes its tokens along`() async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada", try await bench.password())
        let challenge = try #require(try await bench.bench.challenges.list().items.first)
        _ = try await bench.bench.challenges.remove(challenge.id, by: "test")
        #expect(try await bench.enroll(try bench.settings(), wresult: token).fault?.fault == .authentication)
    }

    @Test(arguments: ["", "x", String(repeating: "A", count: 43), "<script>", String(repeating: "x", count: 50_000)])
    func `what the page did not make is refused, in the words for a token that ended`(token: String) async throws {
        let bench = try await EnrollmentBench()
        let good = try await bench.token("ada", try await bench.password())
        bench.bench.clock.advance(by: 601)
        let ended = try await bench.enroll(try bench.settings(), wresult: good)
        let refused = try await bench.enroll(try bench.settings(), wresult: token)
        #expect(refused.fault != nil && refused.posts.last?.service == .policy)
        // An empty token is no token: the header is refused before anybody looks for it.
        if !token.isEmpty { #expect(refused.fault?.reason == ended.fault?.reason) }
    }

    @Test func `a device cannot name another user than the one who signed in`() async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada", try await bench.password())
        var settings = try bench.settings()
        settings.emailAddress = "bob@example.org"
        settings.context.items.append(ContextItem("UPN", "bob@example.org"))
        #expect(try await bench.enroll(settings, wresult: token).result.get().document.dmClient?.upn == "ada")
    }

    @Test func `the token comes in either alphabet of Base64`() async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada", try await bench.password())
        let policy = try #require(
            try await bench.enroll(try bench.settings(), wresult: token).posts.first { $0.service == .policy })
        let standard = Base64.encode(token.utf8)
        #expect(standard.hasSuffix("="))
        let text = String(decoding: policy.body, as: UTF8.self)
            .replacing(standard, with: Base64.encodeURLSafe(token.utf8))
        #expect(await bench.send(EnrollmentBench.Post(service: .policy, body: Array(text.utf8))).status == .ok)
    }

    /// The messages of an enrolment, their token called a JSON Web Token, and another one in its place.
    private func posts(
        _ bench: EnrollmentBench, calledJWT token: String, replacedBy other: String? = nil
    ) async throws -> [EnrollmentBench.Post] {
        try await bench.enroll(try bench.settings(), wresult: token).posts.dropFirst().map { post in
            let text = String(decoding: post.body, as: UTF8.self)
                .replacing(
                    BinarySecurityToken.ValueType.deviceEnrollmentUserToken.rawValue,
                    with: BinarySecurityToken.ValueType.jwt.rawValue
                )
                .replacing(Base64.encode(token.utf8), with: Base64.encode((other ?? token).utf8))
            return EnrollmentBench.Post(service: post.service, body: Array(text.utf8))
        }
    }

    /// Clients that were made for Entra do that.
    @Test func `a token of the page is taken when it is called a JSON Web Token`() async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada", try await bench.password())
        for post in try await posts(bench, calledJWT: token) { #expect(await bench.send(post).status == .ok) }
    }

    @Test(arguments: ["a.b", "a.b.c.d", "t0ken"])
    func `what is called a JSON Web Token and is neither that nor of the page is refused`(other: String) async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada", try await bench.password())
        for post in try await posts(bench, calledJWT: token, replacedBy: other) {
            #expect(try bench.fault(await bench.send(post)).fault == .authentication)
        }
        #expect(try await bench.audit("windows.refused").first?.outcome == "windows.token-unknown")
    }

    @Test func `a token of Entra is refused with the reason`() async throws {
        let bench = try await EnrollmentBench()
        let token = try await bench.token("ada", try await bench.password())
        for post in try await posts(bench, calledJWT: token, replacedBy: "eyJhbGciOiJub25lIn0.e30.") {
            let fault = try bench.fault(await bench.send(post))
            #expect(fault.fault == .notSupported && fault.reason.contains("no issuer"))
        }
        #expect(try await bench.audit("windows.refused").first?.outcome == "windows.token-issuer-unknown")
    }

    @Test func `a password is not taken where discovery does not offer it`() async throws {
        let strict = try await EnrollmentBench(authPolicies: [.federated])
        var settings = try strict.settings()
        settings.usernameToken = UsernameToken(username: "ada", password: try await strict.password())
        settings.authPolicies = [.onPremise]
        // Another server led the device to ask; it does not know the password, so that this is its last message.
        let asked = try await EnrollmentBench().enroll(settings)
        let policy = try #require(asked.posts.last)
        #expect(policy.service == .policy && asked.fault?.fault == .authentication)
        #expect(try strict.fault(await strict.send(policy)).fault == .authentication)
        #expect(try await strict.audit("windows.refused").first?.outcome == "windows.credential-kind")
    }

    private static func replacing(
        _ post: EnrollmentBench.Post, _ token: String, by other: String
    ) -> EnrollmentBench.Post {
        let text = String(decoding: post.body, as: UTF8.self)
            .replacing(Base64.encode(token.utf8), with: Base64.encode(other.utf8))
        return EnrollmentBench.Post(service: post.service, body: Array(text.utf8))
    }
}
