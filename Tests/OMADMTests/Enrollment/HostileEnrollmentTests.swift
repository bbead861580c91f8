// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("Hostile enrolment messages end in a named fault")
struct HostileEnrollmentTests {
    let lab: EnrollmentLab

    init() throws { lab = try EnrollmentLab.shared.get() }

    /// Runs a message up to its decision.
    func judge(_ service: MDEService, _ octets: [UInt8]) -> MDETransaction.Action {
        var transaction = lab.transaction(service)
        let action = transaction.received(octets, clientCertificate: lab.device)
        return action.credential == nil ? action : transaction.authenticated()
    }

    func judge(_ service: MDEService, _ text: String) -> MDETransaction.Action {
        judge(service, Array(text.utf8))
    }

    static let messages: [(MDEService, EnrollmentFixture)] = [
        (.discovery, .discover), (.discovery, .oldDiscover), (.policy, .getPolicies), (.enrollment, .issueOnPremise),
        (.enrollment, .issueFederated), (.enrollment, .issueJWT),
    ]

    @Test func `octets that are no XML`() {
        for octets in [[], [0], Array("GET / HTTP/1.1".utf8), [UInt8](repeating: 0x3C, count: 1000)] {
            for service in MDEService.allCases {
                let reply = judge(service, octets).reply
                #expect(reply?.fault == .messageFormat && reply?.status == 500)
            }
        }
    }

    @Test func `a document type and entities`() throws {
        let text = try EnrollmentFixture.discover.text
        let bomb = "<!DOCTYPE lol [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>" + text
        guard case .unreadable(.doctypeRefused) = judge(.discovery, bomb).reply?.cause else {
            Issue.record("a DOCTYPE is read")
            return
        }
        let entity = text.replacing("alice@example.com", with: "&xxe;")
        guard case .unreadable(.entityRefused) = judge(.discovery, entity).reply?.cause else {
            Issue.record("an entity is read")
            return
        }
    }

    @Test(arguments: messages.indices)
    func `every message cut off anywhere`(row: Int) throws {
        let (service, fixture) = Self.messages[row]
        let octets = try fixture.octets
        for length in stride(from: 0, to: octets.count - 8, by: 37) {
            #expect(judge(service, Array(octets.prefix(length))).reply?.fault == .messageFormat, "\(length)")
        }
    }

    @Test(arguments: messages.indices)
    func `every message with one octet changed ends in a decision or a fault`(row: Int) throws {
        let (service, fixture) = Self.messages[row]
        let octets = try fixture.octets
        var refused = 0
        for index in stride(from: 0, to: octets.count, by: 29) {
            for mask in [UInt8(0x01), 0x20, 0x80] {
                var changed = octets
                changed[index] ^= mask
                if let reply = judge(service, changed).reply {
                    refused += 1
                    #expect(reply.fault != nil && reply.fault != .internalServiceFault && !reply.body.isEmpty)
                }
            }
        }
        #expect(refused > 20)
    }

    /// The mandatory elements of each message, and the fault that their absence ends in.
    static let mandatory: [(MDEService, EnrollmentFixture, String, MDEFault)] = [
        (.discovery, .discover, "Action", .messageFormat), (.discovery, .discover, "MessageID", .messageFormat),
        (.discovery, .discover, "Header", .messageFormat), (.discovery, .discover, "Body", .messageFormat),
        (.discovery, .discover, "Discover", .messageFormat), (.discovery, .discover, "request", .messageFormat),
        (.discovery, .discover, "RequestVersion", .messageFormat),
        (.discovery, .discover, "AuthPolicies", .messageFormat),
        (.discovery, .discover, "AuthPolicy", .messageFormat),
        (.policy, .getPolicies, "GetPolicies", .messageFormat), (.policy, .getPolicies, "Security", .invalidSecurity),
        (.policy, .getPolicies, "UsernameToken", .invalidSecurity),
        (.policy, .getPolicies, "Username", .invalidSecurity), (.policy, .getPolicies, "Password", .invalidSecurity),
        (.enrollment, .issueOnPremise, "TokenType", .messageFormat),
        (.enrollment, .issueOnPremise, "RequestType", .messageFormat),
        (.enrollment, .issueOnPremise, "BinarySecurityToken", .messageFormat),
        (.enrollment, .issueOnPremise, "Security", .invalidSecurity),
        (.enrollment, .issueOnPremise, "AdditionalContext", .invalidEnrollmentData),
        (.enrollment, .issueOnPremise, "ContextItem", .invalidEnrollmentData),
    ]

    @Test(arguments: mandatory.indices)
    func `a message without a mandatory element`(row: Int) throws {
        let (service, fixture, name, fault) = Self.mandatory[row]
        let element = try MarkupElement(parsing: fixture.octets)
        let octets = try element.without(name).serialize(prefixes: [
            (SOAPNamespace.envelope, "s"), (SOAPNamespace.security, "wsse"), (SOAPNamespace.utility, "u"),
            (SOAPNamespace.schemaInstance, "xsi"),
        ])
        #expect(judge(service, octets).reply?.fault == fault, "\(name)")
    }

    @Test(arguments: [
        SOAPNamespace.envelope, SOAPNamespace.addressing, SOAPNamespace.trust, SOAPNamespace.security,
    ])
    func `an element in another namespace is not the element`(namespace: String) throws {
        let text = try EnrollmentFixture.issueOnPremise.text
        let changed = text.replacing("=\"\(namespace)\"", with: "=\"urn:other\"")
        #expect(changed != text)
        #expect(judge(.enrollment, changed).reply?.fault != nil)
    }

    /// A message with a header block more.
    private func message(with header: String) throws -> String {
        let text = try EnrollmentFixture.discover.text
        let changed = text.replacing("</s:Header>", with: header + "</s:Header>")
        try #require(changed != text)
        return changed
    }

    @Test(arguments: ["1", "true", " 1 "])
    func `a header that has to be understood and is not known ends in SOAP's fault, which names it`(
        value: String
    ) throws {
        let header = "<x:Route xmlns:x=\"urn:example:route\" s:mustUnderstand=\"\(value)\">a</x:Route>"
        let reply = try #require(judge(.discovery, try message(with: header)).reply)
        let name = SOAPHeaderName("Route", namespace: "urn:example:route")
        #expect(reply.cause == .headersNotUnderstood([name]) && reply.fault == .messageFormat && reply.status == 500)
        let read = try XMLJudge(reply.body)
        #expect(read.texts("Envelope/Body/Fault/Code/Value") == ["s:MustUnderstand"])
        #expect(read.texts("Envelope/Body/Fault/Code/Subcode/Value") == ["s:MessageFormat"])
        #expect(read.texts("Envelope/Header/NotUnderstood@qname") == ["h:Route"])
        #expect(read.namespaces("Envelope/Header/NotUnderstood") == [SOAPNamespace.envelope])
        #expect(String(decoding: reply.body, as: UTF8.self).contains("xmlns:h=\"urn:example:route\""))
        let fault = try SOAPFault(parsing: SOAPEnvelope(parsing: reply.body, from: .server).body)
        #expect(fault.code == .mustUnderstand && fault.fault == .messageFormat)
    }

    @Test(arguments: [
        "<x:Route xmlns:x=\"urn:x\">a</x:Route>", "<x:Route xmlns:x=\"urn:x\" s:mustUnderstand=\"0\">a</x:Route>",
        "<x:Route xmlns:x=\"urn:x\" s:mustUnderstand=\"1\" s:role=\"urn:somebody-else\">a</x:Route>",
        "<x:Route xmlns:x=\"urn:x\" s:mustUnderstand=\"1\" s:role=\"\(SOAPNamespace.envelope)/role/none\">a</x:Route>",
        "<a:From s:mustUnderstand=\"1\"><a:Address>urn:x</a:Address></a:From>",
        "<d:ActivityId xmlns:d=\"\(SOAPNamespace.diagnostics)\" s:mustUnderstand=\"1\">1</d:ActivityId>",
    ])
    func `headers that are known, or need not be understood here, change nothing`(header: String) throws {
        #expect(judge(.discovery, try message(with: header)).discover != nil)
    }

    @Test func `SOAP 1.1 is not a device's, and is answered in its own words`() throws {
        let text = try EnrollmentFixture.discover.text.replacing(
            SOAPNamespace.envelope, with: SOAPNamespace.envelope11)
        let reply = try #require(judge(.discovery, text).reply)
        #expect(reply.cause == .notSOAP(namespace: SOAPNamespace.envelope11))
        #expect(reply.status == 500 && reply.mediaType == "text/xml; charset=utf-8")
        #expect(String(decoding: reply.body, as: UTF8.self).contains("xmlns:s=\"\(SOAPNamespace.envelope11)\""))
        let read = try XMLJudge(reply.body)
        #expect(read.texts("Envelope/Body/Fault/faultcode") == ["s:VersionMismatch"])
        #expect(read.texts("Envelope/Header/Upgrade/SupportedEnvelope@qname") == ["v:Envelope"])
    }

    @Test func `an envelope of no version that is known`() throws {
        let text = try EnrollmentFixture.discover.text.replacing(
            SOAPNamespace.envelope, with: "http://www.w3.org/2001/06/soap-envelope")
        let reply = try #require(judge(.discovery, text).reply)
        #expect(reply.mediaType == "application/soap+xml; charset=utf-8")
        let read = try XMLJudge(reply.body)
        #expect(read.texts("Envelope/Body/Fault/Code/Value") == ["s:VersionMismatch"])
        #expect(read.texts("Envelope/Body/Fault/Code/Subcode/Value") == ["s:MessageFormat"])
        #expect(read.texts("Envelope/Header/Upgrade/SupportedEnvelope@qname") == ["s:Envelope"])
    }

    @Test func `the action of another service`() throws {
        let reply = judge(.policy, try EnrollmentFixture.issueOnPremise.octets).reply
        #expect(
            reply?.cause
                == .unexpectedAction(
                    expected: MDEService.policy.requestAction,
                    found: MDEService.enrollment.requestAction))
        let body = try lab.message(.enrollment, GetPolicies().markup, EnrollmentLab.alice.securityHeader)
        #expect(judge(.enrollment, body).reply?.cause == .unexpectedBody("GetPolicies"))
    }

    @Test func `a reply that is to go elsewhere`() throws {
        let octets = try lab.message(
            .discovery, Discover(emailAddress: "", requestVersion: .newest, authPolicies: [.onPremise]).markup
        ) { $0.replyTo = "https://evil.example/" }
        let reply = judge(.discovery, octets).reply
        #expect(reply?.cause == .unexpectedReplyTo && reply?.fault == .messageFormat)
    }

    @Test func `two elements in the body, two bodies, two actions, two tokens`() throws {
        let text = try EnrollmentFixture.issueOnPremise.text
        let patterns: [(Regex<Substring>, MDEError?)] = [
            (/<s:Body>.*<\/s:Body>/.dotMatchesNewlines(), .unreadable(.repeated("Body"))),
            (/<a:Action.*<\/a:Action>/, .unreadable(.repeated("Action"))),
            (
                /<wst:RequestSecurityToken>.*<\/wst:RequestSecurityToken>/.dotMatchesNewlines(),
                .unexpectedBody("2 elements instead of one")
            ),
            (
                /<wsse:BinarySecurityToken .*<\/wsse:BinarySecurityToken>/.dotMatchesNewlines(),
                .unreadable(.repeated("BinarySecurityToken"))
            ),
        ]
        for (pattern, cause) in patterns {
            let found = try #require(text.firstMatch(of: pattern)).output
            let doubled = text.replacing(found, with: String(found) + String(found))
            #expect(judge(.enrollment, doubled).reply?.cause == cause)
        }
    }

    @Test func `a message over the limit, and elements inside one another without end`() {
        let long = [UInt8](repeating: 0x20, count: MDELimits.message + 1)
        #expect(
            judge(.enrollment, long).reply?.cause
                == .unreadable(.messageTooLarge(limit: MDELimits.message)))
        let deep = String(repeating: "<a>", count: 100_000)
        guard case .unreadable(.limitExceeded) = judge(.enrollment, deep).reply?.cause else {
            Issue.record("read")
            return
        }
    }

    @Test func `context items, their names and values have limits`() throws {
        func cause(_ items: [ContextItem]) throws -> MDEError? {
            let request = RequestSecurityToken(
                .issue, token: BinarySecurityToken(.pkcs10, octets: [0x30, 0]), context: AdditionalContext(items))
            let octets = try lab.message(.enrollment, request.markup, EnrollmentLab.alice.securityHeader)
            return judge(.enrollment, octets).reply?.cause
        }
        let many = Array(repeating: ContextItem(.mac, "x"), count: MDELimits.contextItems + 1)
        #expect(
            try cause(many)
                == .unreadable(.limitExceeded("context items", limit: MDELimits.contextItems)))
        let long = String(repeating: "x", count: MDELimits.contextValue + 1)
        #expect(
            try cause([ContextItem(.mac, long)])
                == .unreadable(.limitExceeded("octets of Value", limit: MDELimits.contextValue)))
        #expect(
            try cause([ContextItem(long, "x")])
                == .unreadable(.limitExceeded("octets of Name", limit: MDELimits.text)))
    }

    @Test func `a fault never repeats what was sent`() throws {
        let secret = "p&amp;ssw&lt;rd"
        let text = try EnrollmentFixture.issueOnPremise.text
        for broken in [
            text.replacing("</s:Envelope>", with: ""), text.replacing("#PasswordText", with: "#PasswordDigest"),
            text.replacing("/Issue<", with: "/Cancel<"),
        ] {
            #expect(broken.contains(secret))
            let body = String(decoding: try #require(judge(.enrollment, broken).reply).body, as: UTF8.self)
            #expect(!body.contains("ssw&lt;") && !body.contains("alice"))
        }
    }

    @Test func `the MessageID is repeated even when the rest is broken, an endless one is not`() throws {
        let text = try EnrollmentFixture.issueOnPremise.text.replacing("wst:TokenType", with: "wst:Other")
        let reply = try #require(judge(.enrollment, text).reply)
        #expect(
            try XMLJudge(reply.body).texts("Envelope/Header/RelatesTo")
                == [MDEService.enrollment.messageIDOfWindows])
        let endless = try EnrollmentFixture.discover.text.replacing(
            "urn:uuid:", with: "urn:uuid:" + String(repeating: "a", count: MDELimits.text))
        let other = try #require(judge(.discovery, endless).reply)
        #expect(other.fault == .messageFormat)
        #expect(try XMLJudge(other.body).texts("Envelope/Header/RelatesTo").isEmpty)
    }
}
