// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// One sign-in of a Federated enrolment, between the page that asks for it and the form that returns the token.
///
/// The device opens `AuthenticationServiceUrl?appru=ms-app://…&login_hint=user@domain` in a web view. After the user
/// has signed in, ``page(wresult:)`` is answered: a form that posts the token to `appru`, where Windows takes it up.
///
/// Source: MS-MDE2, section 3.2.
public struct FederatedSignIn: Hashable, Sendable {
    /// Where the token is returned to: an application of Windows.
    public let appru: String
    /// The user the device expects to sign in; only to fill the form with.
    public let loginHint: String?

    /// Takes the parameters of the query, percent-decoded.
    ///
    /// Whoever writes `appru` into a page writes what a stranger put into a link, so that nothing but an application's
    /// address is taken.
    ///
    /// - Throws: ``MDEError/callbackRefused``.
    public init(appru: String?, loginHint: String?) throws(MDEError) {
        guard let appru, appru.utf8.count <= 512, appru.hasPrefix("ms-app://"),
            appru.utf8.dropFirst(9).first != nil, appru.utf8.allSatisfy(Self.isPlain)
        else { throw .callbackRefused }
        self.appru = appru
        self.loginHint = loginHint.flatMap { $0.utf8.count <= MDELimits.credential ? $0 : nil }
    }

    private static func isPlain(_ octet: UInt8) -> Bool { octet.isUnreserved || ":/".utf8.contains(octet) }

    /// The scheme of the addresses that tokens are returned to, as a Content-Security-Policy names it.
    public static let formTarget = "ms-app:"

    /// The script of the page, for the digest that a Content-Security-Policy names.
    static let script = "document.forms[0].submit()"

    /// The source that a Content-Security-Policy must allow for the page to go on by itself: `'sha256-…'`.
    ///
    /// Source: Content Security Policy Level 3, section 2.3.1.
    public static var scriptSource: String {
        "'sha256-\(Base64.encode(DigestAlgorithm.sha256.hash(Array(script.utf8))))'"
    }

    /// The page that returns the token, `text/html; charset=utf-8`.
    ///
    /// - Parameter wresult: the token; Windows sends it back as it is, in Base64.
    /// - Returns: the page.
    public func page(wresult: String) -> [UInt8] {
        let page = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Signing in</title></head><body>
            <form method="post" action="\(HTMLText.escape(appru))">
            <input type="hidden" name="wresult" value="\(HTMLText.escape(wresult))">
            <noscript><button type="submit">Continue</button></noscript>
            </form>
            <script>\(Self.script)</script>
            </body></html>

            """
        return Array(page.utf8)
    }
}
