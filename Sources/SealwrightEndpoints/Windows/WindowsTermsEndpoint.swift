// SPDX-License-Identifier: Apache-2.0

import Logging
import OMADM
import PKIFormats
import SealwrightCore

/// The page that shows the terms of use while Windows joins Entra: `/EnrollmentServer/TermsOfUse`.
///
/// An answer ends in a redirect to the application that opened the page. Windows 11 shows the page in a frame of its own
/// set-up pages, whose scheme is the only one that may.
///
/// Source: Microsoft Entra integration with MDM, "Terms of Use protocol semantics".
package struct WindowsTermsEndpoint: Sendable {
    private let enrollment: WindowsEnrollmentEndpoint

    package init(_ enrollment: WindowsEnrollmentEndpoint) { self.enrollment = enrollment }

    /// What the code in a form is made for.
    private static let purpose = "terms-form"
    /// Seconds a form may stay open.
    private static let formLifetime: Int64 = 3_600
    /// The scheme of the set-up pages of Windows.
    private static let frameAncestor = "ms-appx-web:"

    /// The page.
    ///
    /// - Parameter query: the query as it came: `redirect_uri`, `client-request-id`, `mode`.
    /// - Returns: the page, or a page that says what is wrong with the query.
    package func page(query: String) -> EndpointReply {
        do throws(WindowsPageRefusal) {
            guard let fields = FormFields(query) else { throw .formUnreadable }
            return form(try Self.visit(fields), .ok, alert: nil)
        } catch {
            return error.page
        }
    }

    /// Goes on to where Windows wants the answer.
    package func submitted(_ sent: WindowsPageForm, from peer: Peer) -> EndpointReply {
        let fields: FormFields
        let visit: TermsOfUse
        do throws(WindowsPageRefusal) {
            fields = try sent.fields()
            visit = try Self.visit(fields)
        } catch {
            return error.page
        }
        // The text must be the one that was shown, and the form one of ours.
        guard codes.read(fields["form"] ?? "", Self.purpose, at: now) == facts(of: visit) else {
            let refusal = WindowsPageRefusal.formExpired
            return form(visit, refusal.status, alert: refusal.sentence)
        }
        switch fields["accepted"] {
        case "true":
            let blob = terms.acceptance(codes, clientRequestID: visit.clientRequestID, at: now)
            return going(to: visit.accepted(opaqueBlob: blob), "accepted", visit, peer)
        case "false": return going(to: visit.declined, "declined", visit, peer)
        default: return WindowsPageRefusal.formUnreadable.page
        }
    }

    private static func visit(_ fields: FormFields) throws(WindowsPageRefusal) -> TermsOfUse {
        do {
            return try TermsOfUse(
                redirectURI: fields["redirect_uri"], clientRequestID: fields["client-request-id"],
                mode: fields["mode"])
        } catch {
            throw .returnAddress(error)
        }
    }

    /// Tells the log only: who accepts is known when the device asks for its certificate, and audit tells it then.
    private func going(to location: String, _ answer: String, _ visit: TermsOfUse, _ peer: Peer) -> EndpointReply {
        enrollment.logger.notice(
            "Terms of use answered",
            metadata: [
                "request.id": "\(peer.requestID)", "answer": "\(answer)", "terms": "\(terms.digest)",
                "client-request-id": "\(visit.clientRequestID ?? "")", "peer": "\(peer.address)",
            ])
        return EndpointReply(
            status: .found(location: location), body: .bytes([]), mediaType: "text/plain; charset=utf-8")
    }

    private func facts(of visit: TermsOfUse) -> [String] {
        [visit.redirectURI, visit.clientRequestID ?? "", terms.digest]
    }

    private func form(_ visit: TermsOfUse, _ status: EndpointReply.Status, alert: String?) -> EndpointReply {
        let code = codes.make(Self.purpose, facts(of: visit), until: now.adding(seconds: Self.formLifetime))
        // A device of the organisation cannot decline, as Microsoft's page has it.
        let decline =
            visit.isEntraJoin ? "" : "<button type=\"submit\" name=\"accepted\" value=\"false\">Decline</button>"
        let body = """
            \(alert.map { "<p role=\"alert\"><strong>\(HTMLText.escape($0))</strong></p>" } ?? "")
            \(terms.html)
            <form method="post" action="\(WindowsEnrollmentConfiguration.termsPath)">
            <input type="hidden" name="redirect_uri" value="\(HTMLText.escape(visit.redirectURI))">
            <input type="hidden" name="client-request-id" value="\(HTMLText.escape(visit.clientRequestID ?? ""))">
            \(visit.isEntraJoin ? "<input type=\"hidden\" name=\"mode\" value=\"azureadjoin\">" : "")
            <input type="hidden" name="form" value="\(code)">
            <p><button type="submit" name="accepted" value="true">Accept</button>
            \(decline)</p>
            </form>
            """
        return .page(
            status, WebPage(title: "Terms of use", style: "button{font:inherit;padding:.5rem 1.5rem}", body: body),
            PageProtection(
                formTargets: ["'self'"] + TermsOfUse.schemes, frameAncestors: [Self.frameAncestor]))
    }

    private var now: Timestamp { enrollment.services.clock.now }
    private var codes: ExpiringCode { enrollment.configuration.codes }
    private var terms: WindowsTerms { enrollment.configuration.terms }
}
