// SPDX-License-Identifier: Apache-2.0

/// Why a request got no answer.
public struct TransportFailure: Error, Hashable, Sendable {
    /// What kind of failure it is.
    public enum Kind: Hashable, Sendable {
        /// The address is none, or no longer one that may be used.
        case address
        /// The name of the server does not resolve.
        case unresolved
        /// Nobody answers.
        case unreachable
        /// No whole answer came, in time or at all: whether the request counts is not known.
        case answerLost
        /// The server does not prove itself, or does not take the device's proof.
        case notTrusted
        /// What came back is no HTTP, or too long.
        case invalidResponse
        /// The process is ending and did not wait for the answer.
        case stopped
    }

    /// The process is ending and did not wait for the answer.
    public static let stopped = Self(
        .stopped, code: AgentServiceError.stopped.code, reason: AgentServiceError.stopped.description)

    /// What kind of failure it is.
    public let kind: Kind
    /// The stable code of the failure below.
    public let code: String
    /// One sentence for people.
    public let reason: String
    /// What may help; `nil` when nothing is known to.
    public let remedy: String?

    /// Makes a failure.
    public init(_ kind: Kind, code: String, reason: String, remedy: String? = nil) {
        self.kind = kind
        self.code = code
        self.reason = reason
        self.remedy = remedy
    }

    /// What the ErrorCode nodes tell.
    var result: HResult {
        switch kind {
        case .address, .unresolved: .nameNotResolved
        case .unreachable, .answerLost, .notTrusted, .stopped: .cannotConnect
        case .invalidResponse: .invalidServerResponse
        }
    }
}
