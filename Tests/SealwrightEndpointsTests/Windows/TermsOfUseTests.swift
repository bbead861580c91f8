// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("Microsoft Entra integration with MDM: the terms of use")
struct TermsOfUseTests {
    private static let redirect = "ms-appx-web://Microsoft.AAD.BrokerPlugin/ToUResponse"
    private static let requestID = "34be581c-6ebd-49d6-a4e1-150eff4b7213"

    private func query(_ redirect: String = redirect, mode: String? = nil) -> String {
        var fields = ["redirect_uri": redirect, "client-request-id": Self.requestID, "api-version": "1.0"]
        fields["mode"] = mode
        return FormPage.encode(fields)
    }

    private func submit(_ bench: EnrollmentBench, _ form: FormPage) -> EndpointReply {
        bench.terms.submitted(WindowsPageForm(mediaType: FormPage.mediaType, body: form.body), from: Workbench.peer)
    }

    private func answer(
        _ bench: EnrollmentBench, _ accepted: String, change: (inout FormPage) -> Void = { _ in }
    ) throws -> EndpointReply {
        var form = try #require(FormPage(bench.terms.page(query: query()).text))
        form.fields["accepted"] = accepted
        change(&form)
        return submit(bench, form)
    }

    private func location(_ reply: EndpointReply) -> String? {
        if case .found(let location) = reply.status { location } else { nil }
    }

    private func blob(_ bench: EnrollmentBench) throws -> String {
        let place = try #require(location(try answer(bench, "true")))
        return String(try #require(place.firstMatch(of: /OpaqueBlob=([^&]*)/)).1)
    }

    @Test func `the page shows the text, escaped, with both answers`() async throws {
        let bench = try await EnrollmentBench(
            terms: WindowsTerms(text: "Be <b>good</b>.\n\nAnd & so on.", organisation: "Example"))
        let reply = bench.terms.page(query: query())
        #expect(reply.status == .ok && reply.cookie == nil && !reply.text.contains("<script"))
        #expect(reply.text.contains("<p>Be &lt;b&gt;good&lt;/b&gt;.</p>\n<p>And &amp; so on.</p>"))
        #expect(reply.text.contains(">Accept</button>") && reply.text.contains(">Decline</button>"))
        let policy = try #require(reply.protected("Content-Security-Policy"))
        #expect(policy.contains("form-action 'self' ms-appx-web: ms-aadj-redir:"))
        #expect(policy.contains("frame-ancestors ms-appx-web:") && policy.contains("script-src 'none'"))
    }

    @Test func `without a text the page says whose management it is`() async throws {
        let bench = try await EnrollmentBench()
        #expect(bench.terms.page(query: query()).text.contains("managed by this organisation: Example &lt;CA&gt;."))
    }

    @Test func `a device of the organisation cannot decline`() async throws {
        let bench = try await EnrollmentBench()
        let reply = bench.terms.page(query: query(mode: "azureadjoin"))
        #expect(reply.text.contains(">Accept</button>") && !reply.text.contains("Decline"))
    }

    @Test(arguments: [
        "", "https://evil.example/", "javascript:alert(1)", "ms-appx-web:", "ms-appx-web://", "ms-appx-web:///x",
        "MS-APPX-WEB://x", "ms-appx://x", "ms-app://x", "ms-appx-web://x\"><script>", "ms-appx-web://x#y",
        "ms-appx-web://x\r\nSet-Cookie: a=b", "ms-aadj-redirx://x", " ms-appx-web://x",
        "ms-appx-web://" + String(repeating: "x", count: 2_000),
    ])
    func `no other address is returned to`(redirect: String) async throws {
        let bench = try await EnrollmentBench()
        let reply = bench.terms.page(query: query(redirect))
        #expect(reply.status == .badRequest && FormPage(reply.text) == nil && !reply.text.contains("evil"))
        let posted = try answer(bench, "true") { $0.fields["redirect_uri"] = redirect }
        #expect(posted.status == .badRequest && location(posted) == nil)
    }

    @Test(arguments: ["ms-appx-web://MyApp1/ToUResponse", "ms-aadj-redir://auth/mdm", "ms-appx-web://a/b?c=d"])
    func `both schemes of Windows are returned to`(redirect: String) async throws {
        let bench = try await EnrollmentBench()
        var form = try #require(FormPage(bench.terms.page(query: query(redirect)).text))
        form.fields["accepted"] = "true"
        let place = try #require(location(submit(bench, form)))
        #expect(place.hasPrefix(redirect + (redirect.contains("?") ? "&" : "?") + "IsAccepted=true&OpaqueBlob="))
    }

    @Test func `accepting and declining end where Windows waits`() async throws {
        let bench = try await EnrollmentBench()
        let accepted = try #require(location(try answer(bench, "true")))
        #expect(accepted.hasPrefix(Self.redirect + "?IsAccepted=true&OpaqueBlob="))
        #expect(accepted.hasSuffix("&client-request-id=" + Self.requestID))
        let declined = try #require(location(try answer(bench, "false")))
        #expect(
            declined == Self.redirect + "?IsAccepted=false&error=access_denied&error_description="
                + "The%20user%20declined%20the%20terms%20of%20use.&client-request-id=" + Self.requestID)
        #expect(try answer(bench, "perhaps").status == .badRequest)
    }

    @Test func `a form is taken for its address, its visit and within the hour`() async throws {
        let bench = try await EnrollmentBench()
        #expect(try answer(bench, "true") { $0.fields["redirect_uri"] = "ms-appx-web://another" }.status == .forbidden)
        #expect(try answer(bench, "true") { $0.fields["client-request-id"] = "1" }.status == .forbidden)
        #expect(try answer(bench, "true") { $0.fields["form"] = "AAAA.AAAA" }.status == .forbidden)
        #expect(try answer(bench, "true") { _ in bench.bench.clock.advance(by: 3_601) }.status == .forbidden)
        let json = bench.terms.submitted(
            WindowsPageForm(mediaType: "application/json", body: Array("{}".utf8)), from: Workbench.peer)
        #expect(json.status == .unsupportedMediaType)
    }

    @Test(arguments: [ContextItem.Name.enrollmentData, .opaqueBlob])
    func `what the device brings back is told to the audit trail`(name: ContextItem.Name) async throws {
        let bench = try await EnrollmentBench()
        var settings = try bench.settings()
        settings.context.items.append(ContextItem(name.rawValue, try blob(bench)))
        let token = try await bench.token("ada", try await bench.password())
        #expect(try await bench.enroll(settings, wresult: token).fault == nil)
        let event = try #require(try await bench.audit("windows.terms-accepted").first)
        #expect(event.object == EnrollmentBench.deviceID && event.details["by"] == "terms-page")
        #expect(event.details["client-request-id"] == Self.requestID && event.details["user"] == "ada")
        #expect(event.details["appru"] == EnrollmentBench.appru)
    }

    @Test func `what is no acceptance is read over, unless one is required`() async throws {
        let text = WindowsTerms(text: "Be good.", organisation: "Example")
        let required = WindowsTerms(text: "Be good.", organisation: "Example", isRequired: true)
        let old = try blob(try await EnrollmentBench(terms: WindowsTerms(text: "Before.", organisation: "Example")))
        for terms in [text, required] {
            let bench = try await EnrollmentBench(terms: terms)
            let ended = try blob(bench)
            bench.bench.clock.advance(by: 86_401)
            for (number, value) in ["", "x", "AAAA.AAAA", old, ended, try blob(bench) + "A"].enumerated() {
                var settings = try bench.settings(number, "DEVICE\(number)")
                settings.context.items.append(ContextItem("EnrollmentData", value))
                settings.usernameToken = UsernameToken(username: "ada", password: try await bench.password())
                settings.authPolicies = [.onPremise]
                let ending = try await bench.enroll(settings, key: number)
                #expect(ending.fault?.fault == (terms.isRequired ? .authorization : nil), "\(value)")
            }
            #expect(try await bench.audit("windows.terms-accepted").isEmpty)
            let refusals = try await bench.audit("windows.refused")
            #expect(refusals.allSatisfy { $0.outcome == "windows.terms-not-accepted" })
            #expect(refusals.isEmpty != terms.isRequired)
        }
    }

    @Test func `a refusal for the terms costs neither the token nor the invitation`() async throws {
        let terms = WindowsTerms(text: "Be good.", organisation: "Example", isRequired: true)
        let bench = try await EnrollmentBench(terms: terms)
        let password = try await bench.password()
        var settings = try bench.settings()
        settings.usernameToken = UsernameToken(username: "ada", password: password)
        settings.authPolicies = [.onPremise]
        #expect(try await bench.enroll(settings).fault?.fault == .authorization)
        settings.context.items.append(ContextItem("EnrollmentData", try blob(bench)))
        #expect(try await bench.enroll(settings).fault == nil)
    }

    @Test func `where terms are required the sign-in page asks for them`() async throws {
        let terms = WindowsTerms(text: "Be good.", organisation: "Example", isRequired: true)
        let bench = try await EnrollmentBench(terms: terms)
        let page = bench.signIn.page(query: "appru=ms-app://x").text
        #expect(page.contains("<p>Be good.</p>") && page.contains("type=\"checkbox\" name=\"terms\""))
        let password = try await bench.password()
        let without = try await bench.attempt("ada", password)
        #expect(without.status == .forbidden && without.text.contains("accept the terms of use"))
        let other = WindowsTerms(text: "Before.", organisation: "Example")
        #expect(try await bench.attempt("ada", password, accepting: other).status == .forbidden)
        let token = try await bench.token("ada", password, accepting: terms)
        #expect(try await bench.enroll(try bench.settings(), wresult: token).fault == nil)
        let event = try #require(try await bench.audit("windows.terms-accepted").first)
        #expect(event.details["by"] == "sign-in" && event.details["terms"] == terms.digest)
    }
}
