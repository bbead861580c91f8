// SPDX-License-Identifier: Apache-2.0

import SCEP
import SealwrightAgent
import SealwrightCore
import SealwrightEndpoints
import Synchronization

/// Carries an agent's SCEP requests to the bench's endpoint and keeps the messages.
final class RecordingTransport: AgentTransport {
    private let bench: Workbench
    /// What the addresses begin with that the bench answers.
    private let prefix: String
    /// Guards the messages that were posted.
    private let posted = Mutex<[[UInt8]]>([])

    init(_ bench: Workbench, answering prefix: String = SeedDevice.host) {
        self.bench = bench
        self.prefix = prefix
    }

    /// The messages that were posted, oldest first.
    var messages: [[UInt8]] { posted.withLock { $0 } }

    func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse {
        guard request.url.hasPrefix(prefix) else { throw Self.elsewhere }
        let query = request.url.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""
        let endpoint = bench.endpoint()
        let reply: EndpointReply
        if request.method == "POST" {
            posted.withLock { $0.append(request.body) }
            reply = await endpoint.respond(toBody: request.body, rawQuery: query, from: Workbench.peer)
        } else {
            reply = await endpoint.respond(toQuery: query, from: Workbench.peer)
        }
        return AgentResponse(status: reply.status == .ok ? 200 : 500, body: reply.octets)
    }

    private static let elsewhere = TransportFailure(
        .unreachable, code: "network.connection-failed", reason: "the server does not answer")
}
