// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import SealwrightEndpoints

extension CryptoPool {
    /// Answers a message on the key threads; when they have too much to do, the answer is to come back later.
    ///
    /// See decision 007.
    func converse(_ conversation: () async -> EndpointReply) async -> EndpointReply {
        do {
            return try await perform(conversation)
        } catch {
            return .text(.unavailable(retryAfterSeconds: 5), "\(error.code): try again in 5 seconds\n")
        }
    }
}
