// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("Listeners: a port of plain HTTP that is left to the server")
struct ChosenPortTests {
    private func configuration(port: Int) async throws -> ServerConfiguration {
        try await ServerConfiguration.load(
            flags: [
                "server.hosts": .stringArray(["127.0.0.1"]), "server.listen": .string("127.0.0.1"),
                "server.http-port": .int(port),
            ], file: nil)
    }

    @Test func `certificates can name it, and a folder keeps it while it is free`() async throws {
        try await withTemporaryFolder { path in
            let folder = DataFolder(path)
            var first = try await configuration(port: 0)
            try first.choosePort(for: folder)
            #expect(first.httpPort > 0)
            #expect(first.publicationURL == "http://127.0.0.1:\(first.httpPort)")
            try folder.remember(first)
            var again = try await configuration(port: 0)
            try again.choosePort(for: folder)
            #expect(again.httpPort == first.httpPort)
            let taken = try await RunningServer.shared.value.address.httpPort
            try folder.write("\(taken)\n", to: folder.httpPort, isPrivate: false)
            var other = try await configuration(port: 0)
            try other.choosePort(for: folder)
            #expect(other.httpPort > 0 && other.httpPort != taken)
        }
    }

    @Test(arguments: ["", "0\n", "-1\n", "70000\n", "http\n"])
    func `a file that holds no port counts as none`(_ text: String) async throws {
        try await withTemporaryFolder { path in
            let folder = DataFolder(path)
            try folder.write(text, to: folder.httpPort, isPrivate: false)
            #expect(folder.chosenPort == nil)
        }
    }

    @Test func `a port that was set is left as it is, and not kept`() async throws {
        try await withTemporaryFolder { path in
            let folder = DataFolder(path)
            var configuration = try await configuration(port: 20_001)
            try configuration.choosePort(for: folder)
            #expect(configuration.httpPort == 20_001)
            try folder.remember(configuration)
            #expect(folder.chosenPort == nil)
        }
    }
}
