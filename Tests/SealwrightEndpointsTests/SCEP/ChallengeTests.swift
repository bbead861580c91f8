// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("RFC 2985 section 5.4.1: challenge passwords, as devices write them and as they fail")
struct ChallengeTests {
    /// The string types devices put a challenge into.
    enum Form: String, CaseIterable {
        case printable, utf8, bmp, teletex, ia5, utf8WithNUL

        func attribute(_ text: String) -> Attribute {
            let value: [UInt8] =
                switch self {
                case .printable: DER.string(text)
                case .utf8: DER.string(text, as: .utf8String)
                case .bmp: DER.string(text, as: .bmpString)
                case .teletex: DER.string(text, as: .teletexString)
                case .ia5: DER.string(text, as: .ia5String)
                case .utf8WithNUL: DER.string(text + "\0", as: .utf8String)
                }
            return Attribute(type: .challengePassword, values: [value])
        }
    }

    @Test(arguments: Form.allCases)
    func `a challenge of any string type is taken, once`(form: Form) async throws {
        let bench = try await Workbench()
        let challenge = try await bench.challenge()
        #expect(try await bench.send(bench.request(attributes: [form.attribute(challenge)])).status == .success)
        let second = try await bench.send(bench.request("CN=second", attributes: [form.attribute(challenge)]))
        #expect(second.refuses(.badRequest), "\(second)")
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `the first challenge that is not empty counts`() async throws {
        let bench = try await Workbench()
        let attributes = [Form.utf8.attribute(""), Form.utf8.attribute(try await bench.challenge())]
        #expect(try await bench.send(bench.request(attributes: attributes)).status == .success)
    }

    @Test func `what is missing, empty, wrong or too long is badRequest and issues nothing`() async throws {
        let bench = try await Workbench()
        let challenge = try await bench.challenge()
        let wrong = [
            nil, "", " ", "wrong", String(challenge.dropLast()), challenge + "0", challenge.lowercased(),
            String(repeating: "A", count: 2048), String(repeating: "A", count: 2049),
            challenge + String(repeating: " ", count: 2048),
        ]
        for text in wrong {
            let attributes = text.map { [Form.utf8.attribute($0)] } ?? []
            let answer = try await bench.send(bench.request(attributes: attributes))
            #expect(answer.refuses(.badRequest), "\(text ?? "-"): \(answer)")
        }
        #expect(try await bench.issuedCount == 0)
        #expect(try await bench.usableChallenges == 1)
    }

    @Test func `a static challenge of 2 KiB is taken`() async throws {
        let bench = try await Workbench(
            policy: EnrollmentPolicy(authentication: .init(challenge: false, staticChallenge: true)))
        let secret = String(repeating: "Long-", count: 409)
        _ = try await bench.challenges.setStatic(
            name: "long", secret: Secret(secret), endpoint: .default, createdBy: "test")
        #expect(try await bench.send(bench.request(challenge: secret)).status == .success)
    }

    @Test func `refusals tell apart used, expired and bound to another name`() async throws {
        let bench = try await Workbench()
        let used = try await bench.challenge()
        #expect(try await bench.send(bench.request(challenge: used)).status == .success)
        let bound = try await bench.challenge(subject: "CN=laptop-8", ttl: 7200)
        let expired = try await bench.challenge(ttl: 60)
        bench.clock.advance(by: 61)
        for (challenge, word) in [(used, "used"), (expired, "expired"), (bound, "laptop-7")] {
            let answer = try await bench.send(bench.request(challenge: challenge))
            #expect(answer.refuses(.badRequest))
            #expect(answer.text?.contains(word) == true, "\(answer)")
            #expect(answer.text?.contains(challenge) == false)
        }
        #expect(try await bench.send(bench.request("CN=laptop-8", challenge: bound)).status == .success)
    }

    @Test func `a challenge bound to names buys no others, and stays good for its own`() async throws {
        let bench = try await Workbench()
        let challenge = try await bench.challenge(names: ["DNS:laptop-7.example.com"])
        func names(_ host: String) -> [CertificateExtension] {
            [SubjectAlternativeName([.dnsName(host)]).certificateExtension]
        }
        let wrong = try await bench.send(bench.request(challenge: challenge, extensions: names("dc.example.com")))
        #expect(wrong.refuses(.badRequest), "\(wrong)")
        let right = try bench.request(challenge: challenge, extensions: names("laptop-7.example.com"))
        #expect(try await bench.send(right).status == .success)
    }

    @Test func `a challenge of another endpoint is not known here`() async throws {
        let other = EndpointID(rawValue: "other")
        let bench = try await Workbench(others: [EnrollmentPolicy(endpoint: other)])
        let challenge = try await bench.challenge(endpoint: other)
        let answer = try await bench.send(bench.request(challenge: challenge))
        #expect(answer.refuses(.badRequest), "\(answer)")
        #expect(try await bench.usableChallenges == 1)
        #expect(try await bench.send(bench.request(challenge: challenge), to: other).status == .success)
    }

    @Test func `a challenge with three uses buys three certificates`() async throws {
        let bench = try await Workbench()
        let challenge = try await bench.challenge(uses: 3)
        for number in 1...3 {
            #expect(try await bench.send(bench.request("CN=device-\(number)", challenge: challenge)).status == .success)
        }
        #expect(try await bench.send(bench.request("CN=device-4", challenge: challenge)).refuses(.badRequest))
        #expect(try await bench.issuedCount == 3)
    }

    @Test func `a static challenge is taken without limit, but only where the policy says so`() async throws {
        for isAllowed in [false, true] {
            let bench = try await Workbench(
                policy: EnrollmentPolicy(authentication: .init(staticChallenge: isAllowed)))
            _ = try await bench.challenges.setStatic(
                name: "legacy", secret: Secret("one password for all"), endpoint: .default, createdBy: "test")
            for number in 1...3 {
                let forge = try bench.request("CN=device-\(number)", challenge: "one password for all")
                let answer = try await bench.send(forge)
                #expect(isAllowed ? answer.status == .success : answer.refuses(.badRequest), "\(answer)")
            }
            #expect(try await bench.issuedCount == (isAllowed ? 3 : 0))
        }
    }

    @Test func `a refusal after a valid request leaves the challenge unused`() async throws {
        let bench = try await Workbench()
        let challenge = try await bench.challenge()
        let small = try TestKeys.shared.small()
        let key = try await bench.send(bench.request(challenge: challenge, key: small))
        #expect(key.refuses(.badAlg), "\(key)")
        #expect(key.text?.contains("1024") == true)
        let name = SubjectAlternativeName([.dnsName("not a host name")]).certificateExtension
        let names = try await bench.send(bench.request(challenge: challenge, extensions: [name]))
        #expect(names.refuses(.badRequest), "\(names)")
        #expect(try await bench.usableChallenges == 1)
        #expect(try await bench.send(bench.request(challenge: challenge)).status == .success)
    }

    @Test func `the stored request and the audit trail hold no challenge`() async throws {
        let bench = try await Workbench()
        let challenge = try await bench.challenge()
        #expect(try await bench.send(bench.request(challenge: challenge)).status == .success)
        _ = try await bench.send(bench.request("CN=again", challenge: challenge))
        for enrollment in try await bench.store.enrollments(in: .issued, limit: 10) {
            #expect(enrollment.certificationRequest.firstIndex(of: Array(challenge.utf8)) == nil)
        }
        for record in try await bench.store.auditRecords(after: 0, limit: 1000) {
            #expect(!"\(record.event)".contains(challenge))
        }
    }
}

@Suite("The EnrollmentAuthorizer port, as a webhook answers it")
struct AuthorizerTests {
    struct Stub: EnrollmentAuthorizer {
        let verdict: AuthorizerVerdict

        func verdict(on request: EnrollmentRequest, policy: EnrollmentPolicy) async -> AuthorizerVerdict { verdict }
    }

    func bench(_ verdict: AuthorizerVerdict) async throws -> Workbench {
        try await Workbench(
            policy: EnrollmentPolicy(authentication: .init(webhook: true)), authorizer: Stub(verdict: verdict))
    }

    @Test func `allowed issues, whatever the challenge says`() async throws {
        let bench = try await bench(.allowed(by: "webhook:intune"))
        let forge = try bench.request(challenge: "opaque to us")
        let certificate = try await bench.send(forge).certificate(LabKeys.device())
        #expect(try await bench.send(forge).certificate(LabKeys.device()) == certificate)
        let issuer = try bench.issuing.id
        let stored = try await bench.store.credential(authority: issuer, serial: certificate.serialNumber)
        #expect(stored?.approver == "webhook:intune")
    }

    @Test func `denied is badRequest with the webhook's words`() async throws {
        let answer = try await bench(.denied("not in inventory")).send(bench(.unavailable).request(challenge: "x"))
        #expect(answer.status == .failure)
        let own = try await bench(.denied("not in inventory"))
        let told = try await own.send(own.request(challenge: "x"))
        #expect(told.refuses(.badRequest), "\(told)")
        #expect(told.text?.contains("not in inventory") == true)
        #expect(try await own.issuedCount == 0)
    }

    @Test func `unavailable is 503 and no refusal, and a challenge of ours is taken without asking`() async throws {
        let bench = try await bench(.unavailable)
        let answer = try await bench.send(bench.request(challenge: "x"))
        #expect(answer.reply.status == .unavailable(retryAfterSeconds: 5))
        #expect(try await bench.issuedCount == 0)
        #expect(try await bench.send(bench.request(challenge: bench.challenge())).status == .success)
    }
}

extension TestKeys {
    /// An RSA key of 1024 bits, as Apple's default and the Windows example ask for.
    func small() throws -> SoftwareKey {
        let openSSL = try OpenSSL()
        _ = try openSSL.run("genrsa", "-out", "key.pem", "1024")
        let pem = try #require(try PEM.decode(openSSL.read("key.pem")).first)
        return try SoftwareKey(
            PrivateKeyInfo(parsing: pem.der).material, id: KeyID(rawValue: "small"), pool: LabKeys.pool)
    }
}
