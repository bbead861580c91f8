// SPDX-License-Identifier: Apache-2.0

import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("Listeners: whether an address can be had")
struct PortCheckTests {
    @Test func `who connects while a port is looked at is refused, not left waiting`() async throws {
        let port = try FreePort.any()
        let looking = Task {
            while !Task.isCancelled { try PortCheck.isFree(address: "127.0.0.1", port: port) }
        }
        for _ in 0..<300 {
            let answer = await RawAnswer.exchange(Array("GET / HTTP/1.1\r\n\r\n".utf8), port: port, seconds: 1)
            #expect(answer.isClosed && answer.seconds == 0, "somebody took the connection")
            if !answer.isClosed { break }
        }
        looking.cancel()
        try await looking.value
    }

    @Test func `a port where another program listens, and an address of another machine, are told`() async throws {
        let taken = try await RunningServer.shared.value.address.httpPort
        #expect(throws: ServerError.self) { try PortCheck.isFree(address: "127.0.0.1", port: taken) }
        for address in ["192.0.2.1", "no-such-host.invalid"] {
            #expect(throws: ServerError.self) { try PortCheck.isFree(address: address, port: try FreePort.any()) }
        }
    }
}
