// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting

/// `openssl s_client`, the judge of what a listener does.
enum SClient {
    /// Connects, asks for a word, and returns everything the program said.
    static func run(port: Int, _ options: [String], input: String = "GET / HTTP/1.1\n\n") async throws -> String {
        // The program blocks a thread of its own, never one of the pool that the server needs.
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try blocking(port, options, input) })
            }
        }
    }

    private static func blocking(_ port: Int, _ options: [String], _ input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["timeout", "10", "openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof"] + options
        let (asked, said) = (Pipe(), Pipe())
        process.standardInput = asked
        process.standardOutput = said
        process.standardError = said
        try process.run()
        try? asked.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        let output = said.fileHandleForReading.readDataToEndOfFile()
        try? asked.fileHandleForWriting.close()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
