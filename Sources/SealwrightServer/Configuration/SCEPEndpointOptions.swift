// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SCEP
package import SealwrightCore
package import SealwrightEndpoints
import SealwrightNetwork

/// One SCEP endpoint's settings, as the configuration gives them.
package struct SCEPEndpointOptions: Sendable {
    package let configuration: SCEPEndpointConfiguration
    /// Whether the endpoint is shaped for Windows, some builds of which want serverAuth in the RA certificate.
    package let isForWindows: Bool
    /// Static challenges by the name of their file.
    package let staticChallenges: [(name: String, secret: Secret)]
    /// `user:password` of the NDES page.
    package let challengePageCredential: Secret?
    package let webhook: WebhookOptions?

    /// A webhook that decides about requests, is notified of how they ended, or both.
    package struct WebhookOptions: Sendable {
        /// Asked; `nil` for one that only hears.
        package let url: String?
        /// Notified; `nil` for one that is only asked.
        package let notifyURL: String?
        package let id: String
        /// The HMAC key.
        package let secret: [UInt8]
        package let token: Secret?
    }

    init(_ name: String, _ settings: Settings) throws(ConfigurationError) {
        let at = "scep.\(name)."
        let id = EndpointID(rawValue: name)
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(\.isWordCharacter) else {
            throw .invalidValue(
                key: "scep", value: name,
                allowed: "a name for a URL: up to 64 letters, digits, hyphens and underscores")
        }
        let others = [EndpointID.api, WindowsEnrollmentConfiguration.endpoint]
        guard !others.contains(id) else {
            throw .invalidValue(
                key: "scep", value: name, allowed: "a name other than those of the server's own endpoints")
        }
        staticChallenges = try Self.staticChallenges(at + "static-challenges", settings)
        challengePageCredential = try Self.secret(at + "ndes-password-file", settings)
        webhook = try Self.webhook(at, settings)
        isForWindows = try settings.word(at + "preset") == ServerSettings.Preset.windows.rawValue
        configuration = SCEPEndpointConfiguration(
            id: id, settings: try Self.messages(at, settings),
            policy: try Self.policy(
                id, at, settings, hasStaticChallenge: !staticChallenges.isEmpty, hasWebhook: webhook?.url != nil))
    }

    private static func messages(_ at: String, _ settings: Settings) throws(ConfigurationError) -> ServerSettings {
        let preset = ServerSettings.Preset(rawValue: try settings.word(at + "preset") ?? "generic") ?? .generic
        var messages = ServerSettings(preset: preset)
        for word in settings.list(at + "allow-legacy") {
            switch word {
            case "sha1": messages.digests.insert(.sha1)
            case "md5": messages.digests.insert(.md5)
            case "3des": messages.ciphers.insert(.tripleDESCBC)
            case "des":
                messages.ciphers.insert(.desCBC)
                // No client that stopped at DES signs with more than SHA-1, and SHA-1 is the stronger of the two.
                messages.digests.insert(.sha1)
            default:
                throw .invalidValue(key: at + "allow-legacy", value: word, allowed: "one of sha1, md5, 3des, des")
            }
        }
        if let word = try settings.word(at + "empty-content") {
            messages.emptyContent = word == "absent" ? .absent : .zeroLength
        }
        if let word = try settings.word(at + "getcacert") {
            messages.getCACertShape =
                switch word {
                case "ca": .caOnly
                case "ca+chain": .caChain
                case "ra+ca": .raAndIssuing
                default: .raIssuingRoot
                }
        }
        if let chain = try settings.boolean(at + "reply-chain") { messages.replyChain = chain }
        if let word = try settings.word(at + "unknown-ca") { messages.refusesUnknownCAIdentifier = word == "refuse" }
        return messages
    }

    private static func policy(
        _ id: EndpointID, _ at: String, _ settings: Settings, hasStaticChallenge: Bool, hasWebhook: Bool
    ) throws(ConfigurationError) -> EnrollmentPolicy {
        var policy = EnrollmentPolicy(endpoint: id)
        policy.profile = settings.text(at + "profile") ?? "device"
        guard CertificateProfile.builtIn[policy.profile] != nil else {
            throw .invalidValue(key: at + "profile", value: policy.profile, allowed: "a profile: device or server")
        }
        policy.authentication.staticChallenge = hasStaticChallenge
        policy.authentication.webhook = hasWebhook
        policy.authentication.approval =
            EnrollmentPolicy.Approval(rawValue: try settings.word(at + "approval") ?? "never") ?? .never
        policy.waitingLimit = try settings.integer(at + "waiting-limit") ?? policy.waitingLimit
        policy.waitingTime = try settings.seconds(at + "waiting-time") ?? policy.waitingTime
        guard policy.waitingTime >= shortestWait else {
            throw .invalidValue(
                key: at + "waiting-time", value: settings.text(at + "waiting-time") ?? "", allowed: "1h or longer")
        }
        // A renewal's reply is encrypted to the key of the certificate that signed it.
        policy.keysMustDecrypt = true
        policy.minimumRSABits = try settings.integer(at + "minimum-rsa-bits")
        let isStrict = try settings.word(at + "preset") == "strict"
        let text = settings.text(at + "renewal-window") ?? (isStrict ? "half" : "always")
        guard let window = RenewalWindow(text: text) else {
            throw .invalidValue(
                key: at + "renewal-window", value: text, allowed: "always, half, third or days as in 30d")
        }
        policy.renewalWindow = window
        policy.expiredGrace = try settings.seconds(at + "renewal-grace") ?? policy.expiredGrace
        policy.keyReuse =
            EnrollmentPolicy.KeyReuse(rawValue: try settings.word(at + "key-reuse") ?? "")
            ?? (isStrict ? .refuse : .allow)
        return policy
    }

    /// Seconds; in less nobody could decide.
    private static let shortestWait: Int64 = 3_600

    private static func staticChallenges(
        _ key: String, _ settings: Settings
    ) throws(ConfigurationError) -> [(name: String, secret: Secret)] {
        var challenges: [(name: String, secret: Secret)] = []
        for path in settings.list(key) {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            challenges.append((name, try readSecret(key, path)))
        }
        return challenges
    }

    private static func webhook(_ at: String, _ settings: Settings) throws(ConfigurationError) -> WebhookOptions? {
        let url = try self.url(at + "webhook.url", settings)
        let notifyURL = try self.url(at + "webhook.notify-url", settings)
        guard url != nil || notifyURL != nil else {
            for key in ["webhook.id", "webhook.secret-file", "webhook.token-file"] {
                guard let value = settings.text(at + key) else { continue }
                throw .invalidValue(
                    key: at + key, value: value,
                    allowed: "of use without \(at)webhook.url or \(at)webhook.notify-url")
            }
            return nil
        }
        guard let encoded = try secret(at + "webhook.secret-file", settings),
            let key = Data(base64Encoded: encoded.reveal()), key.count >= 16
        else {
            throw .invalidValue(
                key: at + "webhook.secret-file", value: settings.text(at + "webhook.secret-file") ?? "",
                allowed: "a file with the base64 of at least 16 bytes")
        }
        return WebhookOptions(
            url: url, notifyURL: notifyURL, id: settings.text(at + "webhook.id") ?? "sealwright", secret: Array(key),
            token: try secret(at + "webhook.token-file", settings))
    }

    private static func url(_ key: String, _ settings: Settings) throws(ConfigurationError) -> String? {
        guard let url = settings.text(key) else { return nil }
        guard (try? HTTPURL(url)) != nil else {
            throw .invalidValue(key: key, value: url, allowed: "an http or https URL")
        }
        return url
    }

    private static func secret(_ key: String, _ settings: Settings) throws(ConfigurationError) -> Secret? {
        try settings.text(key).map { path throws(ConfigurationError) in try readSecret(key, path) }
    }

    /// Secrets are read from files only: flags and environments are visible to other processes.
    private static func readSecret(_ key: String, _ path: String) throws(ConfigurationError) -> Secret {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw .invalidValue(key: key, value: path, allowed: "a readable file")
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else { throw .invalidValue(key: key, value: path, allowed: "a file with a secret in it") }
        return Secret(secret)
    }
}
