// SPDX-License-Identifier: Apache-2.0

import SealwrightTesting

/// `openssl s_client`, the judge of what a listener does.
enum SClient {
    /// Connects, asks for a word, and returns everything the program said until the server ended the connection.
    static func run(port: Int, _ options: [String], input: String = "GET / HTTP/1.1\n\n") async throws -> String {
        let arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof"] + options
        return try await ForeignProgram("openssl", arguments, input: input).result(within: 60).text
    }
}
