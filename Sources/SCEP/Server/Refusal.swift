// SPDX-License-Identifier: Apache-2.0

/// A refusal: what the peer is told, and what only log and audit are told.
public struct Refusal: Error, Hashable, Sendable {
    /// The RFC's word for the reason.
    public let failInfo: FailInfo
    /// The sentence sent as failInfoText.
    public let text: String
    /// The stable code for log, audit and `explain`.
    public let code: String
    /// The truth for log and audit, where the peer may not know it; empty when `text` says all.
    public let detail: String

    /// What log and audit say: the truth where the peer is not told it, else what the peer is told.
    public var explanation: String { detail.isEmpty ? text : detail }

    /// Makes a refusal.
    public init(failInfo: FailInfo, text: String, code: String, detail: String = "") {
        self.failInfo = failInfo
        self.text = text
        self.code = code
        self.detail = detail
    }

    /// The one answer to everything that goes wrong between the envelope and a valid PKCS#10.
    ///
    /// Unwrapping, padding, contents that cannot be read, a PKCS#10 that cannot be read or whose own signature
    /// fails: a peer that could tell these apart could decrypt other devices' requests with our help
    /// (Bleichenbacher 1998, Vaudenay 2002).
    public static func messageCheckFailed(_ detail: String) -> Refusal {
        Refusal(
            failInfo: .badMessageCheck, text: "the request could not be decrypted and verified",
            code: SCEPError.messageCheckFailed("").code, detail: detail)
    }

    /// The answer to a message that could be read but breaks a rule.
    public init(_ error: SCEPError) {
        let failInfo: FailInfo
        switch error {
        case .algorithmNotAllowed, .signerKeyCannotDecrypt: failInfo = .badAlg
        case .signerCertificateMissing, .signatureInvalid: failInfo = .badMessageCheck
        case .messageCheckFailed(let reason):
            self = .messageCheckFailed(reason)
            return
        default: failInfo = .badRequest
        }
        self.init(failInfo: failInfo, text: error.description, code: error.code)
    }
}
