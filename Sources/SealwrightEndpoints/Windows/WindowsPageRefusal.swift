// SPDX-License-Identifier: Apache-2.0

import OMADM

/// Why a page of the enrolment was not served or its form not taken.
enum WindowsPageRefusal: Error {
    /// The address to return to is none of Windows.
    case returnAddress(MDEError)
    /// Query or form cannot be read.
    case formUnreadable
    /// The body is no form.
    case formMediaType
    /// The form was made too long ago, for another address, or for another browser.
    case formExpired
    /// Discovery does not send anybody to this page.
    case signInNotOffered
    /// Too many failures within a minute.
    case tooManySignIns
    /// More tokens are out than are kept.
    case signInCapacity
    /// The store failed.
    case storeFailed(code: String)

    /// The stable code, the same in log and audit.
    var code: String {
        switch self {
        case .returnAddress(let error): error.code
        case .formUnreadable: "windows.form-unreadable"
        case .formMediaType: "windows.form-media-type"
        case .formExpired: "windows.form-expired"
        case .signInNotOffered: "windows.sign-in-not-offered"
        case .tooManySignIns: "windows.too-many-sign-ins"
        case .signInCapacity: "windows.sign-in-capacity"
        case .storeFailed(let code): code
        }
    }

    /// What the page says; nothing that came with the request.
    var sentence: String {
        switch self {
        case .returnAddress:
            "This page was not opened by Windows: it is to return to an address that is not taken here."
        case .formUnreadable: "What was sent here cannot be read."
        case .formMediaType: "What was sent here is no form."
        case .formExpired: "This page was open too long, or was not opened here. Please fill it in once more."
        case .signInNotOffered:
            "Signing in on a page is not offered here. Enrol with user name and password in Windows."
        case .tooManySignIns: "Too many attempts failed. Please try again in a minute."
        case .signInCapacity, .storeFailed: "The server cannot answer now. Please try again in a minute."
        }
    }

    /// How the exchange ends.
    var status: EndpointReply.Status {
        switch self {
        case .returnAddress, .formUnreadable: .badRequest
        case .formMediaType: .unsupportedMediaType
        case .formExpired: .forbidden
        case .signInNotOffered: .notFound
        case .tooManySignIns, .signInCapacity, .storeFailed:
            .unavailable(retryAfterSeconds: WindowsSignInLimits.retryAfter)
        }
    }

    /// A page that says so, for when there is no form to show again.
    var page: EndpointReply {
        let body = """
            <p role="alert">\(HTMLText.escape(sentence))</p>
            <p><small>\(HTMLText.escape(code))</small></p>
            """
        return .page(status, WebPage(title: "This did not work", body: body), PageProtection())
    }
}
