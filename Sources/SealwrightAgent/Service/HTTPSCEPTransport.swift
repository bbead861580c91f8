// SPDX-License-Identifier: Apache-2.0

/// Carries SCEP by the agent's own HTTP.
///
/// SCEP protects itself, so that `http` is as good as `https`; a server of `https` has to lead to what the device
/// trusts.
public struct HTTPSCEPTransport: SCEPTransport {
    private let transport: any AgentTransport
    private let store: AgentStore

    /// Joins the two.
    public init(_ transport: any AgentTransport, store: AgentStore) {
        self.transport = transport
        self.store = store
    }

    /// Sends a request; see ``SCEPTransport/send(_:)``.
    public func send(_ request: SCEPHTTPRequest) async throws(SCEPTransportError) -> SCEPHTTPResponse {
        var trust = store.state.serverTrust()
        // Servers of certificates need not be the management server.
        trust.includesSystem = true
        let message = AgentRequest(
            url: request.url, trust: trust, mediaType: request.body == nil ? nil : request.mediaType ?? Self.binary,
            body: request.body ?? [])
        do throws(TransportFailure) {
            let response = try await transport.send(message)
            return SCEPHTTPResponse(status: response.status, body: response.body)
        } catch {
            throw SCEPTransportError(Self.kind(of: error), reason: error.reason)
        }
    }

    private static func kind(of failure: TransportFailure) -> SCEPTransportError.Kind {
        switch failure.kind {
        case .address, .unresolved: .nameNotResolved
        case .answerLost: .answerLost
        case .unreachable, .notTrusted: .cannotConnect
        case .invalidResponse: .invalidResponse
        case .stopped: .stopped
        }
    }

    private static let binary = "application/octet-stream"
}
