// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import PKIFormats

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

/// The certificate of the device with its key, as a connection shows it.
public struct ClientIdentity: Sendable {
    /// The certificates in the order they are sent, the device's own first.
    public let chain: [CertificateView]
    /// The key of the first.
    public let key: SoftwareKey

    /// Joins chain and key.
    public init(chain: [CertificateView], key: SoftwareKey) {
        self.chain = chain
        self.key = key
    }
}
