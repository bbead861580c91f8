// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite(
    "docs/quickstart.md and docs/operations.md",
    .enabled(
        if: Program.isBuilt && ForeignProgram.areExpected("openssl", "curl", "python3"),
        "needs the built program, openssl, curl and python3"))
struct QuickstartPageTests {
    @Test func `the first certificate is made, verified, kept and taken away as the page says`() async throws {
        let blocks = try PageScript.blocks(of: "docs/quickstart.md")
        try #require(blocks.count == 4)
        try await withTemporaryFolder { folder in
            let served = try await Program.serve(folder + "/sealwright-data")
            let script = blocks.joined(separator: "\n")
                .replacing("HOST:8080", with: "127.0.0.1:\(served.httpPort)")
                .replacing("SERIAL", with: "$(openssl x509 -in first.pem -noout -serial | cut -d= -f2)")
            let result = try await PageScript.run(script, in: folder)
            #expect(result.status == 0, "\(result)")
            for words in ["first.pem: OK", "not due before", "Response verify OK", "first.pem: revoked"] {
                #expect(result.text.contains(words), "\(words) is not in\n\(result)")
            }
            await served.stop()
        }
    }

    @Test func `a program that shares nothing with ours comes to the same head of the audit trail`() async throws {
        let script = try #require(try PageScript.blocks(of: "docs/operations.md", language: "python").first)
        try await withTemporaryFolder { folder in
            let served = try await Program.serve(folder + "/data")
            try script.write(toFile: folder + "/verify.py", atomically: true, encoding: .utf8)
            for subject in [#"CN=quote\",O=back\\slash"#, "CN=ключ"] {
                let made = try await Program.run("challenge", "create", "--data", served.folder, "--subject", subject)
                try #require(made.succeeded, "\(made)")
            }
            let result = try await PageScript.run(
                """
                sealwright audit export --data data | python3 verify.py
                sealwright audit verify --data data
                """, in: folder)
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 2 && lines[1].hasSuffix("head \(lines[0])"), "\(result)")
            await served.stop()
        }
    }
}
