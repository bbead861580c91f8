// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("MS-XCEP section 3.1.4.1: GetPolicies")
struct GetPoliciesTests {
    let lab: EnrollmentLab

    init() throws { lab = try EnrollmentLab.shared.get() }

    @Test func `a user name and password come first, then the question`() throws {
        var transaction = lab.transaction(.policy)
        let credential = transaction.received(try EnrollmentFixture.getPolicies.octets).credential
        #expect(
            credential
                == .usernameToken(UsernameToken(username: "EXAMPLE\\alice", password: "p&ssw<rd ")))
        guard case .answerPolicies(let question) = transaction.authenticated() else {
            Issue.record("no question")
            return
        }
        #expect(question == GetPolicies(tpmManufacturer: "VMW"))
    }

    @Test func `a question survives a round trip`() throws {
        let question = GetPolicies(preferredLanguage: "de-DE", tpmManufacturer: "IFX", tpmFirmwareVersion: "7.85")
        var transaction = lab.transaction(.policy)
        _ = transaction.received(try lab.message(.policy, question.markup, EnrollmentLab.alice.securityHeader))
        guard case .answerPolicies(let read) = transaction.authenticated() else {
            Issue.record("no question")
            return
        }
        #expect(read == question)
    }

    @Test func `the answer survives a round trip and another parser finds what the reference shows`() throws {
        var transaction = lab.transaction(.policy)
        _ = transaction.received(try EnrollmentFixture.getPolicies.octets)
        _ = transaction.authenticated()
        let response = GetPoliciesResponse(lab.settings.policy)
        let reply = transaction.policies(response)
        #expect(reply.status == 200 && reply.fault == nil)
        #expect(
            try GetPoliciesResponse(parsing: SOAPEnvelope(parsing: reply.body, from: .server).body) == response)

        let judge = try XMLJudge(reply.body)
        #expect(judge.texts("Envelope/Header/Action") == [MDEService.policy.responseAction])
        #expect(judge.texts("Envelope/Header/RelatesTo") == ["urn:uuid:72048B64-0F19-448F-8C2E-B4C661860AA0"])
        let root = "Envelope/Body/GetPoliciesResponse"
        let attributes = root + "/response/policies/policy/attributes"
        #expect(judge.namespaces(attributes) == [SOAPNamespace.policy])
        #expect(judge.texts(attributes + "/policySchema") == ["3"])
        #expect(judge.texts(attributes + "/commonName") == ["Windows <device>"])
        #expect(judge.texts(attributes + "/certificateValidity/validityPeriodSeconds") == ["31536000"])
        #expect(judge.texts(attributes + "/certificateValidity/renewalPeriodSeconds") == ["5184000"])
        #expect(judge.texts(attributes + "/permission/enroll") == ["true"])
        #expect(judge.texts(attributes + "/permission/autoEnroll") == ["false"])
        #expect(judge.texts(attributes + "/privateKeyAttributes/minimalKeyLength") == ["2048"])
        #expect(judge.texts(attributes + "/hashAlgorithmOIDReference") == ["0"])
        #expect(judge.texts(root + "/oIDs/oID/value") == ["2.16.840.1.101.3.4.2.1"])
        #expect(judge.texts(root + "/oIDs/oID/group") == ["1"])
        let order = judge.values.map(\.path).filter { $0.hasPrefix(attributes + "/") && !$0.contains("@") }
            .map { $0.dropFirst(attributes.count + 1) }.filter { !$0.contains("/") }
        #expect(
            order == [
                "commonName", "policySchema", "certificateValidity", "permission", "privateKeyAttributes", "revision",
                "supersededPolicies", "privateKeyFlags", "subjectNameFlags", "enrollmentFlags", "generalFlags",
                "hashAlgorithmOIDReference", "rARequirements", "keyArchivalAttributes", "extensions",
            ])
        for nothing in ["/response/policyFriendlyName", "/cAs", "/response/policies/policy/cAs"] {
            #expect(judge.texts(root + nothing + "@nil") == ["true"], "\(nothing)")
            #expect(judge.namespaces(root + nothing + "@nil") == [SOAPNamespace.schemaInstance])
        }
    }

    @Test func `clients ignore policies of another form, and hashes of another group`() {
        var old = lab.settings.policy
        old.policySchema = 2
        var response = GetPoliciesResponse(old)
        #expect(response.effectivePolicy == nil)
        response.policies.append(lab.settings.policy)
        #expect(response.effectivePolicy == lab.settings.policy)
        #expect(response.hashAlgorithm(of: lab.settings.policy) == "2.16.840.1.101.3.4.2.1")
        response.oIDs[0].group = 3
        #expect(response.hashAlgorithm(of: lab.settings.policy) == nil)
    }

    @Test(arguments: ["policySchema", "certificateValidity", "privateKeyAttributes", "permission", "revision"])
    func `an answer without a mandatory element is refused`(name: String) throws {
        var element = GetPoliciesResponse(lab.settings.policy).markup
        element = element.without(name)
        #expect(throws: OMADMError.missing(name)) { try GetPoliciesResponse(parsing: element) }
    }
}

extension MarkupElement {
    /// The element without all elements of a name, wherever they stand.
    func without(_ name: String) -> MarkupElement {
        var element = self
        element.content = content.compactMap { part in
            guard case .element(let child) = part else { return part }
            return child.name == name ? nil : .element(child.without(name))
        }
        return element
    }
}
