// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore

extension SCEPEndpointOptions.WebhookOptions {
    /// The header fields that go with a body to this webhook, asked or notified.
    ///
    /// The `X-Smallstep-…` fields are step-ca's, so that existing webhooks work unchanged; our own
    /// `Sealwright-Signature` covers a time stamp too, so that a recorded call cannot be replayed.
    func fields(signing body: [UInt8], at now: Timestamp) -> [(name: String, value: String)] {
        let stamped = Array("\(now.seconds).".utf8) + body
        var fields = [
            (name: "X-Smallstep-Webhook-ID", value: id),
            (name: "X-Smallstep-Signature", value: signature(of: body)),
            (name: "Sealwright-Webhook-ID", value: id),
            (name: "Sealwright-Signature", value: "t=\(now.seconds),v1=\(signature(of: stamped))"),
        ]
        if let token { fields.append((name: "Authorization", value: "Bearer " + token.reveal())) }
        return fields
    }

    private func signature(of body: [UInt8]) -> String {
        Hex.encode(DigestAlgorithm.sha256.authenticationCode(body, key: secret))
    }
}
