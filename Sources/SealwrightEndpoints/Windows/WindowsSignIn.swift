// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// Whom a credential speaks for, and by which permission.
package struct WindowsSignIn: Sendable, Hashable {
    /// The user's name as they typed it.
    let user: String
    /// The challenge that the certificate will be bought with.
    let challenge: Secret
    /// The terms of use that were accepted at the sign-in, by their digest; `nil` when none were asked about.
    let acceptedTerms: String?

    init(user: String, challenge: Secret, acceptedTerms: String? = nil) {
        self.user = user
        self.challenge = challenge
        self.acceptedTerms = acceptedTerms
    }
}

/// What the sign-in page remembers between two requests; one for all listeners of a server.
package struct WindowsSignIns: Sendable {
    /// The tokens that were handed out.
    package let tokens = WindowsSignInTokens()
    /// Who may try again.
    package let limits = WindowsSignInLimits()

    package init() {}
}
