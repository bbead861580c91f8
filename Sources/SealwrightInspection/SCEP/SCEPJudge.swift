// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats
package import SCEP
package import SealwrightCore

/// The endpoint whose answer is foretold: its keys, its settings and its rules.
///
/// Nothing that conforms may change anything by being asked.
package protocol SCEPJudge: Sendable {
    var settings: ServerSettings { get }
    /// The certificates whose keys unwrap, the current one first.
    var recipients: [CertificateView] { get }

    /// Unwraps a content key as the server would.
    ///
    /// - Throws: ``CryptoError`` when the key is not at hand.
    func unwrap(_ attempt: UnwrapAttempt) async throws(CryptoError) -> [UInt8]

    /// Judges a decrypted and verified request.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - recipient: which of ``recipients`` opened it, if it came in an envelope.
    /// - Returns: what would be answered.
    func verdict(on request: Request, openedBy recipient: Int?) async -> SCEPVerdict
}

/// What an endpoint would answer.
package enum SCEPVerdict: Sendable {
    /// What the middle would decide, its refusals excepted.
    case enrollment(EnrollmentForecast)
    /// A certificate that exists would be handed out.
    case certificate([UInt8])
    /// The CRL would be handed out, in octets.
    case crl(octets: Int)
    /// It would be refused.
    case refused(Refusal)
    /// It could not be answered now.
    case unavailable(code: String)
}
