// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightTesting
import Testing

@Suite("MS-MDE2 section 3: a whole enrolment, both sides of ours")
struct ClientEnrollmentTests {
    let lab: EnrollmentLab
    let discovery: ServiceURL

    init() throws {
        lab = try EnrollmentLab.shared.get()
        discovery = try ServiceURL(
            parsing: "https://EnterpriseEnrollment.example.com/EnrollmentServer/Discovery.svc")
    }

    /// What a server decides, for a password of its own and a token of its own.
    struct Server {
        let lab: EnrollmentLab
        var refusal: MDEFault?
        /// Changes replies on their way.
        var tamper: (MDEService, [UInt8]) -> [UInt8] = { $1 }

        func answer(_ service: MDEService, _ body: [UInt8], tls: CertificateView?) throws -> (Int, [UInt8]) {
            var transaction = lab.transaction(service)
            var action = transaction.received(body, clientCertificate: tls)
            if let credential = action.credential {
                let isGood = credential == EnrollmentLab.alice || credential == .userToken("signed in")
                guard isGood else { return Self.pair(transaction.refuse(.authentication, reason: "unknown user")) }
                action = transaction.authenticated()
            }
            let reply: MDEReply
            switch action {
            case .discover(_, let proposal): reply = transaction.discovered(proposal)
            case .answerPolicies: reply = transaction.policies(GetPoliciesResponse(lab.settings.policy))
            case .issue(let request):
                if let refusal { return Self.pair(transaction.refuse(refusal, reason: "refused")) }
                let key = try #require(request.certificationRequest.publicKey)
                reply = transaction.enrolled(try lab.document(lab.issue(key)), at: lab.now)
            case .renew(let request):
                let key = try #require(request.certificationRequest.publicKey)
                let certificate = ProvisionedCertificate(.user, encoded: try lab.issue(key).encoded)
                reply = transaction.enrolled(.renewal(of: certificate, providerID: "Sealwright"), at: lab.now)
            case .authenticate: throw MDEError.outOfOrder("a second credential")
            case .reply(let refused): reply = refused
            }
            return Self.pair(reply, body: tamper(service, reply.body))
        }

        private static func pair(_ reply: MDEReply, body: [UInt8]? = nil) -> (Int, [UInt8]) {
            (reply.status, body ?? reply.body)
        }
    }

    func settings(_ key: SoftwareKey? = nil, token: UsernameToken? = nil) throws -> ClientEnrollmentSettings {
        let key = key ?? lab.nextKey
        return ClientEnrollmentSettings(
            emailAddress: "alice@example.com", deviceID: try MDEDeviceID(parsing: EnrollmentLab.deviceID),
            publicKey: key.publicKey, signatureAlgorithm: key.defaultSignatureAlgorithm, usernameToken: token,
            context: AdditionalContext([ContextItem(.deviceName, "desk 7"), ContextItem(.enrollmentType, "Full")]))
    }

    var alice: UsernameToken { UsernameToken(username: "alice@example.com", password: "p&ssw<rd ") }

    /// Runs a client against a server; tells what it did besides.
    func run(
        _ client: inout ClientEnrollment, _ server: Server, key: SoftwareKey? = nil, wresult: String = "signed in"
    ) throws -> (ending: Result<ClientEnrollmentOutcome, MDEError>, steps: [String]) {
        var action = client.start()
        var steps: [String] = []
        for _ in 0..<12 {
            switch action {
            case .get(let url):
                steps.append("GET \(url.host)")
                action = client.responded(status: 200, body: [])
            case .post(let message):
                let service = try #require(
                    MDEService.allCases.first { message.url.text.hasSuffix($0.path) })
                steps.append(service.rawValue)
                #expect(message.mediaType == MDEService.mediaType)
                let (status, body) = try server.answer(
                    service, message.body, tls: message.needsClientCertificate ? lab.device : nil)
                action = client.responded(status: status, body: body)
            case .signIn(let address):
                steps.append(address)
                action = client.signedIn(wresult)
            case .sign(let task):
                steps.append("sign")
                let signer = task.key == .new ? key ?? lab.nextKey : lab.deviceKey
                action = client.signed(try signer.signSynchronously(task.bytes, algorithm: task.algorithm))
            case .finished(let outcome): return (.success(outcome), steps)
            case .failed(let error): return (.failure(error), steps)
            }
        }
        throw MDEError.outOfOrder("what follows \(steps)")
    }

    @Test func `with user name and password`() throws {
        var client = ClientEnrollment(try settings(token: alice), discovery: discovery)
        let (ending, steps) = try run(&client, Server(lab: lab))
        let outcome = try ending.get()
        #expect(steps == ["GET enterpriseenrollment.example.com", "discovery", "policy", "sign", "enrollment"])
        #expect(outcome.certificate.publicKey == lab.nextKey.publicKey && outcome.store == .user)
        #expect(outcome.document.account?.providerID == "Sealwright")
        #expect(client.discovered?.authPolicy == .onPremise)
    }

    @Test func `with a sign-in page`() throws {
        var client = ClientEnrollment(try settings(), discovery: discovery)
        let (ending, steps) = try run(&client, Server(lab: lab))
        #expect(try ending.get().certificate.publicKey == lab.nextKey.publicKey)
        #expect(
            steps.contains(
                "https://login.example.com/EnrollmentServer/Auth?appru=ms-app%3A%2F%2Fwindows.immersivecontrolpanel"
                    + "&login_hint=alice%40example.com"))
    }

    @Test func `a renewal is signed with the present certificate and brings one for the next key`() throws {
        let renewal = ClientRenewal(
            enrollmentServiceURL: lab.settings.enrollmentServiceURL, certificate: lab.device,
            certificateAlgorithm: .rsaPKCS1(.sha256), settings: try settings())
        var client = ClientEnrollment(renewal)
        let (ending, steps) = try run(&client, Server(lab: lab))
        #expect(steps == ["sign", "sign", "enrollment"])
        let outcome = try ending.get()
        #expect(outcome.certificate.publicKey == lab.nextKey.publicKey)
        #expect(outcome.document.purpose == .renewal && outcome.document.account?.isReference == true)
    }

    @Test func `a key on a curve gets its certificate`() throws {
        let key = try TestKeys.shared.key(.ecP256)
        var client = ClientEnrollment(try settings(key, token: alice), discovery: discovery)
        #expect(try run(&client, Server(lab: lab), key: key).ending.get().certificate.publicKey == key.publicKey)
    }

    /// The error a client ends with when one thing is wrong.
    func failure(
        _ settings: ClientEnrollmentSettings? = nil, refusal: MDEFault? = nil, wresult: String = "signed in",
        _ tamper: @escaping (MDEService, String) -> String = { $1 }
    ) throws -> MDEError? {
        var client = ClientEnrollment(try settings ?? self.settings(token: alice), discovery: discovery)
        var server = Server(lab: lab, refusal: refusal)
        server.tamper = { Array(tamper($0, String(decoding: $1, as: UTF8.self)).utf8) }
        guard case .failure(let error) = try run(&client, server, wresult: wresult).ending else { return nil }
        if case .failed(.outOfOrder) = client.start() {} else { Issue.record("it goes on after its end") }
        return error
    }

    @Test(arguments: MDEFault.allCases)
    func `every fault reaches the client`(fault: MDEFault) throws {
        guard case .refused(let refused) = try failure(refusal: fault) else {
            Issue.record("no refusal")
            return
        }
        #expect(refused.fault == fault && refused.reason == "refused")
    }

    @Test func `a wrong password and a wrong token`() throws {
        let wrong = try settings(token: UsernameToken(username: "alice@example.com", password: "x"))
        guard case .refused(let refused) = try failure(wrong) else {
            Issue.record("no refusal")
            return
        }
        #expect(refused.fault == .authentication)
        guard case .refused(let token) = try failure(settings(), wresult: "forged") else {
            Issue.record("no refusal")
            return
        }
        #expect(token.fault == .authentication)
    }

    @Test func `the reply to another request, and one with another action`() throws {
        #expect(
            try failure { $0 == .policy ? $1.replacing("72048B64", with: "00000000") : $1 } == .relatesToMismatch)
        #expect(
            try failure { $0 == .discovery ? $1.replacing("DiscoverResponse</a:", with: "Other</a:") : $1 }?.code
                == "mde.unexpected-action")
    }

    @Test func `a reply in SOAP 1.1, as Microsoft's samples print it, is taken`() throws {
        let error = try failure { service, text in
            service == .enrollment ? text.replacing(SOAPNamespace.envelope, with: SOAPNamespace.envelope11) : text
        }
        #expect(error == nil)
    }

    @Test func `addresses without TLS and services on two hosts`() throws {
        let plain = try failure {
            $0 == .discovery ? $1.replacing("https://mdm.example.com/", with: "http://mdm.example.com/") : $1
        }
        #expect(plain == .unreadable(.malformed("address", reason: "is not https")))
        let hosts = try failure {
            $0 == .discovery
                ? $1.replacing("https://mdm.example.com/EnrollmentServer/P", with: "https://x.example/P") : $1
        }
        #expect(hosts == .hostsDiffer)
    }

    @Test func `a policy of authentication that was not offered`() throws {
        let error = try failure {
            $0 == .discovery ? $1.replacing(">OnPremise<", with: ">Certificate<") : $1
        }
        #expect(error == .unexpectedAuthPolicy(.certificate))
    }

    @Test func `a policy that asks for a longer key`() throws {
        let error = try failure { $0 == .policy ? $1.replacing(">2048<", with: ">3072<") : $1 }
        #expect(error == .keyTooShort(bits: 2048, minimum: 3072))
        let ignored = try failure {
            $0 == .policy
                ? $1.replacing(">2048<", with: ">3072<").replacing("<policySchema>3", with: "<policySchema>2") : $1
        }
        #expect(ignored == nil)
    }

    @Test func `a certificate for another key`() throws {
        var client = ClientEnrollment(try settings(token: alice), discovery: discovery)
        var server = Server(lab: lab)
        let other = try lab.document(lab.issue(lab.rootKey.publicKey)).serialize()
        server.tamper = { service, body in
            guard service == .enrollment, var envelope = try? SOAPEnvelope(parsing: body, from: .server) else {
                return body
            }
            envelope.body = RequestSecurityTokenResponse(provisioning: other).markup
            return (try? envelope.serialize()) ?? body
        }
        guard case .failure(let error) = try run(&client, server).ending else {
            Issue.record("taken")
            return
        }
        #expect(error == .noCertificateForKey)
    }

    @Test func `statuses without SOAP, and octets that are none`() throws {
        var client = ClientEnrollment(try settings(token: alice), discovery: discovery)
        _ = client.start()
        guard case .failed(.unexpectedStatus(404)) = client.responded(status: 404, body: []) else {
            Issue.record("404 is taken")
            return
        }
        #expect(try failure { $0 == .policy ? "<html>" + $1 : $1 }?.code == "mde.unreadable")
    }
}
