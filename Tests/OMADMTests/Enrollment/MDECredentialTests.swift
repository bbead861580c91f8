// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import Testing

@Suite("MS-MDE2 section 3.3: who asks")
struct MDECredentialTests {
    let lab: EnrollmentLab

    init() throws { lab = try EnrollmentLab.shared.get() }

    func credential(_ octets: [UInt8]) -> MDETransaction.Action {
        var transaction = lab.transaction(.enrollment)
        return transaction.received(octets)
    }

    @Test func `a user name with the password's white space kept`() throws {
        let credential = credential(try EnrollmentFixture.issueOnPremise.octets).credential
        #expect(credential == .usernameToken(UsernameToken(username: "EXAMPLE\\alice", password: "p&ssw<rd ")))
    }

    @Test(arguments: ["\r\n                ", "\n", " \n\t "])
    func `a line break behind the password, as in Microsoft's messages, is none of it`(space: String) throws {
        let text = try EnrollmentFixture.issueOnPremise.text
        let broken = text.replacing("</wsse:Password>", with: space + "</wsse:Password>")
        #expect(broken != text)
        let credential = credential(Array(broken.utf8)).credential
        #expect(credential == .usernameToken(UsernameToken(username: "EXAMPLE\\alice", password: "p&ssw<rd")))
    }

    @Test func `the token of a sign-in page`() throws {
        let credential = credential(try EnrollmentFixture.issueFederated.octets).credential
        #expect(credential == .userToken("opaque <token> of the sign-in page"))
    }

    @Test func `what is called a JSON Web Token and is none is a token of the sign-in page`() throws {
        let header = MDECredential.jwt("a.b").securityHeader
        #expect(try MDECredential(parsing: header.markup) == .userToken("a.b"))
    }

    @Test func `a JSON Web Token in Base64 without padding, as the other alphabet has it`() throws {
        let text = try EnrollmentFixture.issueJWT.text
        let token = try #require(text.firstMatch(of: /<wsse:BinarySecurityToken [^>]*>([^<]*)</)).1
        #expect(Base64.decode(token) == nil)
        let credential = credential(Array(text.utf8)).credential
        #expect(credential == .jwt("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZT8_In0.c2lnbg"))
    }

    @Test(arguments: [
        EnrollmentLab.alice, .userToken("ümlaut & <more>"), .jwt("a.b.c"),
        .usernameToken(UsernameToken(username: "x", password: "")),
    ])
    func `a credential survives a round trip`(credential: MDECredential) throws {
        let markup = credential.securityHeader.markup
        let octets = try markup.serialize(prefixes: [
            (SOAPNamespace.security, "wsse"), (SOAPNamespace.utility, "u"), (SOAPNamespace.envelope, "s"),
        ])
        #expect(try MDECredential(parsing: MarkupElement(parsing: octets)) == credential)
    }

    @Test func `attributes are read with and without prefix`() throws {
        let text = try EnrollmentFixture.issueFederated.text
        let prefixed = text.replacing(" ValueType=", with: " wsse:ValueType=")
            .replacing(" EncodingType=", with: " wsse:EncodingType=")
        #expect(prefixed != text)
        #expect(credential(Array(prefixed.utf8)).credential == .userToken("opaque <token> of the sign-in page"))
        let plain = try EnrollmentFixture.issueOnPremise.text.replacing("wsse:Type=", with: "Type=")
        #expect(credential(Array(plain.utf8)).credential != nil)
    }

    @Test func `nothing secret is printed`() {
        let values: [Any] = [
            EnrollmentLab.alice, MDECredential.userToken("t0ken-secret"),
            MDECredential.jwt("t0ken-secret.b.c"),
            ApplicationAuthentication(.client, secret: "t0ken-secret", nonce: []),
            BinarySecurityToken(.jwt, octets: Array("t0ken-secret".utf8)), EnrollmentLab.alice.securityHeader,
        ]
        for value in values {
            let printed = "\(value) " + String(reflecting: value)
            #expect(!printed.contains("t0ken-secret") && !printed.contains("p&ssw"), "\(type(of: value))")
        }
    }

    /// A security header made of elements, and what comes of it.
    func refusal(_ elements: [MarkupElement]) throws -> MDEError? {
        let request = RequestSecurityToken(
            .issue, token: BinarySecurityToken(.pkcs10, octets: [0x30, 0]), context: AdditionalContext())
        let octets = try lab.message(.enrollment, request.markup) { envelope in
            envelope.security = MarkupElement("Security", namespace: SOAPNamespace.security, children: elements)
        }
        let reply = credential(octets).reply
        #expect(reply?.fault == .invalidSecurity)
        return reply?.cause
    }

    func tokens(of credential: MDECredential) -> [MarkupElement] { credential.securityHeader.markup.children }

    @Test func `a message without a credential is refused`() throws {
        #expect(try refusal([]) == .noCredential)
        let body = GetPolicies().markup
        var transaction = lab.transaction(.policy)
        #expect(transaction.received(try lab.message(.policy, body)).reply?.cause == .noCredential)
    }

    @Test func `two credentials, of one kind or of two, are refused`() throws {
        let name = tokens(of: EnrollmentLab.alice)
        let token = tokens(of: .userToken("x"))
        #expect(try refusal(name + name) == .severalCredentials(2))
        #expect(try refusal(token + token) == .severalCredentials(2))
        #expect(try refusal(name + token) == .severalCredentials(2))
    }

    @Test func `two security headers are refused`() throws {
        let text = try EnrollmentFixture.issueOnPremise.text
        let header = try #require(text.firstMatch(of: /<wsse:Security .*<\/wsse:Security>/)).output
        let doubled = text.replacing(header, with: String(header) + String(header))
        let reply = credential(Array(doubled.utf8)).reply
        #expect(reply?.cause == .unreadable(.repeated("Security")))
        #expect(reply?.fault == .messageFormat)
    }

    @Test func `a certificate, a password digest and an unknown type are not taken`() throws {
        let certificate = BinarySecurityToken(
            BinarySecurityToken.ValueType(rawValue: "…#X509v3"), octets: Array("text".utf8))
        let header = SecurityHeader(binarySecurityTokens: [certificate]).markup
        #expect(try refusal(header.children) == .unsupportedCredential("…#X509v3"))
        let password = MarkupElement(
            "Password", namespace: SOAPNamespace.security, attributes: [MarkupAttribute("Type", "…#PasswordDigest")],
            content: [.text("x")])
        let name = MarkupElement("Username", namespace: SOAPNamespace.security, text: "alice")
        let token = MarkupElement("UsernameToken", namespace: SOAPNamespace.security, children: [name, password])
        #expect(
            try refusal([token])
                == .securityUnreadable(.malformed("Password", reason: "is of another type than PasswordText")))
    }

    @Test(arguments: ["", "  ", "%%%", "QQ", "AAAA AAA=A", "////////"])
    func `text that is no Base64 of a text`(text: String) throws {
        let token = MarkupElement(
            "BinarySecurityToken", namespace: SOAPNamespace.security,
            attributes: [
                MarkupAttribute("ValueType", BinarySecurityToken.ValueType.deviceEnrollmentUserToken.rawValue)
            ], content: [.text(text)])
        guard text != "QQ" else {
            // One letter in Base64 without padding.
            let request = RequestSecurityToken(
                .issue, token: BinarySecurityToken(.pkcs10, octets: [0x30, 0]), context: AdditionalContext())
            let octets = try lab.message(.enrollment, request.markup) { envelope in
                envelope.security = MarkupElement("Security", namespace: SOAPNamespace.security, children: [token])
            }
            #expect(credential(octets).credential == .userToken("A"))
            return
        }
        guard case .securityUnreadable = try refusal([token]) else {
            Issue.record("\(text) is taken")
            return
        }
    }

    @Test func `tokens, names and passwords have limits`() throws {
        let huge = [UInt8](repeating: 0x41, count: MDELimits.token)
        #expect(
            try refusal(SecurityHeader(binarySecurityTokens: [BinarySecurityToken(.jwt, octets: huge)]).markup.children)
                == .securityUnreadable(
                    .limitExceeded("octets of BinarySecurityToken", limit: MDELimits.token)))
        let long = String(repeating: "x", count: MDELimits.credential + 1)
        #expect(
            try refusal(tokens(of: .usernameToken(UsernameToken(username: long, password: "x"))))
                == .securityUnreadable(.limitExceeded("octets of Username", limit: MDELimits.credential)))
        #expect(
            try refusal(tokens(of: .usernameToken(UsernameToken(username: "x", password: long))))
                == .securityUnreadable(.limitExceeded("octets of Password", limit: MDELimits.credential)))
    }
}
