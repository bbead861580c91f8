// SPDX-License-Identifier: Apache-2.0

import PKIFormats
package import SCEP
package import SealwrightCore

/// What a SCEP endpoint would answer to a request, found out without changing anything.
package enum SCEPForecast: Sendable {
    /// The middle would decide like this.
    case enrollment(EnrollmentForecast)
    /// Something that exists would be handed out.
    case handedOut(CertRepAnswer)
    /// The request would be refused.
    case refused(Refusal)
    /// It could not be answered now.
    case unavailable(code: String)
}

extension SCEPEndpoint {
    /// The certificates that devices may encrypt to, the current one first, each with what its key unwraps.
    package var unwrapping: [Recipient] { authority.map(recipients) ?? [] }

    /// How the endpoint reads and writes messages.
    package var settings: ServerSettings { configuration.settings }

    /// Foretells the answer to a request that was decrypted and verified, by the rules that answer real ones.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - recipient: which of ``unwrapping`` opened it, since the staged successor answers what its RA opens.
    /// - Returns: what would be answered.
    package func forecast(_ request: Request, openedBy recipient: Recipient? = nil) async -> SCEPForecast {
        switch request.content {
        case .csr(let csr): await forecast(csr, request, asksSuccessor: recipient?.isOfSuccessor ?? false)
        case .issuerAndSubject(let names):
            told(
                await services.enrollment.forecastPoll(
                    endpoint: configuration.id, transactionID: request.transactionID.octets,
                    signerKeyDigest: request.signer.subjectPublicKeyInfo.digest, subject: names?.subject))
        case .issuerAndSerialNumber(let wanted):
            switch await SCEPRetrieval(endpoint: self).answer(request, wanted) {
            case .reply(.failure(let refusal)): .refused(refusal)
            case .reply(let answer): .handedOut(answer)
            case .unavailable(let code): .unavailable(code: code)
            }
        }
    }

    private func forecast(
        _ csr: CertificationRequest, _ request: Request, asksSuccessor: Bool
    ) async -> SCEPForecast {
        do {
            let wish = try enrollmentRequest(csr, request, asksSuccessor: asksSuccessor, peer: nil)
            return told(await services.enrollment.forecast(wish))
        } catch {
            return .refused(error)
        }
    }

    /// Turns the middle's refusals into SCEP's words, as for a real request.
    private func told(_ forecast: EnrollmentForecast) -> SCEPForecast {
        switch forecast {
        case .denied(.webhookUnavailable): .unavailable(code: DenialReason.webhookUnavailable.code)
        case .denied(let reason): .refused(Refusal(telling: reason))
        case .unavailable(let cause): .unavailable(code: cause.code)
        case .issued, .repeated, .pending: .enrollment(forecast)
        }
    }
}
