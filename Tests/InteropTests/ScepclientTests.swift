// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

extension InteropTests {
    /// micromdm's client knows DES and SHA-1 only, whatever a server offers.
    @Suite("micromdm scepclient", .needs("scepclient", "openssl", "curl"))
    struct ScepclientTests {
        @Test func `it gets badAlg on default settings, and a certificate where DES is allowed`() async throws {
            try await Lab.run(settings: "scep: { legacy: { allow-legacy: [des] } }\n") { lab in
                try await lab.fetchAuthorities()
                let refused = try await lab.scepclient("default", "-challenge", lab.challenge(), mayFail: true)
                #expect(!refused.succeeded)
                #expect((refused.output + refused.errors).contains("badAlg"), "\(refused)")
                try await lab.scepclient("legacy", "-challenge", lab.challenge("legacy"))
                #expect(try await lab.fault(in: "legacy.pem") == "")
                let first = try await lab.serial("legacy.pem")
                try await lab.scepclient("legacy")
                #expect(try await lab.fault(in: "legacy.pem") == "")
                #expect(try await lab.serial("legacy.pem") != first, "it was to renew")
            }
        }
    }
}

extension Lab {
    /// Writes `<endpoint>/key.pem` and `<endpoint>.pem`; renews when they are there.
    ///
    /// A folder each, because the client keeps its request beside the key and sends it again for any other key.
    @discardableResult
    fileprivate func scepclient(
        _ endpoint: String, _ extra: String..., mayFail: Bool = false
    ) async throws -> ForeignProgram.Result {
        try FileManager.default.createDirectory(atPath: path(endpoint), withIntermediateDirectories: true)
        return try await run(
            "scepclient",
            [
                "-server-url", url(endpoint), "-private-key", "\(endpoint)/key.pem", "-certificate", "\(endpoint).pem",
                "-cn", "scepclient-\(endpoint)",
            ] + extra, mayFail: mayFail)
    }
}
