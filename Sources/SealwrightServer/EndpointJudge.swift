// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightInspection

/// A SCEP endpoint that tells what it would answer.
struct EndpointJudge: SCEPJudge {
    let endpoint: SCEPEndpoint

    var settings: ServerSettings { endpoint.settings }
    var recipients: [CertificateView] { endpoint.unwrapping.map(\.certificate) }

    func unwrap(_ attempt: UnwrapAttempt) async throws(CryptoError) -> [UInt8] {
        let keys = endpoint.unwrapping
        guard keys.indices.contains(attempt.recipient) else {
            throw .keyNotFound(KeyID(rawValue: "RA \(attempt.recipient)"))
        }
        return try await keys[attempt.recipient].key.unwrap(
            attempt.encryptedKey, transport: attempt.transport, keyLength: attempt.keyLength)
    }

    func verdict(on request: Request, openedBy recipient: Int?) async -> SCEPVerdict {
        let keys = endpoint.unwrapping
        let opener = recipient.flatMap { keys.indices.contains($0) ? keys[$0] : nil }
        return switch await endpoint.forecast(request, openedBy: opener) {
        case .enrollment(let forecast): .enrollment(forecast)
        case .handedOut(.success(let certificate, _)): .certificate(certificate)
        case .handedOut(.crl(let der)): .crl(octets: der.count)
        case .handedOut(.failure(let refusal)), .refused(let refusal): .refused(refusal)
        case .handedOut(.pending): .enrollment(.pending(.approval))
        case .unavailable(let code): .unavailable(code: code)
        }
    }
}
