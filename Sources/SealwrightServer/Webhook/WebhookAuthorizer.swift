// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Logging
import PKIFormats
package import SealwrightCore
import SealwrightNetwork

/// Asks a webhook whether a SCEP request may have its certificate.
///
/// The body and the `X-Smallstep-…` fields are step-ca's, so that existing webhooks work unchanged; our own
/// `Sealwright-Signature` covers a time stamp too, so that a recorded call cannot be replayed.
package struct WebhookAuthorizer: EnrollmentAuthorizer {
    private let hooks: [EndpointID: SCEPEndpointOptions.WebhookOptions]
    private let client: WebhookClient
    private let logger: Logger

    init(hooks: [EndpointID: SCEPEndpointOptions.WebhookOptions], logger: Logger) {
        self.hooks = hooks
        self.logger = logger
        client = WebhookClient()
    }

    package func verdict(on request: EnrollmentRequest, policy: EnrollmentPolicy) async -> AuthorizerVerdict {
        guard let hook = hooks[policy.endpoint] else { return .unavailable }
        do {
            let body = Array(try JSON.encoder.encode(WebhookQuestion(request)))
            let answer = try await client.post(body, to: hook.url, fields: fields(hook, body, request.receivedAt))
            guard answer.status == 200, let verdict = Verdict.reading(answer.body) else {
                logger.warning(
                    "Webhook answer unusable", metadata: ["status": "\(answer.status)", "url": "\(hook.url)"])
                return .unavailable
            }
            if verdict.allow { return .allowed(by: "webhook:" + hook.id) }
            return .denied(String((verdict.error?.message ?? "no reason given").prefix(200)))
        } catch {
            logger.warning("Webhook cannot be asked", metadata: ["error": "\(error)", "url": "\(hook.url)"])
            return .unavailable
        }
    }

    private func fields(
        _ hook: SCEPEndpointOptions.WebhookOptions, _ body: [UInt8], _ now: Timestamp
    ) -> [(name: String, value: String)] {
        let stamped = Array("\(now.seconds).".utf8) + body
        var fields = [
            (name: "X-Smallstep-Webhook-ID", value: hook.id),
            (name: "X-Smallstep-Signature", value: Self.signature(body, hook.secret)),
            (name: "Sealwright-Webhook-ID", value: hook.id),
            (name: "Sealwright-Signature", value: "t=\(now.seconds),v1=\(Self.signature(stamped, hook.secret))"),
        ]
        if let token = hook.token { fields.append((name: "Authorization", value: "Bearer " + token.reveal())) }
        return fields
    }

    private static func signature(_ body: [UInt8], _ key: [UInt8]) -> String {
        Hex.encode(DigestAlgorithm.sha256.authenticationCode(body, key: key))
    }
}

extension WebhookAuthorizer {
    /// What comes back.
    struct Verdict: Decodable {
        struct Failure: Decodable {
            let code: String?
            let message: String?
        }

        let allow: Bool
        let error: Failure?

        /// An answer as it was received; `nil` for one that cannot be read, or says yes and no.
        static func reading(_ octets: [UInt8]) -> Verdict? {
            guard (try? StrictJSON.check(octets)) != nil else { return nil }
            return try? JSON.decoder.decode(Verdict.self, from: Data(octets))
        }
    }
}
