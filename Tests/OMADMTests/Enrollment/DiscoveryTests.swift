// SPDX-License-Identifier: Apache-2.0

import OMADM
import SealwrightTesting
import Testing

@Suite("MS-MDE2 section 3.1: discovery")
struct DiscoveryTests {
    let lab: EnrollmentLab

    init() throws { lab = try EnrollmentLab.shared.get() }

    func question(_ octets: [UInt8]) throws -> (Discover, DiscoverResult, MDETransaction) {
        var transaction = lab.transaction(.discovery)
        let action = transaction.received(octets)
        let (question, proposal) = try #require(action.discover)
        return (question, proposal, transaction)
    }

    @Test func `the question of a Windows 10 is read`() throws {
        let (question, _, transaction) = try question(EnrollmentFixture.discover.octets)
        #expect(
            question
                == Discover(
                    emailAddress: "alice@example.com", requestVersion: MDEVersion(4),
                    applicationVersion: "10.0.19043.2364", osEdition: 72, authPolicies: [.onPremise, .federated]))
        #expect(transaction.messageID == "urn:uuid:748132ec-a575-4329-b01b-6171a9cf8478")
    }

    @Test func `other prefixes, line breaks, a slash behind the namespace and a policy without element are read`()
        throws
    {
        let (question, proposal, transaction) = try question(EnrollmentFixture.oldDiscover.octets)
        #expect(question.authPolicies == [.onPremise])
        #expect(question.requestVersion == MDEVersion(3))
        #expect(question.emailAddress.isEmpty && question.deviceType == nil && question.osEdition == nil)
        #expect(proposal.enrollmentVersion == MDEVersion(3))
        #expect(transaction.messageID == "urn:uuid:748132ec-a575-4329-b01b-6171a9cf8478")
    }

    @Test func `a question survives a round trip`() throws {
        let question = Discover(
            emailAddress: "EXAMPLE\\alice <x>", requestVersion: MDEVersion(5), deviceType: "Linux",
            applicationVersion: "1.2.3.4", osEdition: .max, authPolicies: [.certificate, .federated])
        let octets = try lab.message(.discovery, question.markup)
        #expect(try self.question(octets).0 == question)
    }

    @Test func `the answer survives a round trip and another parser finds what the reference shows`() throws {
        var (_, proposal, transaction) = try question(EnrollmentFixture.discover.octets)
        let reply = transaction.discovered(proposal)
        #expect(reply.status == 200 && reply.mediaType == "application/soap+xml; charset=utf-8")
        let envelope = try SOAPEnvelope(parsing: reply.body, from: .server)
        #expect(try DiscoverResult(parsing: envelope.body) == proposal)

        let judge = try XMLJudge(reply.body)
        #expect(judge.namespaces("Envelope") == [SOAPNamespace.envelope])
        #expect(
            judge.texts("Envelope/Header/Action") == [
                "http://schemas.microsoft.com/windows/management/2012/01/enrollment/IDiscoveryService/DiscoverResponse"
            ])
        #expect(judge.texts("Envelope/Header/Action@mustUnderstand") == ["1"])
        #expect(judge.texts("Envelope/Header/RelatesTo") == ["urn:uuid:748132ec-a575-4329-b01b-6171a9cf8478"])
        #expect(judge.texts("Envelope/Header/ActivityId@CorrelationId") == [EnrollmentLab.traceID])
        let result = "Envelope/Body/DiscoverResponse/DiscoverResult"
        #expect(judge.namespaces(result) == ["http://schemas.microsoft.com/windows/management/2012/01/enrollment"])
        #expect(judge.texts(result + "/AuthPolicy") == ["OnPremise"])
        #expect(judge.texts(result + "/EnrollmentVersion") == ["4.0"])
        #expect(judge.texts(result + "/EnrollmentServiceUrl") == [lab.settings.enrollmentServiceURL.text])
        #expect(judge.texts(result + "/EnrollmentPolicyServiceUrl") == [lab.settings.policyServiceURL.text])
        #expect(judge.texts(result + "/AuthenticationServiceUrl").isEmpty)
    }

    @Test func `the octets of an answer are those of the skeleton`() throws {
        var (_, proposal, transaction) = try question(EnrollmentFixture.discover.octets)
        let text = String(decoding: transaction.discovered(proposal).body, as: UTF8.self)
        #expect(
            text.hasPrefix(
                """
                <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" \
                xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header><a:Action s:mustUnderstand="1">
                """))
        #expect(
            text.contains(
                """
                <s:Body><DiscoverResponse xmlns="http://schemas.microsoft.com/windows/management/2012/01/enrollment">\
                <DiscoverResult><AuthPolicy>OnPremise</AuthPolicy>
                """))
        #expect(text.hasSuffix("</DiscoverResult></DiscoverResponse></s:Body></s:Envelope>"))
    }

    @Test func `the first policy of the server that the device offers is taken`() throws {
        func policy(_ offered: [AuthPolicy]) throws -> AuthPolicy {
            try lab.settings.result(
                for: Discover(emailAddress: "", requestVersion: MDEVersion(4), authPolicies: offered)
            ).authPolicy
        }
        #expect(try policy([.federated, .onPremise]) == .onPremise)
        #expect(try policy([.federated, .certificate]) == .federated)
        #expect(throws: MDEError.noCommonAuthPolicy(offered: [.certificate])) { try policy([.certificate]) }
    }

    @Test func `Federated comes with its page and is not served without one`() throws {
        var settings = lab.settings
        settings.authPolicies = [.federated]
        let question = Discover(emailAddress: "", requestVersion: MDEVersion(4), authPolicies: [.federated])
        #expect(try settings.result(for: question).authenticationServiceURL == settings.authenticationServiceURL)
        settings.authenticationServiceURL = nil
        #expect(throws: MDEError.noCommonAuthPolicy(offered: [.federated])) {
            try settings.result(for: question)
        }
    }

    @Test(arguments: [("3.0", "3.0"), ("4.0", "4.0"), ("7.0", "7.0"), ("9.1", "7.0")])
    func `the version is the lower one of both sides`(asked: String, answered: String) throws {
        let question = Discover(
            emailAddress: "", requestVersion: try MDEVersion(parsing: asked), authPolicies: [.onPremise])
        #expect(try lab.settings.result(for: question).enrollmentVersion.description == answered)
    }

    @Test func `a device older than version 3 is not supported`() throws {
        let question = Discover(
            emailAddress: "", requestVersion: MDEVersion(2, 5), authPolicies: [.onPremise])
        var transaction = lab.transaction(.discovery)
        let reply = transaction.received(try lab.message(.discovery, question.markup)).reply
        #expect(reply?.fault == .deviceNotSupported)
        #expect(reply?.cause == .versionTooOld(MDEVersion(2, 5)))
    }

    @Test(arguments: ["", "4.", ".0", "4.0.0", "-1", "+4", "four", "4.0 ", "99999"])
    func `an unreadable version is refused`(text: String) {
        #expect(throws: OMADMError.malformed("RequestVersion", reason: "is no version such as 4.0")) {
            try MDEVersion(parsing: text)
        }
    }

    @Test(arguments: [
        "http://mdm.example.com/", "https://", "https://a@b/", "https:///x", "https://a b/", "ftp://x",
        "https://x\u{7F}/",
        "https://[::1/",
    ])
    func `an address that is not https with a host is refused`(text: String) {
        #expect(throws: OMADMError.self) { try ServiceURL(parsing: text) }
    }

    @Test func `hosts are found`() throws {
        #expect(try ServiceURL(parsing: "HTTPS://MDM.Example.com:8443/x?y").host == "mdm.example.com")
        #expect(try ServiceURL(parsing: "https://[2001:DB8::1]:8443").host == "[2001:db8::1]")
    }

    @Test func `services on two hosts are never answered`() throws {
        var (_, proposal, transaction) = try question(EnrollmentFixture.discover.octets)
        proposal.enrollmentPolicyServiceURL = try ServiceURL(parsing: "https://other.example.com/p")
        let reply = transaction.discovered(proposal)
        #expect(reply.fault == .internalServiceFault && reply.status == 500)
        #expect(!String(decoding: reply.body, as: UTF8.self).contains("other.example.com"))
    }

    @Test func `the probe is answered with nothing`() {
        let reply = MDEReply.discoveryProbe
        #expect(reply.status == 200 && reply.body.isEmpty && reply.mediaType == nil && reply.fault == nil)
    }

    @Test func `media types that a SOAP message can have are told from others`() {
        #expect(MDEService.isSOAP("application/soap+xml; charset=utf-8"))
        #expect(MDEService.isSOAP("Application/SOAP+xml"))
        #expect(MDEService.isSOAP("text/xml; charset=utf-8") && MDEService.isSOAP("application/xml"))
        #expect(MDEService.isSOAP(nil))
        #expect(MDEService.isSOAP("text/xml;charset=utf-16"))
        #expect(!MDEService.isSOAP("application/soap+xml; charset=iso-8859-1"))
        #expect(!MDEService.isSOAP("") && !MDEService.isSOAP("text/plain"))
        #expect(!MDEService.isSOAP("application/x-www-form-urlencoded"))
    }
}

@Suite("MS-MDE2 section 3.2: the sign-in page of Federated")
struct FederatedSignInTests {
    @Test func `the page posts the token to the application and is well-formed enough for a browser`() throws {
        let signIn = try FederatedSignIn(
            appru: "ms-app://windows.immersivecontrolpanel", loginHint: "alice@example.com")
        let page = String(decoding: signIn.page(wresult: "a\"<&'>b"), as: UTF8.self)
        #expect(page.contains("action=\"ms-app://windows.immersivecontrolpanel\""))
        #expect(page.contains("name=\"wresult\" value=\"a&quot;&lt;&amp;&#39;&gt;b\""))
        #expect(signIn.loginHint == "alice@example.com")
    }

    @Test func `the digest of the script is the one openssl computes`() throws {
        let tools = try TemporaryFolder()
        let page = String(
            decoding: try FederatedSignIn(appru: "ms-app://x", loginHint: nil).page(wresult: ""), as: UTF8.self)
        let script = try #require(page.firstMatch(of: /<script>(.*)<\/script>/)).1
        try tools.write(Array(script.utf8), "script.js")
        let digest = try tools.run("sh", "-c", "openssl dgst -sha256 -binary script.js | openssl base64 -A")
        #expect(FederatedSignIn.scriptSource == "'sha256-\(digest)'")
    }

    @Test(arguments: [
        nil, "", "ms-app://", "https://evil.example/", "javascript:alert(1)", "ms-app://x\"><script>", "ms-app://x y",
        "MS-APP://x", " ms-app://x",
    ])
    func `no other address is returned to`(appru: String?) {
        #expect(throws: MDEError.callbackRefused) { try FederatedSignIn(appru: appru, loginHint: nil) }
    }
}

@Suite("Microsoft Entra integration with MDM: where the terms page returns to")
struct TermsOfUseAddressTests {
    @Test func `an identifier of another form is left out`() throws {
        let visit = try TermsOfUse(redirectURI: "ms-appx-web://a/b", clientRequestID: "x&y=z", mode: nil)
        #expect(visit.clientRequestID == nil && !visit.isEntraJoin)
        #expect(visit.accepted(opaqueBlob: "a&b") == "ms-appx-web://a/b?IsAccepted=true&OpaqueBlob=a%26b")
        #expect(try TermsOfUse(redirectURI: "ms-aadj-redir://a", mode: "AzureADJoin").isEntraJoin)
    }

    @Test(arguments: [nil, "", "ms-app://a", "http://a", "ms-appx-web://", "ms-appx-web://a#b", "ms-appx-web://a b"])
    func `no other address is returned to`(redirectURI: String?) {
        #expect(throws: MDEError.redirectRefused) { try TermsOfUse(redirectURI: redirectURI) }
    }
}
