// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import SealwrightEndpoints

/// The pages of a Windows enrolment that people see: sign-in and terms of use.
///
/// Only on the listener that asks nobody for a certificate: a browser would ask the user which one to show.
struct WindowsPageRoutes: Sendable {
    let signIn: WindowsSignInEndpoint
    let terms: WindowsTermsEndpoint

    init(_ enrollment: WindowsEnrollmentEndpoint) {
        signIn = WindowsSignInEndpoint(enrollment)
        terms = WindowsTermsEndpoint(enrollment)
    }

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get(RouterPath(WindowsEnrollmentConfiguration.signInPath)) { request, _ in
            ReplyAdapter.response(signIn.page(query: request.rawQuery), to: request)
        }
        router.post(RouterPath(WindowsEnrollmentConfiguration.signInPath)) { request, context in
            try await submitting(request) { await signIn.submitted($0, from: context.peer) }
        }
        router.get(RouterPath(WindowsEnrollmentConfiguration.termsPath)) { request, _ in
            ReplyAdapter.response(terms.page(query: request.rawQuery), to: request)
        }
        router.post(RouterPath(WindowsEnrollmentConfiguration.termsPath)) { request, context in
            try await submitting(request) { terms.submitted($0, from: context.peer) }
        }
    }

    private func submitting(
        _ request: Request, _ answer: (WindowsPageForm) async -> EndpointReply
    ) async throws -> Response {
        guard let body = try await request.octets(upTo: FormFields.octetLimit) else {
            let text = "A form may have \(FormFields.octetLimit) bytes.\n"
            return ReplyAdapter.response(.text(.tooLarge, text), to: request)
        }
        let form = WindowsPageForm(
            mediaType: request.headers[.contentType] ?? "", body: body, cookie: request.headers[.cookie])
        return ReplyAdapter.response(await answer(form), to: request)
    }
}
