// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Logging
import OMADM
import PKIFormats
import SealwrightCore

/// The page at which users of a Federated enrolment sign in: `/EnrollmentServer/Auth`.
///
/// It takes the user name and the password that an OnPremise enrolment takes, judges them by the same code, and returns a
/// token to the application that opened the page. Nothing is spent: the invitation is counted where the certificate is
/// issued.
///
/// A form is taken only from the browser it was made for, and only for the address it was made for: a cookie that other
/// sites cannot make the browser send, and a code over both in the form.
///
/// Source: MS-MDE2, section 3.2; RFC 6265bis, section 4.1.2.7.
package struct WindowsSignInEndpoint: Sendable {
    private let enrollment: WindowsEnrollmentEndpoint

    package init(_ enrollment: WindowsEnrollmentEndpoint) { self.enrollment = enrollment }

    /// What the audit trail names this page.
    private static let object = "sign-in"
    /// What the code in a form is made for.
    private static let purpose = "sign-in"
    /// Seconds a form may stay open.
    private static let formLifetime: Int64 = 3_600

    /// The empty form.
    ///
    /// - Parameter query: the query as it came: `appru` and `login_hint`.
    /// - Returns: the page, or a page that says what is wrong with the query.
    package func page(query: String) -> EndpointReply {
        do throws(WindowsPageRefusal) {
            try checkIsOffered()
            guard let fields = FormFields(query) else { throw .formUnreadable }
            let signIn = try Self.signIn(fields["appru"], hint: fields["login_hint"])
            return form(signIn, .ok, user: signIn.loginHint ?? "", alert: nil)
        } catch {
            return error.page
        }
    }

    /// Judges what the form brought; returns the token, or the form again.
    package func submitted(_ sent: WindowsPageForm, from peer: Peer) async -> EndpointReply {
        let fields: FormFields
        let signIn: FederatedSignIn
        do throws(WindowsPageRefusal) {
            try checkIsOffered()
            fields = try sent.fields()
            signIn = try Self.signIn(fields["appru"], hint: nil)
        } catch {
            return error.page
        }
        let user = fields["username"] ?? ""
        guard isOurs(fields, sent.cookie, signIn) else { return again(signIn, user: user, .formExpired, peer) }
        guard await limits.begin(user: user, address: peer.address, at: clock.now) else {
            return again(signIn, user: user, .tooManySignIns, peer)
        }
        if terms.isRequired, fields["terms"] != terms.digest {
            return form(signIn, .forbidden, user: user, alert: "Please read and accept the terms of use.")
        }
        return await judge(signIn, user: user, password: fields["password"] ?? "", peer)
    }

    private func judge(
        _ page: FederatedSignIn, user: String, password: String, _ peer: Peer
    ) async -> EndpointReply {
        do throws(WindowsRefusal) {
            guard Self.isTypeable(user), password.utf8.count <= MDELimits.credential else {
                throw .password(.challengeUnknown)
            }
            let signIn = try await enrollment.signIn(
                user, password: password, acceptedTerms: terms.isRequired ? terms.digest : nil)
            let challenge = try await enrollment.challenge(of: signIn)
            await limits.succeeded(user: user, address: peer.address)
            return try await grant(signIn, challenge, page, peer)
        } catch {
            await enrollment.record(error, Self.object, peer)
            if case .store = error { return again(page, user: user, .storeFailed(code: error.code), peer) }
            return form(page, .forbidden, user: user, alert: error.publicSentence)
        }
    }

    private func grant(
        _ signIn: WindowsSignIn, _ challenge: Challenge, _ page: FederatedSignIn, _ peer: Peer
    ) async throws(WindowsRefusal) -> EndpointReply {
        do {
            try await enrollment.recordSignIn(signIn.user, by: challenge, page.appru, peer)
        } catch {
            throw .store(error)
        }
        guard let token = await enrollment.services.signIns.tokens.issue(signIn, to: page.appru, at: clock.now) else {
            return again(page, user: signIn.user, .signInCapacity, peer)
        }
        return EndpointReply(
            body: .bytes(page.page(wresult: token)), mediaType: "text/html; charset=utf-8",
            protection: PageProtection(
                script: FederatedSignIn.scriptSource, formTargets: [FederatedSignIn.formTarget]),
            cookie: PageCookie.removal)
    }

    // MARK: - What a form must bring

    private func checkIsOffered() throws(WindowsPageRefusal) {
        guard enrollment.configuration.authPolicies.contains(.federated) else { throw .signInNotOffered }
    }

    private static func signIn(_ appru: String?, hint: String?) throws(WindowsPageRefusal) -> FederatedSignIn {
        do {
            return try FederatedSignIn(appru: appru, loginHint: hint)
        } catch {
            throw .returnAddress(error)
        }
    }

    private func isOurs(_ fields: FormFields, _ cookie: String?, _ signIn: FederatedSignIn) -> Bool {
        guard let cookie = cookie.flatMap({ PageCookie.value(in: $0) }), let code = fields["form"] else { return false }
        return enrollment.configuration.codes.read(code, Self.purpose, at: clock.now) == [cookie, signIn.appru]
    }

    /// Names that a provisioning document can carry.
    private static func isTypeable(_ user: String) -> Bool {
        (1...MDELimits.credential).contains(user.utf8.count)
            && user.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }

    private var clock: any Clock { enrollment.services.clock }
    private var limits: WindowsSignInLimits { enrollment.services.signIns.limits }
    private var terms: WindowsTerms { enrollment.configuration.terms }
}

// MARK: - The form

extension WindowsSignInEndpoint {
    /// The form once more, with what was wrong.
    private func again(
        _ signIn: FederatedSignIn, user: String, _ refusal: WindowsPageRefusal, _ peer: Peer
    ) -> EndpointReply {
        enrollment.logger.notice(
            "Windows sign-in not judged",
            metadata: [
                "request.id": "\(peer.requestID)", "error.code": "\(refusal.code)", "peer": "\(peer.address)",
            ])
        return form(signIn, refusal.status, user: user, alert: refusal.sentence)
    }

    private func form(
        _ signIn: FederatedSignIn, _ status: EndpointReply.Status, user: String, alert: String?
    ) -> EndpointReply {
        let cookie = PageCookie.fresh()
        let code = enrollment.configuration.codes.make(
            Self.purpose, [cookie, signIn.appru], until: clock.now.adding(seconds: Self.formLifetime))
        let name = HTMLText.escape(enrollment.configuration.name)
        let user = HTMLText.escape(String(user.prefix(MDELimits.credential)))
        let body = """
            <p>\(name) will manage this device. Use the user name and the password of your invitation.</p>
            \(alert.map { "<p role=\"alert\"><strong>\(HTMLText.escape($0))</strong></p>" } ?? "")
            <form method="post" action="\(WindowsEnrollmentConfiguration.signInPath)">
            <input type="hidden" name="appru" value="\(HTMLText.escape(signIn.appru))">
            <input type="hidden" name="form" value="\(code)">
            <p><label for="username">User name</label>
            <input id="username" name="username" value="\(user)" autocomplete="username" autocapitalize="none"
            spellcheck="false" required maxlength="256"></p>
            <p><label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required
            maxlength="256"></p>
            \(agreement)
            <p><button type="submit">Sign in</button></p>
            </form>
            """
        return .page(
            status, WebPage(title: "Sign in to enrol this device", style: Self.style, body: body),
            PageProtection(formTargets: ["'self'"]), cookie: PageCookie.field(cookie))
    }

    /// The terms with a box to tick, where devices need them: an enrolment that no Entra began has no terms page.
    private var agreement: String {
        guard terms.isRequired else { return "" }
        return """
            <h2>Terms of use</h2>
            \(terms.html)
            <p><label><input type="checkbox" name="terms" value="\(terms.digest)" required>
            I accept these terms of use</label></p>
            """
    }

    private static let style = """
        label{display:block}input{font:inherit}input:not([type=checkbox]){box-sizing:border-box;max-width:24rem;width:100%}
        button{font:inherit;padding:.5rem 1.5rem}
        """
}
