// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

extension InteropTests {
    @Suite("Scanners of TLS find nothing wrong with the HTTPS listener", .needs(Tool.sslyze, "testssl", "openssl"))
    struct TLSScannerTests {
        @Test func `sslyze: Mozilla's intermediate configuration`() async throws {
            try await Lab.run { lab in
                let result = try await lab.run(
                    Tool.sslyze,
                    [
                        "--mozilla_config=intermediate", "--certinfo_ca_file=\(lab.path("data/root.pem"))",
                        "127.0.0.1:\(lab.httpsPort)",
                    ], mayFail: true,
                    within: 180)
                #expect(result.succeeded && result.output.contains("OK - Compliant"), "\(result)")
            }
        }

        @Test func `testssl.sh: nothing above LOW`() async throws {
            try await Lab.run { lab in
                let findings = try await lab.scan()
                let grave = findings.filter { ["MEDIUM", "HIGH", "CRITICAL", "FATAL"].contains($0.severity) }
                let unexpected = grave.filter { Self.waivers[$0.id] == nil }
                #expect(unexpected.isEmpty, "\(unexpected)")
                // The scan was one: it saw what is offered and what is not.
                let seen = Dictionary(findings.map { ($0.id, $0.finding) }) { first, _ in first }
                #expect(seen["TLS1"] == "not offered" && seen["TLS1_1"] == "not offered", "\(findings)")
                #expect(seen["TLS1_2"]?.hasPrefix("offered") == true && seen["TLS1_3"]?.hasPrefix("offered") == true)
            }
        }

        /// What testssl.sh reports and why that is as it should be.
        private static let waivers = [
            // NIOSSL has no call for it, and every suite offered is ECDHE with AEAD: whichever a client prefers is good,
            // and a phone without AES instructions does better with its own choice.
            "cipher_order": "the client's preference counts"
        ]
    }
}

extension Lab {
    /// A finding of testssl.sh.
    fileprivate struct ScanFinding: Decodable, CustomStringConvertible {
        let id: String
        let severity: String
        let finding: String

        var description: String { "\(id): \(severity) \(finding)" }
    }

    /// Lets testssl.sh look at protocols, suites, certificate, defaults and known attacks.
    fileprivate func scan() async throws -> [ScanFinding] {
        try await run(
            "testssl",
            [
                "--quiet", "--color", "0", "--warnings", "batch", "--openssl", "/usr/bin/openssl", "--add-ca",
                path("data/root.pem"), "--ip", "one", "--nodns", "min", "-p", "-s", "-f", "-P", "-S", "-U",
                "--jsonfile", path("scan.json"), "127.0.0.1:\(httpsPort)",
            ], mayFail: true, within: 300)
        return try JSONDecoder().decode([ScanFinding].self, from: Data(text("scan.json").utf8))
    }
}
