// SPDX-License-Identifier: Apache-2.0

/// Carries requests of the agent to servers over HTTP.
///
/// The library opens no connection itself; whoever runs it brings this.
public protocol AgentTransport: Sendable {
    /// Sends a request and waits for the whole answer, whatever HTTP status that has; a redirect is not followed.
    func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse
}

/// One HTTP request of the agent, with how its two ends prove themselves.
public struct AgentRequest: Sendable {
    /// The address with its query.
    public var url: String
    /// The media type of the body; `nil` for a GET, which has neither.
    public var mediaType: String?
    /// The body.
    public var body: [UInt8] = []
    /// Further fields.
    public var fields: [(name: String, value: String)] = []
    /// Whom the server's certificate has to lead to.
    public var trust: ServerTrust
    /// What the connection shows for the device; `nil` for nothing.
    public var identity: ClientIdentity?
    /// Octets the body of the answer may have.
    public var answerLimit = 8 << 20

    /// Makes a GET; with a media type and a body it is a POST.
    public init(url: String, trust: ServerTrust, mediaType: String? = nil, body: [UInt8] = []) {
        self.url = url
        self.trust = trust
        self.mediaType = mediaType
        self.body = body
    }

    /// The method.
    public var method: String { mediaType == nil ? "GET" : "POST" }
}

/// The answer to one request.
public struct AgentResponse: Hashable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The Content-Type.
    public let mediaType: String?
    /// The body.
    public let body: [UInt8]

    /// Makes an answer.
    public init(status: Int, mediaType: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.mediaType = mediaType
        self.body = body
    }
}
