// SPDX-License-Identifier: Apache-2.0

import SCEP
import SealwrightAgent
import SealwrightCore
import SealwrightEndpoints
import Synchronization

/// Carries an agent's SCEP requests to the bench's endpoint and keeps the messages.
final class RecordingTransport: AgentTransport {
    private let bench: Workbench
    /// Guards the messages that were posted.
    private let posted = Mutex<[[UInt8]]>([])

    init(_ bench: Workbench) { self.bench = bench }

    /// The messages that were posted, oldest first.
    var messages: [[UInt8]] { posted.withLock { $0 } }

    func send(_ request: AgentRequest) async throws(TransportFailure) -> AgentResponse {
        guard request.url.hasPrefix(SeedDevice.host) else { throw .elsewhere }
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
}

extension TransportFailure {
    /// A request to another server than the bench's.
    static let elsewhere = Self(.unreachable, code: "network.connection-failed", reason: "the server does not answer")
}
