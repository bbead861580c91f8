// SPDX-License-Identifier: Apache-2.0

import SCEP
import SealwrightAgent
import SealwrightCore
import SealwrightEndpoints
import Synchronization

/// Carries an agent's SCEP requests to the bench's endpoint and keeps the messages.
final class RecordingTransport: SCEPTransport {
    private let bench: Workbench
    /// Guards the messages that were posted.
    private let posted = Mutex<[[UInt8]]>([])

    init(_ bench: Workbench) { self.bench = bench }

    /// The messages that were posted, oldest first.
    var messages: [[UInt8]] { posted.withLock { $0 } }

    func send(_ request: SCEPHTTPRequest) async throws(SCEPTransportError) -> SCEPHTTPResponse {
        guard request.url.hasPrefix(SeedDevice.host) else { throw .cannotConnect }
        let query = request.url.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""
        let endpoint = bench.endpoint()
        let reply: EndpointReply
        if let body = request.body {
            posted.withLock { $0.append(body) }
            reply = await endpoint.respond(toBody: body, rawQuery: query, from: Workbench.peer)
        } else {
            reply = await endpoint.respond(toQuery: query, from: Workbench.peer)
        }
        return SCEPHTTPResponse(status: reply.status == .ok ? 200 : 500, body: reply.octets)
    }
}
