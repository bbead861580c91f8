// SPDX-License-Identifier: Apache-2.0

import SealwrightNetwork
import Testing

@Suite("The HTTP client")
struct HTTPClientTests {
    @Test func `a task that is cancelled waits no longer for a silent server`() async throws {
        let silent = try await LoopbackServer { _, _ in }
        let url = try HTTPURL("http://127.0.0.1:\(silent.port)/")
        let begin = ContinuousClock.now
        let waiting = Task { try await HTTPClient().send(HTTPRequest(url: url)) }
        try await Task.sleep(for: .milliseconds(200))
        waiting.cancel()
        await #expect(throws: NetworkError.self) { try await waiting.value }
        #expect(begin.duration(to: .now) < .seconds(5))
        await silent.stop()
    }
}
