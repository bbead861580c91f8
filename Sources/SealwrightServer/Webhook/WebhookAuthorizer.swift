// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import PKIFormats
package import SealwrightCore
import SealwrightNetwork

/// Asks a webhook whether a SCEP request may have its certificate.
///
/// The body is step-ca's, so that existing webhooks work unchanged.
package struct WebhookAuthorizer: EnrollmentAuthorizer {
    private let hooks: [EndpointID: (url: String, options: SCEPEndpointOptions.WebhookOptions)]
    private let client: WebhookClient
    private let logger: Logger

    init(hooks: [EndpointID: SCEPEndpointOptions.WebhookOptions], logger: Logger) {
        self.hooks = hooks.compactMapValues { hook in hook.url.map { ($0, hook) } }
        self.logger = logger
        client = WebhookClient()
    }

    package func verdict(on request: EnrollmentRequest, policy: EnrollmentPolicy) async -> AuthorizerVerdict {
        guard let hook = hooks[policy.endpoint] else { return .unavailable }
        do {
            let body = Array(try JSON.encoder.encode(WebhookQuestion(request)))
            let answer = try await client.post(
                body, to: hook.url, fields: hook.options.fields(signing: body, at: request.receivedAt))
            guard answer.status == 200, let verdict = Verdict.reading(answer.body) else {
                logger.warning(
                    "Webhook answer unusable", metadata: ["status": "\(answer.status)", "url": "\(hook.url)"])
                return .unavailable
            }
            if verdict.allow { return .allowed(by: "webhook:" + hook.options.id) }
            return .denied(String((verdict.error?.message ?? "no reason given").prefix(200)))
        } catch {
            logger.warning("Webhook cannot be asked", metadata: ["error": "\(error)", "url": "\(hook.url)"])
            return .unavailable
        }
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
