// SPDX-License-Identifier: Apache-2.0

/// Somebody outside who is asked whether a request may have its certificate: a webhook.
package protocol EnrollmentAuthorizer: Sendable {
    /// Decides about a first request whose challenge is not one of ours. The implementation keeps its own time limit.
    func verdict(on request: EnrollmentRequest, policy: EnrollmentPolicy) async -> AuthorizerVerdict
}

/// What a webhook said.
package enum AuthorizerVerdict: Sendable, Hashable {
    /// Yes; the text names who said so.
    case allowed(by: String)
    /// No, with its reason for people.
    case denied(String)
    /// It could not be asked.
    case unavailable
}
