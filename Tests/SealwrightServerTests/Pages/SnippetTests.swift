// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// The examples of the libraries' documentation, which the package builds as programs of their own.
@Suite(
    "Snippets",
    .enabled(
        if: Program.isBuilt && ForeignProgram.areExpected("openssl", Program.neighbour("BuildCSR")),
        "the programs are not built, or openssl is missing"))
struct SnippetTests {
    private static func run(_ name: String, _ arguments: String...) async throws -> String {
        let result = try await ForeignProgram(Program.neighbour(name), arguments).result()
        try #require(result.succeeded, "\(result)")
        return result.output
    }

    private static func openSSL(_ arguments: String..., input: String) async throws -> String {
        try await ForeignProgram("openssl", arguments, input: input).result().text
    }

    @Test func `the request that BuildCSR makes is signed by its key`() async throws {
        let request = try await Self.run("BuildCSR")
        let read = try await Self.openSSL("req", "-noout", "-verify", "-subject", input: request)
        #expect(read.contains("verify OK") && read.contains("laptop-7"), "\(read)")
    }

    @Test func `EnrollOverSCEP gets a certificate that InspectCertificate reads`() async throws {
        try await withTemporaryFolder { folder in
            let served = try await Program.serve(folder + "/data")
            let challenge = try await Program.run("challenge", "create", "--data", served.folder)
            let url = "http://127.0.0.1:\(served.httpPort)/scep/default"
            let certificate = try await Self.run(
                "EnrollOverSCEP", url, challenge.output.trimmingCharacters(in: .whitespacesAndNewlines))
            try certificate.write(toFile: folder + "/laptop-7.pem", atomically: true, encoding: .utf8)
            #expect(try await Self.run("InspectCertificate", folder + "/laptop-7.pem").hasPrefix("CN=laptop-7\n"))
            await served.stop()
        }
    }
}
