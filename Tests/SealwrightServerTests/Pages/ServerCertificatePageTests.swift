// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite(
    "docs/server-certificate.md: every command runs, in the order of the page",
    .enabled(
        if: Program.isBuilt && OpenSSL.isInstalled && Curl.isInstalled,
        "needs the built program, openssl and curl"))
struct ServerCertificatePageTests {
    @Test func `the page's commands do what the page says`() async throws {
        let blocks = try PageScript.blocks(of: "docs/server-certificate.md")
        try #require(blocks.count >= 10)
        try await withTemporaryFolder { folder in
            let ports = [try FreePort.any(), try FreePort.any(), try FreePort.any()]
            var script = "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n"
            for (number, block) in blocks.enumerated() {
                let text = block.replacing("8080", with: "\(ports[0])").replacing("8443", with: "\(ports[1])")
                script += "echo '=== block \(number + 1)' >&2\n\(text)\n"
            }
            try script.write(toFile: folder + "/page.sh", atomically: true, encoding: .utf8)
            let result = try await Self.run(script: folder + "/page.sh", in: folder, ports: ports)
            #expect(result.status == 0, "\(result.text.suffix(4_000))")
            for words in ["Verify return code: 0 (ok)", "own, renews itself", "Example Root", "enforced", "watched"] {
                #expect(result.text.contains(words), "\(words) is not in the output")
            }
        }
    }

    private static func run(script: String, in folder: String, ports: [Int]) async throws -> ForeignProgram.Result {
        let programs = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        var environment = ["PATH": programs + ":" + path, "SEALWRIGHT_SERVER_LISTEN": "127.0.0.1"]
        for (name, port) in zip(["HTTP", "HTTPS", "DEVICE"], ports) {
            environment["SEALWRIGHT_SERVER_\(name)_PORT"] = "\(port)"
        }
        return try await ForeignProgram(
            "/bin/bash", [script], in: URL(fileURLWithPath: folder), environment: environment
        ).result(within: 300)
    }
}
