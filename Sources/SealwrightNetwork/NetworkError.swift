// SPDX-License-Identifier: Apache-2.0

/// Why a conversation over the network did not take place.
package enum NetworkError: Error, Hashable, Sendable {
    /// The text is no `http` or `https` URL with a host.
    case invalidURL(String)
    /// The name of the host has no address, or nobody who knows addresses answers.
    case nameNotResolved(host: String)
    /// No connection: refused, unreachable.
    case connectionFailed(host: String, port: Int, reason: String)
    /// The connection was made and ended before the answer was complete: whether the request counts is not known.
    case connectionLost(host: String, port: Int)
    /// No complete answer within the time allowed, in seconds.
    case timedOut(host: String, seconds: Int)
    /// TLS with the host came to nothing, for a reason that has a name.
    case tlsFailed(host: String, TLSDiagnosis)
    /// The answer is no HTTP/1.1 response.
    case protocolViolation(String)
    /// The answer is larger than the limit, in octets.
    case responseTooLarge(limit: Int)
    /// A certificate or key cannot be used for TLS.
    case unusableCredential(String)

    /// The stable code of this error.
    package var code: String {
        switch self {
        case .invalidURL: "network.invalid-url"
        case .nameNotResolved: "network.name-not-resolved"
        case .connectionFailed: "network.connection-failed"
        case .connectionLost: "network.connection-lost"
        case .timedOut: "network.timed-out"
        case .tlsFailed(_, let diagnosis): diagnosis.code.rawValue
        case .protocolViolation: "network.protocol-violation"
        case .responseTooLarge: "network.response-too-large"
        case .unusableCredential: "network.unusable-credential"
        }
    }
}

extension NetworkError: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .invalidURL(let text): "'\(text)' is not an http or https URL"
        case .nameNotResolved(let host): "the name \(host) does not resolve"
        case .connectionFailed(let host, let port, let reason): "cannot connect to \(host) port \(port): \(reason)"
        case .connectionLost(let host, let port):
            "\(host) port \(port) ended the connection before its answer was complete"
        case .timedOut(let host, let seconds): "\(host) did not answer within \(seconds) seconds"
        case .tlsFailed(let host, let diagnosis):
            "TLS with \(host) failed, \(diagnosis.code.title): \(diagnosis.evidence)"
        case .protocolViolation(let what): "the answer is not valid HTTP: \(what)"
        case .responseTooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .unusableCredential(let why): "the TLS certificate or key cannot be used: \(why)"
        }
    }
}
