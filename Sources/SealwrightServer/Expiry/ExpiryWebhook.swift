// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Logging
import PKIFormats
import SealwrightCore
import SealwrightNetwork

/// Where notices of the expiry radar go.
package struct ExpiryWebhookOptions: Sendable, Hashable {
    package let url: String
    /// Signs the bodies.
    package let secret: [UInt8]

    /// Reads the settings; `nil` without a URL.
    ///
    /// - Throws: ``ConfigurationError`` when the key is missing or short: a notice nobody can verify is worth nothing.
    init?(_ settings: Settings) throws(ConfigurationError) {
        guard let url = settings.text("expiry.webhook.url") else { return nil }
        guard (try? HTTPURL(url)) != nil else {
            throw .invalidValue(key: "expiry.webhook.url", value: url, allowed: "an http or https URL")
        }
        let key = "expiry.webhook.secret-file"
        let path = settings.text(key) ?? ""
        let text = (try? String(contentsOfFile: path, encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard let secret = text.flatMap({ Data(base64Encoded: $0) }), secret.count >= 16 else {
            throw .invalidValue(key: key, value: path, allowed: "a file with the base64 of at least 16 bytes")
        }
        self.url = url
        self.secret = Array(secret)
    }
}

/// Posts the radar's notices, signed like every webhook of ours: `Sealwright-Signature: t=SECONDS,v1=HMAC-SHA256` over
/// `SECONDS.body`.
struct ExpiryWebhook: ExpiryNotifier {
    private let options: ExpiryWebhookOptions
    private let server: String
    private let client = WebhookClient()
    private let logger: Logger

    init(_ options: ExpiryWebhookOptions, server: String, logger: Logger) {
        self.options = options
        self.server = server
        self.logger = logger
    }

    private struct Message: Encodable {
        let type = "certificate.expiry"
        let server: String
        let timestamp: String
        let certificates: [ExpiryDocument]
    }

    func tell(_ items: [(item: ExpiryItem, stage: ExpiryStage)], at now: Timestamp) async -> Bool {
        let message = Message(
            server: server, timestamp: now.iso8601, certificates: items.map { ExpiryDocument($0.item, $0.stage) })
        guard let body = try? Array(JSON.encoder.encode(message)) else { return false }
        let stamped = Array("\(now.seconds).".utf8) + body
        let signature = Hex.encode(DigestAlgorithm.sha256.authenticationCode(stamped, key: options.secret))
        do {
            let answer = try await client.post(
                body, to: options.url,
                fields: [(name: "Sealwright-Signature", value: "t=\(now.seconds),v1=\(signature)")])
            if (200..<300).contains(answer.status) { return true }
            logger.warning(
                "Expiry webhook refused", metadata: ["status": "\(answer.status)", "url": "\(options.url)"])
        } catch {
            logger.warning(
                "Expiry webhook cannot be reached", metadata: ["error": "\(error)", "url": "\(options.url)"])
        }
        return false
    }
}
