// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import SealwrightEndpoints

/// How Windows devices enrol, as the configuration gives it.
package struct WindowsOptions: Sendable {
    /// How users may show who they are, the preferred way first.
    let authPolicies: [AuthPolicy]
    /// The terms of use; `nil` for the text that every installation has.
    let termsText: String?
    /// Whether a device enrols only with terms that were accepted.
    let requiresTerms: Bool

    init(_ settings: Settings) throws(ConfigurationError) {
        authPolicies = try Self.authPolicies(settings)
        termsText = try Self.termsText(settings)
        requiresTerms = try settings.word("windows.terms") == "required"
    }

    private static func authPolicies(_ settings: Settings) throws(ConfigurationError) -> [AuthPolicy] {
        let key = "windows.sign-in"
        guard let text = settings.explicitText(key) else { return WindowsEnrollmentConfiguration.standardAuthPolicies }
        var policies: [AuthPolicy] = []
        for word in settings.list(key) {
            guard let policy = words[word], !policies.contains(policy) else {
                throw .invalidValue(key: key, value: word, allowed: "on-premise or federated, each once")
            }
            policies.append(policy)
        }
        guard !policies.isEmpty else { throw settings.invalid(key, text) }
        return policies
    }

    private static let words: [String: AuthPolicy] = ["on-premise": .onPremise, "federated": .federated]

    private static func termsText(_ settings: Settings) throws(ConfigurationError) -> String? {
        let (textKey, fileKey) = ("windows.terms-text", "windows.terms-file")
        let written = settings.text(textKey)
        guard let path = settings.text(fileKey) else {
            return try written.map { text throws(ConfigurationError) in try checked(text, textKey, text) }
        }
        guard written == nil else {
            throw .invalidValue(key: fileKey, value: path, allowed: "allowed beside windows.terms-text")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw .invalidValue(key: fileKey, value: path, allowed: "a readable file of UTF-8 text")
        }
        return try checked(text, fileKey, path)
    }

    private static func checked(
        _ text: String, _ key: String, _ value: String
    ) throws(ConfigurationError) -> String {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty, trimmed.utf8.count <= WindowsTerms.limit else {
            throw .invalidValue(
                key: key, value: String(value.prefix(64)), allowed: "a text of 1 to \(WindowsTerms.limit) bytes")
        }
        return trimmed
    }
}
