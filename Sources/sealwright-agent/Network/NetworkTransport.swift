// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightAgent
import SealwrightCommandLine
import SealwrightNetwork
import ServiceLifecycle
import TrustEvaluation

/// Carries the agent's requests over HTTP/1.1, with TLS from the one factory and its peers judged by TrustEvaluation.
struct NetworkTransport: AgentTransport {
    /// Seconds from the connection attempt to the end of the answer.
    var seconds = 60

    /// Sends a request; see ``AgentTransport/send(_:)``.
    func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse {
        do throws(NetworkError) {
            var message = HTTPRequest(
                method: request.method, url: try HTTPURL(request.url), fields: request.fields, body: request.body)
            message.fields.append(("User-Agent", "sealwright-agent/" + AgentVersion.number))
            if let mediaType = request.mediaType { message.fields.append(("Content-Type", mediaType)) }
            let response = try await send(message, by: try client(request))
            return AgentResponse(
                status: response.status, mediaType: response.field("Content-Type"), body: response.body)
        } catch {
            throw Task.isShuttingDownGracefully ? .stopped : Self.failure(error)
        }
    }

    /// Sends until there is an answer, or the program is told to end: what was not answered is sent again later.
    private func send(
        _ message: HTTPRequest, by client: HTTPClient
    ) async throws(NetworkError) -> HTTPResponse {
        let outcome = await cancelWhenGracefulShutdown { () async -> Result<HTTPResponse, NetworkError> in
            do throws(NetworkError) { return .success(try await client.send(message)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    private func client(_ request: AgentRequest) throws(NetworkError) -> HTTPClient {
        var limits = HTTPClient.Limits()
        limits.seconds = seconds
        limits.bodyOctets = request.answerLimit
        var anchors = request.trust.certificates.map { TrustAnchor($0) }
        if request.trust.includesSystem { anchors += SystemTrust.anchors }
        var trust = PeerTrust(anchors: anchors, purpose: .serverAuth)
        trust.denied = Set(request.trust.untrusted.map { DigestAlgorithm.sha256.hash($0.octets) })
        var settings = TLSClientSettings(trust: trust)
        if let identity = request.identity {
            settings.identity = try ServedIdentity(chain: identity.chain.withoutRoot, key: identity.key)
        }
        return HTTPClient(limits: limits, tls: settings)
    }

    private static func failure(_ error: NetworkError) -> TransportFailure {
        let kind: TransportFailure.Kind
        var remedy: String?
        switch error {
        case .invalidURL: kind = .address
        case .nameNotResolved: kind = .unresolved
        case .connectionFailed: kind = .unreachable
        case .connectionLost, .timedOut: kind = .answerLost
        case .tlsFailed(_, let diagnosis):
            kind = .notTrusted
            remedy = diagnosis.remedy
        case .unusableCredential: kind = .notTrusted
        case .protocolViolation, .responseTooLarge: kind = .invalidResponse
        }
        return TransportFailure(kind, code: error.code, reason: error.description, remedy: remedy)
    }
}

extension [CertificateView] {
    /// The chain as it is sent: the receiver has the root.
    fileprivate var withoutRoot: [CertificateView] {
        guard count > 1, let last, last.isSelfIssued else { return self }
        return Array(dropLast())
    }
}
