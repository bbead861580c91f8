// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("MS-MDE2 section 3.2: the sign-in page of Federated")
struct SignInPageTests {
    private static let wrong = "The user name or the password is not right."

    @Test func `the page can be read by everybody and does nothing but post to itself`() async throws {
        let bench = try await EnrollmentBench()
        let reply = bench.signIn.page(
            query: FormPage.encode(["appru": EnrollmentBench.appru, "login_hint": "ada@example.org"]))
        #expect(reply.status == .ok && reply.mediaType == "text/html; charset=utf-8" && reply.freshness == nil)
        #expect(reply.text.contains("<html lang=\"en\">") && !reply.text.contains("<script"))
        #expect(reply.text.contains("<label for=\"username\">") && reply.text.contains("<label for=\"password\">"))
        #expect(reply.text.contains("Example &lt;CA&gt;"))
        let form = try #require(FormPage(reply.text))
        #expect(form.action == WindowsEnrollmentConfiguration.signInPath)
        #expect(form.fields["username"] == "ada@example.org" && form.fields["appru"] == EnrollmentBench.appru)
        let policy = try #require(reply.protected("Content-Security-Policy"))
        for part in ["default-src 'none'", "script-src 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
            #expect(policy.contains(part))
        }
        #expect(reply.protected("X-Frame-Options") == "DENY" && reply.protected("Referrer-Policy") == "no-referrer")
        let cookie = try #require(reply.cookie)
        #expect(cookie.hasPrefix("__Host-") && cookie.contains("; Path=/;"))
        for part in ["SameSite=Strict", "Secure", "HttpOnly"] { #expect(cookie.contains(part)) }
    }

    @Test(arguments: [
        "\"><script>alert(1)</script>", "' onfocus='alert(1)", "&quot;><img src=x>", "</title><h1>x", "%3Cb%3E\u{0}",
    ])
    func `a login_hint is text and nothing else`(hint: String) async throws {
        let bench = try await EnrollmentBench()
        let reply = bench.signIn.page(query: FormPage.encode(["appru": EnrollmentBench.appru, "login_hint": hint]))
        #expect(FormPage(reply.text)?.fields["username"] == hint)
        for markup in ["<script", "<img", "onfocus='", "<h1>x", "<b>"] { #expect(!reply.text.contains(markup)) }
    }

    @Test(arguments: [
        "", "login_hint=ada", "appru=", "appru=ms-app%3A%2F%2F", "appru=https%3A%2F%2Fevil.example%2F",
        "appru=javascript%3Aalert(1)", "appru=ms-app%253A%252F%252Fx", "appru=ms-app://x%22%3E%3Cscript%3E",
        "appru=ms-app://x%0d%0aSet-Cookie:a", "appru=ms-app://a&appru=ms-app://b", "appru=ms-app://x%zz",
        "appru=MS-APP://x", "appru=ms-app://" + String(repeating: "x", count: 600),
        "appru=ms-app://x&login_hint=" + String(repeating: "x", count: 20_000),
    ])
    func `no other address is returned to, and nothing of it is shown`(query: String) async throws {
        let bench = try await EnrollmentBench()
        let reply = bench.signIn.page(query: query)
        #expect(reply.status == .badRequest && reply.cookie == nil)
        #expect(FormPage(reply.text) == nil && !reply.text.contains("evil") && !reply.text.contains("alert(1)"))
        let posted = await bench.signIn.submitted(
            WindowsPageForm(mediaType: FormPage.mediaType, body: Array(query.utf8)), from: Workbench.peer)
        #expect(posted.status == .badRequest && FormPage(posted.text) == nil)
    }

    @Test func `the right password returns a token to the application, by script or by hand`() async throws {
        let bench = try await EnrollmentBench()
        let reply = try await bench.attempt("ada", try await bench.password())
        let form = try #require(FormPage(reply.text))
        #expect(reply.status == .ok && form.action == EnrollmentBench.appru)
        #expect(form.fields.keys.sorted() == ["wresult"])
        let token = try #require(form.fields["wresult"])
        #expect(token.wholeMatch(of: /[A-Za-z0-9_-]{43}/) != nil)
        let policy = try #require(reply.protected("Content-Security-Policy"))
        #expect(policy.contains("script-src \(FederatedSignIn.scriptSource)"))
        #expect(policy.contains("form-action ms-app:") && policy.contains("frame-ancestors 'none'"))
        #expect(reply.text.contains("<noscript><button type=\"submit\">"))
        let event = try #require(try await bench.audit("windows.signed-in").first)
        #expect(event.details["user"] == "ada" && event.details["appru"] == EnrollmentBench.appru)
        #expect(!"\(event)".contains(token))
    }

    @Test(arguments: [
        ("ada", "not the password"), ("nobody", "x"), ("", "x"), ("ada", ""), ("a\u{7}da", "x"),
        (String(repeating: "a", count: 2_000), "x"), ("ada", String(repeating: "p", count: 2_000)),
    ])
    func `whatever is wrong is told in the same words`(user: String, password: String) async throws {
        let bench = try await EnrollmentBench()
        let reply = try await bench.attempt(user, password)
        #expect(reply.status == .forbidden)
        #expect(reply.text.contains("<p role=\"alert\"><strong>\(Self.wrong)</strong></p>"))
        let event = try #require(try await bench.audit("windows.refused").first)
        #expect(event.object == "sign-in" && event.outcome == DenialReason.challengeUnknown.code)
        #expect(password.count < 8 || !"\(event)".contains(password))
        #expect(await bench.signIns.tokens.count == 0)
    }

    @Test func `a password past its end is refused in the same words`() async throws {
        let bench = try await EnrollmentBench()
        let password = try await bench.password(ttl: 60)
        bench.bench.clock.advance(by: 61)
        let reply = try await bench.attempt("ada", password)
        #expect(reply.status == .forbidden && reply.text.contains(Self.wrong))
    }

    @Test func `signing in spends nothing`() async throws {
        let bench = try await EnrollmentBench()
        let password = try await bench.password()
        for _ in 0..<3 { _ = try await bench.token("ada", password) }
        #expect(try await bench.bench.usableChallenges == 1)
        #expect(await bench.signIns.tokens.count == 3)
    }

    @Test func `there is no page where discovery does not lead to it`() async throws {
        let bench = try await EnrollmentBench(authPolicies: [.onPremise])
        #expect(bench.signIn.page(query: "appru=ms-app://x").status == .notFound)
        let form = WindowsPageForm(mediaType: FormPage.mediaType, body: Array("appru=ms-app://x".utf8))
        #expect(await bench.signIn.submitted(form, from: Workbench.peer).status == .notFound)
    }
}

@Suite("MS-MDE2 section 3.2: whose form is taken, and how often")
struct SignInFormTests {
    /// What is wrong with a form that brings the right password.
    enum Fault: CaseIterable {
        case noCookie, otherCookie, otherAddress, noCode, changedCode, tooOld
    }

    @Test(arguments: Fault.allCases)
    func `a form is taken from its browser, for its address and within the hour`(fault: Fault) async throws {
        let bench = try await EnrollmentBench()
        var shown = try bench.open()
        shown.form.fields["username"] = "ada"
        shown.form.fields["password"] = try await bench.password(ttl: 86_400)
        switch fault {
        case .noCookie: shown.cookie = nil
        case .otherCookie: shown.cookie = try bench.open().cookie
        case .otherAddress: shown.form.fields["appru"] = "ms-app://another"
        case .noCode: shown.form.fields["form"] = nil
        case .changedCode: shown.form.fields["form"] = "A" + (shown.form.fields["form"] ?? "")
        case .tooOld: bench.bench.clock.advance(by: 3_601)
        }
        let reply = await bench.submit(shown)
        #expect(reply.status == .forbidden && reply.text.contains("role=\"alert\""))
        #expect(FormPage(reply.text)?.action == WindowsEnrollmentConfiguration.signInPath)
        #expect(await bench.signIns.tokens.count == 0)
        #expect(try await bench.audit("windows.signed-in").isEmpty)
    }

    @Test func `the form that is shown again is good`() async throws {
        let bench = try await EnrollmentBench()
        let refused = try await bench.attempt("ada", "wrong")
        var shown = EnrollmentBench.Shown(form: try #require(FormPage(refused.text)), cookie: refused.sentCookie)
        #expect(shown.form.fields["username"] == "ada" && shown.form.fields["password"] == "")
        shown.form.fields["password"] = try await bench.password()
        #expect(await bench.submit(shown).status == .ok)
    }

    @Test func `what is no form is not read`() async throws {
        let bench = try await EnrollmentBench()
        let shown = try bench.open()
        for type in ["", "application/json", "multipart/form-data; boundary=x", "text/plain"] {
            #expect(await bench.submit(shown, mediaType: type).status == .unsupportedMediaType)
        }
        #expect(
            await bench.submit(shown, mediaType: "Application/X-WWW-Form-URLencoded; charset=utf-8").status
                == .forbidden)
        let appru = "appru=ms-app://x"
        for body in [
            "\(appru)&a=%", "\(appru)&a=1&a=2", "\(appru)&" + String(repeating: "a&", count: 100),
            "\(appru)&a=" + String(repeating: "x", count: FormFields.octetLimit),
            "\(appru)&a=" + String(repeating: "\u{301}\u{323}", count: 16),
        ] {
            let form = WindowsPageForm(mediaType: FormPage.mediaType, body: Array(body.utf8), cookie: shown.cookie)
            #expect(
                await bench.signIn.submitted(form, from: Workbench.peer).status == .badRequest, "\(body.prefix(40))")
        }
        let noText = WindowsPageForm(mediaType: FormPage.mediaType, body: Array(appru.utf8) + [0xFF])
        #expect(await bench.signIn.submitted(noText, from: Workbench.peer).status == .badRequest)
    }

    @Test func `a user name that failed ten times within a minute waits, and no other`() async throws {
        let bench = try await EnrollmentBench()
        let password = try await bench.password(uses: 50)
        for number in 0..<10 {
            let reply = try await bench.attempt("ada", "wrong", from: "192.0.2.\(number)")
            #expect(reply.status == .forbidden)
        }
        let late = try await bench.attempt("Ada", password, from: "192.0.2.99")
        #expect(late.status == .unavailable(retryAfterSeconds: 60) && late.text.contains("role=\"alert\""))
        #expect(try await bench.attempt("bob", password).status == .ok)
        bench.bench.clock.advance(by: 60)
        #expect(try await bench.attempt("ada", password).status == .ok)
    }

    @Test func `an address that failed sixty times within a minute waits`() async throws {
        let bench = try await EnrollmentBench()
        let password = try await bench.password()
        for number in 0..<60 { _ = try await bench.attempt("user\(number)", "wrong") }
        #expect(try await bench.attempt("ada", password).status == .unavailable(retryAfterSeconds: 60))
        #expect(try await bench.attempt("ada", password, from: "198.51.100.1").status == .ok)
        #expect(try await bench.audit("windows.refused").count == 60, "what is not judged is not audited")
    }

    @Test func `whoever signs in well does not use up the attempts of a site`() async throws {
        let bench = try await EnrollmentBench()
        let password = try await bench.password(uses: 100)
        for _ in 0..<70 { #expect(try await bench.attempt("ada", password).status == .ok) }
    }

    @Test func `a hundred thousand attempts of strangers leave a bounded memory`() async throws {
        let bench = try await EnrollmentBench()
        let (limits, now) = (bench.signIns.limits, bench.bench.clock.now)
        var judged = 0
        for number in 0..<100_000 {
            if await limits.begin(user: "u\(number)", address: "a\(number)", at: now) { judged += 1 }
        }
        #expect(await limits.remembered == 20_000)
        #expect(judged == 11_000)
        for number in 0..<200 {
            _ = try await bench.attempt("v\(number)", "wrong", from: "2001:db8::\(number)")
        }
        #expect(await limits.remembered == 20_000)
        #expect(await bench.signIns.tokens.count == 0)
        #expect(await limits.begin(user: "ada", address: "192.0.2.1", at: now.adding(seconds: 60)))
        #expect(await limits.remembered == 2)
    }

    @Test func `the tokens of one invitation leave room for others`() async throws {
        let bench = try await EnrollmentBench()
        let (first, second) = (try await bench.password(uses: 2_000), try await bench.password())
        for _ in 0..<1_000 { _ = try await bench.token("ada", first) }
        #expect(try await bench.attempt("ada", first).status == .unavailable(retryAfterSeconds: 60))
        _ = try await bench.token("bob", second)
        bench.bench.clock.advance(by: 661)
        _ = try await bench.token("ada", first)
        #expect(await bench.signIns.tokens.count == 1)
    }
}
