// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite(
    "docs/checking.md",
    .enabled(if: Program.isBuilt && OpenSSL.isInstalled, "the program is not built, or openssl is missing"))
struct CheckingPageTests {
    /// The lines of the page's `sh` blocks, each with the exit status it says, 0 when it says none.
    private static func commands() throws -> [(line: String, status: Int32)] {
        let page = String(decoding: try Repository.octets("docs/checking.md"), as: UTF8.self)
        var isInside = false
        var found: [(String, Int32)] = []
        for line in page.split(separator: "\n").map(String.init) {
            if line.hasPrefix("```") {
                isInside = line == "```sh"
            } else if isInside {
                let status = line.firstMatch(of: /# exit ([0-9])$/).flatMap { Int32($0.1) } ?? 0
                found.append((line, status))
            }
        }
        return found
    }

    @Test func `every command of the page does what the page says`() async throws {
        let commands = try Self.commands()
        #expect(commands.count > 20)
        try await withTemporaryFolder { folder in
            let served = try await Program.serve(folder + "/sealwright-data")
            for (line, status) in commands {
                let command = line.replacing("ns.example.test:8443", with: "127.0.0.1:\(served.httpsPort)")
                let result = try await Self.shell(command, in: folder)
                #expect(result.status == status, "\(line)\n\(result)")
            }
            await served.stop()
            for name in ["check.csv", "check.sarif", "check.xml", "check.prom"] {
                #expect(FileManager.default.fileExists(atPath: folder + "/" + name))
            }
        }
    }

    private static func shell(_ command: String, in folder: String) async throws -> ForeignProgram.Result {
        let bin = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
        return try await ForeignProgram(
            "/bin/sh", ["-c", command], in: URL(fileURLWithPath: folder),
            environment: ["PATH": "\(bin):/usr/bin:/bin", "HOME": folder]
        ).result()
    }
}
