// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite("The command line: what is not there", .enabled(if: Program.isBuilt, "the program is not built"))
struct MissingThingsTests {
    @Test func `whatever is named and is not there is exit status 3, in a list and in an order alike`() async throws {
        try await withTemporaryFolder { folder in
            let (data, request) = (folder + "/data", folder + "/request.csr")
            let server = try await Program.serve(data)
            try ForeignProgram.succeed(
                "openssl",
                [
                    "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=one", "-out", request, "-keyout",
                    folder + "/request.key",
                ])
            let calls = [
                ["certificate", "list", "--authority", "none"], ["certificate", "list", "--device", "none"],
                ["certificate", "sign", request, "--authority", "none"],
                ["certificate", "issue", "--subject", "CN=a", "--authority", "none", "--key-out", folder + "/a.key"],
                ["certificate", "sign", folder + "/none.csr"], ["certificate", "show", "00ff"],
                ["certificate", "revoke", "00ff"], ["certificate", "revoke", "--device", "none"],
                ["audit", "list", "--device", "none"], ["device", "show", "none"], ["enrollment", "approve", "none"],
                ["challenge", "create", "--endpoint", "none"], ["challenge", "remove", "none"], ["ca", "show", "none"],
                ["ca", "crl", "none"], ["ca", "ocsp", "00ff", "--authority", "none"], ["token", "remove", "none"],
                ["change", "show", "none"], ["change", "start", "authority", "none"],
                ["server-certificate", "show", "none"],
                ["doctor", "--config", folder + "/none.yaml"], ["config", "show", "--config", folder + "/none.yaml"],
            ]
            for call in calls {
                let result = try await Program.run(call + ["--data", data])
                #expect(result.status == 3 && result.output.isEmpty, "\(call): \(result.status) \(result.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/a.key"))
            let token = try await Program.run(
                "status", "--server", "https://pki.example.test", "--token-file", folder + "/none.token")
            #expect(token.status == 3 && token.errors.contains("none.token: No such file or directory"))
            // Words that a flag allows are another matter.
            #expect(try await Program.run("certificate", "list", "--status", "none", "--data", data).status == 2)
            #expect(await server.stop() == 0)
        }
    }

    @Test func `a settings file that doctor is told to read is read beside a running server too`() async throws {
        try await withTemporaryFolder { folder in
            let (data, settings) = (folder + "/data", folder + "/next.yaml")
            let server = try await Program.serve(data)
            try "log:\n  levl: info\n".write(toFile: settings, atomically: false, encoding: .utf8)
            let wrong = try await Program.run("doctor", "--data", data, "--config", settings)
            #expect(wrong.status == 2 && wrong.errors.contains("did you mean 'log.level'?"), "\(wrong.errors)")
            try "log:\n  level: info\n".write(toFile: settings, atomically: false, encoding: .utf8)
            let right = try await Program.run("doctor", "--data", data, "--config", settings)
            #expect(right.errors.contains("next.yaml is without fault"), "\(right.errors)")
            #expect(right.output.contains("0 failures"))
            let elsewhere = try await Program.run(
                "doctor", "--server", "https://pki.example.test", "--token-file", settings, "--config", settings)
            #expect(elsewhere.status == 2 && elsewhere.errors.contains("goes without --server"))
            #expect(await server.stop() == 0)
        }
    }
}
