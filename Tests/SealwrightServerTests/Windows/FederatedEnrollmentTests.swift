// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import OMADM
import PKIFormats
import SealwrightEndpoints
import SealwrightNetwork
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("MS-MDE2 section 3.2 over TLS: a user signs in on a page")
struct FederatedEnrollmentTests {
    private static let appru = "ms-app://windows.immersivecontrolpanel"
    private static let page = WindowsEnrollmentConfiguration.signInPath
    private static let form = [("Content-Type", FormPage.mediaType)]

    /// What a browser does with the address of a sign-in page: opens it, types and sends.
    private func signIn(
        _ server: RunningServer, at address: String, _ user: String, _ password: String
    ) async throws -> HTTPResponse {
        let origin = "https://127.0.0.1:\(server.address.httpsPort)"
        #expect(address.hasPrefix(origin + Self.page + "?"))
        let shown = try await server.secure("GET", String(address.dropFirst(origin.count)), token: "")
        #expect(shown.status == 200 && shown.mediaType == "text/html" && shown.field("Cache-Control") == "no-store")
        #expect(shown.field("X-Frame-Options") == "DENY" && shown.field("X-Content-Type-Options") == "nosniff")
        #expect(shown.field("Content-Security-Policy")?.contains("frame-ancestors 'none'") == true)
        let cookie = try #require(shown.field("Set-Cookie")?.prefix { $0 != ";" })
        var form = try #require(FormPage(String(decoding: shown.body, as: UTF8.self)))
        form.fields["username"] = user
        form.fields["password"] = password
        return try await server.secure(
            "POST", form.action, json: String(decoding: form.body, as: UTF8.self), token: "",
            fields: Self.form + [("Cookie", String(cookie))])
    }

    private func wresult(_ answer: HTTPResponse) throws -> String {
        let form = try #require(FormPage(String(decoding: answer.body, as: UTF8.self)))
        #expect(answer.status == 200 && form.action == Self.appru && answer.field("Cache-Control") == "no-store")
        #expect(answer.field("Content-Security-Policy")?.contains(FederatedSignIn.scriptSource) == true)
        return try #require(form.fields["wresult"])
    }

    @Test func `a device that offers only Federated enrols its user, once`() async throws {
        let server = try await RunningServer.start()
        let password = try await server.windowsPassword()
        let device = try WindowsDevice(server)
        var token: String?
        let outcome = try await device.enroll(nil) { address in
            #expect(address.contains("login_hint=ada%40example.org"))
            let wresult = try wresult(try await signIn(server, at: address, "ada", password))
            token = wresult
            return wresult
        }.get()
        #expect(outcome.certificate.subject.rfc4514 == "CN=\(WindowsDevice.deviceID)")
        #expect(outcome.document.dmClient?.upn == "ada" && outcome.store == .user)
        let account = try #require(outcome.document.account)
        #expect(account.address?.text.hasSuffix(":\(server.address.devicePort)/ManagementServer/MDM.svc") == true)

        let used = try #require(token)
        #expect(try await device.enroll(nil) { _ in used }.get().certificate == outcome.certificate)
        let other = try WindowsDevice(server, id: "FEDCBA9876543210FEDCBA9876543210")
        let replayed = try await other.enroll(nil) { _ in used }
        #expect(throws: MDEError.self, "a token is good for one request") { try replayed.get() }
        let second = try await other.enroll(nil) { address in
            try wresult(try await signIn(server, at: address, "ada", password))
        }
        #expect(throws: MDEError.self, "an invitation is good for one device") { try second.get() }

        let trail = String(
            decoding: try await server.secure("GET", "/api/v1/audit?limit=50").body, as: UTF8.self)
        #expect(trail.contains("windows.signed-in") && trail.contains("windows.token-used"))
        #expect(!trail.contains(used) && !trail.contains(password))
        await server.stop()
    }

    @Test func `a wrong password shows the form again, and no token`() async throws {
        let server = try await RunningServer.shared.value
        let query = FormPage.encode(["appru": Self.appru, "login_hint": "\"><script>"])
        let address = "https://127.0.0.1:\(server.address.httpsPort)\(Self.page)?\(query)"
        let answer = try await signIn(server, at: address, "eve", "not the password")
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(answer.status == 403 && answer.field("WWW-Authenticate") == nil)
        #expect(text.contains("The user name or the password is not right.") && !text.contains("wresult"))
        #expect(!text.contains("not the password") && !text.contains("<script"))
    }

    @Test func `hostile requests end in a page or a line of text`() async throws {
        let server = try await RunningServer.shared.value
        for query in [
            "", "?appru=https://evil.example/", "?appru=javascript:alert(1)", "?appru=ms-app://x&appru=ms-app://y",
        ] {
            let answer = try await server.secure("GET", Self.page + query, token: "")
            #expect(answer.status == 400 && answer.mediaType == "text/html", "\(query)")
            #expect(answer.field("Set-Cookie") == nil && answer.field("Location") == nil)
        }
        let large = "appru=ms-app://x&a=" + String(repeating: "x", count: 20_000)
        #expect(try await server.secure("POST", Self.page, json: large, token: "", fields: Self.form).status == 413)
        let json = try await server.secure(
            "POST", Self.page, json: "{}", token: "", fields: [("Content-Type", "application/json")])
        #expect(json.status == 415)
        let bare = try await server.secure("POST", Self.page, json: "appru=ms-app://x", token: "", fields: Self.form)
        #expect(bare.status == 403, "a form that no page of ours made")
        #expect(try await server.secure("PUT", Self.page, token: "").status == 405)
        #expect(try await server.plain("GET", Self.page + "?appru=ms-app://x").status == 404)
    }

    @Test func `the terms page leads back to Windows`() async throws {
        let server = try await RunningServer.shared.value
        let query = FormPage.encode(["redirect_uri": "ms-appx-web://ContosoMdm/ToUResponse", "api-version": "1.0"])
        let path = WindowsEnrollmentConfiguration.termsPath
        let shown = try await server.secure("GET", "\(path)?\(query)", token: "")
        #expect(shown.status == 200 && shown.field("Cache-Control") == "no-store")
        #expect(shown.field("X-Frame-Options") == nil, "Windows 11 shows it in a frame of its own pages")
        #expect(shown.field("Content-Security-Policy")?.contains("frame-ancestors ms-appx-web:") == true)
        var form = try #require(FormPage(String(decoding: shown.body, as: UTF8.self)))
        #expect(form.action == path)
        form.fields["accepted"] = "true"
        let answer = try await server.secure(
            "POST", path, json: String(decoding: form.body, as: UTF8.self), token: "", fields: Self.form)
        #expect(answer.status == 302)
        #expect(
            answer.field("Location")?.hasPrefix("ms-appx-web://ContosoMdm/ToUResponse?IsAccepted=true&OpaqueBlob=")
                == true)
        let foreign = try await server.secure("GET", path + "?redirect_uri=https://evil.example/", token: "")
        #expect(foreign.status == 400 && foreign.field("Location") == nil)
    }

    @Test func `required terms are asked for on the sign-in page`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Array("Be good.\n".utf8), "terms.txt")
        let server = try await RunningServer.start(settings: [
            "windows.sign-in": .string("federated"), "windows.terms": .string("required"),
            "windows.terms-file": .string(file),
        ])
        let shown = try await server.secure("GET", Self.page + "?appru=ms-app://x", token: "")
        #expect(String(decoding: shown.body, as: UTF8.self).contains("<p>Be good.</p>"))
        let onPremise = try await WindowsDevice(server).enroll(try await server.windowsPassword()) { _ in "x" }
        #expect(throws: MDEError.self) { try onPremise.get() }
        await server.stop()
    }
}

@Suite("Settings of Windows enrolment")
struct WindowsOptionsTests {
    private func options(_ values: [String: ConfigContent]) async throws -> WindowsOptions {
        var flags: [String: ConfigContent] = ["server.hosts": .stringArray(["192.0.2.1"])]
        flags.merge(values) { _, new in new }
        return try await ServerConfiguration.load(flags: flags, file: nil).windows
    }

    @Test func `without settings both ways are offered, the password first, and terms are optional`() async throws {
        let options = try await options([:])
        #expect(options.authPolicies == [.onPremise, .federated])
        #expect(options.termsText == nil && !options.requiresTerms)
    }

    @Test func `the order is the setting's, and a text stands in the settings or in a file`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Array("\nFrom a file.\n".utf8), "terms.txt")
        let first = try await options([
            "windows.sign-in": .string("federated, on-premise"), "windows.terms-text": .string("Be good."),
        ])
        #expect(first.authPolicies == [.federated, .onPremise] && first.termsText == "Be good.")
        #expect(try await options(["windows.terms-file": .string(file)]).termsText == "From a file.")
    }

    @Test(arguments: [
        ["windows.sign-in": "password"], ["windows.sign-in": "federated,federated"],
        ["windows.sign-in": ","], ["windows.terms": "yes"], ["windows.terms-file": "/nonexistent/terms"],
        ["windows.terms-text": " "], ["windows.terms-text": "a", "windows.terms-file": "/b"],
        ["windows.terms-text": String(repeating: "a", count: 65_537)],
    ])
    func `what cannot be meant stops the start`(values: [String: String]) async throws {
        await #expect(throws: ServerError.self) { _ = try await options(values.mapValues { .string($0) }) }
    }
}
