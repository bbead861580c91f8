// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightEndpoints

@Suite("MS-MDE2: whose password, whose device")
struct DeviceOwnerTests {
    @Test func `a password is good with the user name it was made for`() async throws {
        let bench = try await EnrollmentBench()
        let password = try await bench.password(of: "ada@example.org")
        #expect(try await bench.attempt("mallory@example.org", password).status == .forbidden)
        #expect(try await bench.attempt("", password).status == .forbidden)
        let token = try await bench.token(" Ada@Example.org", password)
        #expect(try await bench.enroll(try bench.settings(), wresult: token).fault == nil)
        let event = try #require(try await bench.audit("challenge.created").first)
        #expect(event.details["user"] == "ada@example.org")
    }

    @Test func `a device with certificates in force is not had for its name`() async throws {
        let bench = try await EnrollmentBench()
        let first = try await bench.token("ada", try await bench.password())
        #expect(try await bench.enroll(try bench.settings(), wresult: first).fault == nil)

        let second = try await bench.token("eve", try await bench.password())
        let refused = try await bench.enroll(try bench.settings(1), key: 1, wresult: second)
        #expect(refused.fault?.fault == .authorization, "\(refused.result)")
        #expect(try await bench.audit("windows.refused").first?.outcome == "windows.device-of-another")
        #expect(try await bench.bench.usableChallenges == 1, "nothing was spent")
        #expect(try await bench.enroll(try bench.settings(1, "B"), key: 1, wresult: second).fault == nil)
    }

    @Test func `an owner is not forgotten for what others write under the name`() async throws {
        let bench = try await EnrollmentBench()
        let first = try await bench.token("ada", try await bench.password())
        #expect(try await bench.enroll(try bench.settings(), wresult: first).fault == nil)
        // A transactionID of SCEP is any text, and a refused message leaves it in the trail.
        for _ in 0..<101 {
            try await bench.bench.store.append(
                AuditEvent(
                    action: "scep.refused", at: bench.bench.clock.now, actor: "scep:default",
                    object: EnrollmentBench.deviceID, outcome: "scep.unreadable"))
        }
        let second = try await bench.token("eve", try await bench.password())
        let refused = try await bench.enroll(try bench.settings(1), key: 1, wresult: second)
        #expect(refused.fault?.fault == .authorization, "\(refused.result)")
    }

    @Test func `the same user enrols a device anew, another one what was given up`() async throws {
        let bench = try await EnrollmentBench()
        let first = try await bench.token("ada", try await bench.password())
        let held = try await bench.enroll(try bench.settings(), wresult: first).result.get()
        let again = try await bench.token("ADA", try await bench.password())
        let anew = try await bench.enroll(try bench.settings(1), key: 1, wresult: again).result.get()
        let credential = try #require(
            try await bench.bench.store.credential(serial: held.certificate.serialNumber))
        let device = try #require(credential.device)
        let order = QueuedCommand(
            id: .new(milliseconds: bench.bench.clock.milliseconds), device: device, title: "a secret", kind: .command,
            scope: .device, payload: [1], isSecret: true, createdAt: bench.bench.clock.now, createdBy: "test")
        _ = try await bench.bench.store.queue([order], installation: nil, event: nil)
        for outcome in [held, anew] {
            _ = try await bench.bench.revocation.revoke(
                outcome.certificate.serialNumber, reason: .cessationOfOperation, actor: "test")
        }
        let other = try await bench.token("eve", try await bench.password())
        #expect(try await bench.enroll(try bench.settings(2), key: 2, wresult: other).fault == nil)
        #expect(try await bench.bench.store.command(order.id)?.state == .cancelled)
        let users = try await bench.audit("windows.enrolled").map { $0.details["user"] }
        #expect(users == ["eve", "ADA", "ada"])
        let known = try #require(try await bench.bench.store.device(device))
        #expect(try await WindowsEnrollmentEndpoint.users(of: [known], in: bench.bench.store)[known.id] == "eve")
    }

    @Test func `each enrolment gives a device other secrets, and the same request again the same`() async throws {
        let bench = try await EnrollmentBench()
        var held: [String] = []
        for (number, user) in ["ada", "ADA"].enumerated() {
            let token = try await bench.token(user, try await bench.password())
            let ending = try await bench.enroll(try bench.settings(number), key: number, wresult: token)
            let account = try #require(try ending.result.get().document.account)
            let again = try bench.document(await bench.send(try #require(ending.posts.last)))
            #expect(again.account?.authentication == account.authentication)
            held += account.authentication.map(\.secret)
        }
        #expect(Set(held).count == 4)
    }

    @Test func `a PKCS#10 that names another device is certified for the one that sends it`() async throws {
        let bench = try await EnrollmentBench()
        var settings = try bench.settings()
        settings.subject = DistinguishedName([(.commonName, "0A1B2C3D-0000-0000-0000-00000!FFFF")])
        let token = try await bench.token("ada", try await bench.password())
        let outcome = try await bench.enroll(settings, wresult: token).result.get()
        #expect(outcome.certificate.subject.commonName == EnrollmentBench.deviceID)
        #expect(try await bench.audit("windows.enrolled").map { $0.details["request-device"] } == ["FFFF"])
    }

    @Test func `who has no password learns nothing of another's device`() async throws {
        let bench = try await EnrollmentBench(authPolicies: [.onPremise])
        func attempt(_ user: String, _ password: String, _ id: String, _ key: Int) async throws -> SOAPFault? {
            var settings = try bench.settings(key, id)
            settings.usernameToken = UsernameToken(username: user, password: password)
            settings.authPolicies = [.onPremise]
            return try await bench.enroll(settings, key: key).fault
        }
        let held = EnrollmentBench.deviceID
        #expect(try await attempt("ada", try await bench.password(), held, 0) == nil)
        let ofAnother = try #require(try await attempt("eve", "wrong", held, 1))
        let ofNobody = try #require(try await attempt("eve", "wrong", "B", 1))
        #expect(ofAnother.fault == .authentication)
        #expect(ofAnother.fault == ofNobody.fault && ofAnother.reason == ofNobody.reason)
        #expect(try await attempt("eve", try await bench.password(), held, 1)?.fault == .authorization)
    }
}
