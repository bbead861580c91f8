// SPDX-License-Identifier: Apache-2.0

/// Carries the requests of an enrolment to a SCEP server.
///
/// The agent opens no connection itself; whoever runs it brings this.
public protocol SCEPTransport: Sendable {
    /// Sends a request and waits for its answer, whatever HTTP status that has.
    func send(_ request: SCEPHTTPRequest) async throws(SCEPTransportError) -> SCEPHTTPResponse
}

/// One request of SCEP.
///
/// Source: RFC 8894, section 4.1.
public struct SCEPHTTPRequest: Hashable, Sendable {
    /// The URL with its query.
    public let url: String
    /// The body of a POST; `nil` for a GET.
    public let body: [UInt8]?
    /// The media type of the body.
    public let mediaType: String?

    /// Makes a request.
    public init(url: String, body: [UInt8]? = nil, mediaType: String? = nil) {
        self.url = url
        self.body = body
        self.mediaType = mediaType
    }
}

/// The answer to one request of SCEP.
public struct SCEPHTTPResponse: Hashable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The body.
    public let body: [UInt8]

    /// Makes an answer.
    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Why a request got no answer.
public struct SCEPTransportError: Error, Hashable, Sendable {
    /// What kind of failure it is.
    public enum Kind: Hashable, Sendable {
        /// The name of the server does not resolve.
        case nameNotResolved
        /// The server does not answer, or does not prove itself.
        case cannotConnect
        /// The answer did not arrive whole: whether the request counts is not known.
        case answerLost
        /// What came back is no HTTP, or is longer than anything of SCEP.
        case invalidResponse
        /// The process is ending and did not wait for the answer.
        case stopped
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// One sentence for people; `nil` for what the kind says.
    public let reason: String?

    /// Makes an error.
    public init(_ kind: Kind, reason: String? = nil) {
        self.kind = kind
        self.reason = reason
    }

    /// The name of the server does not resolve.
    public static let nameNotResolved = Self(.nameNotResolved)
    /// The server does not answer.
    public static let cannotConnect = Self(.cannotConnect)
    /// The answer did not arrive whole.
    public static let answerLost = Self(.answerLost)
    /// What came back is no HTTP, or is longer than anything of SCEP.
    public static let invalidResponse = Self(.invalidResponse)

    /// What the ErrorCode node tells.
    var result: HResult {
        switch kind {
        case .nameNotResolved: .nameNotResolved
        case .cannotConnect, .answerLost, .stopped: .cannotConnect
        case .invalidResponse: .invalidServerResponse
        }
    }
}
