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
public enum SCEPTransportError: Error, Hashable, Sendable {
    /// The name of the server does not resolve.
    case nameNotResolved
    /// The server does not answer.
    case cannotConnect
    /// What came back is no HTTP, or is longer than anything of SCEP.
    case invalidResponse

    /// What the ErrorCode node tells.
    var result: HResult {
        switch self {
        case .nameNotResolved: .nameNotResolved
        case .cannotConnect: .cannotConnect
        case .invalidResponse: .invalidServerResponse
        }
    }
}
