// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

extension InteropTests {
    /// micromdm's server answers with SHA-1 and DES whatever it offers, and asks for the challenge of renewals too.
    @Suite("micromdm scepserver", .needs("scepserver", "openssl", "curl"))
    struct ScepserverTests {
        @Test func `our client enrols there and renews`() async throws {
            try await ForeignServer.run { server in
                try await server.scep("enroll", "--subject", "CN=first", "--key-out", "1.key", "--cert-out", "1.pem")
                #expect(try await server.isVerified("1.pem"))
                try await server.scep(
                    "renew", "--now", "--cert", "1.pem", "--key", "1.key", "--key-out", "2.key", "--cert-out", "2.pem")
                #expect(try await server.isVerified("2.pem"))
                let refused = try await server.scep(
                    "enroll", "--subject", "CN=other", "--key-out", "3.key", "--cert-out", "3.pem", challenge: "wrong",
                    mayFail: true)
                #expect(!refused.succeeded && refused.errors.contains("badRequest"), "\(refused)")
            }
        }

        @Test func `our agent installs a certificate from there by the tree for SCEP`() async throws {
            try await ForeignServer.run { server in
                let thumbprint = try await server.thumbprint()
                try server.folder.write(Self.order(of: server.url, thumbprint: thumbprint), "scep.xml")
                let applied = try await server.run(Tool.agent, ["csp", "apply", "scep.xml", "--data", "agent"])
                #expect(applied.errors.contains("installed"), "\(applied)")
                #expect(applied.errors.contains("weak algorithms"), "\(applied)")
                let status = try await server.run(Tool.agent, ["csp", "get", Self.node + "/Status", "--data", "agent"])
                #expect(status.output.trimmingCharacters(in: .whitespacesAndNewlines) == "1", "\(status)")
                let list = try await server.run(Tool.agent, ["store", "list", "--data", "agent"])
                #expect(list.output.contains("CN=agent"), "\(list)")
            }
        }

        @Test func `an order that names SHA-1 alone is carried out by an agent that allows it`() async throws {
            try await ForeignServer.run { server in
                let thumbprint = try await server.thumbprint()
                try server.folder.write(
                    Self.order(of: server.url, thumbprint: thumbprint, digest: "SHA-1"), "scep.xml")
                let strict = try await server.run(
                    Tool.agent, ["csp", "apply", "scep.xml", "--data", "strict"], mayFail: true)
                #expect(!strict.succeeded && strict.errors.contains("0x80090008"), "\(strict)")
                let lenient = try await server.run(
                    Tool.agent, ["csp", "apply", "scep.xml", "--data", "lenient", "--allow-legacy"])
                #expect(lenient.errors.contains("installed"), "\(lenient)")
            }
        }

        private static let node = "./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/Foreign"

        private static func order(of url: String, thumbprint: String, digest: String = "SHA-2") -> String {
            let values = [
                ("ServerURL", url, "chr"), ("Challenge", ForeignServer.challenge, "chr"),
                ("EKUMapping", "1.3.6.1.5.5.7.3.2", "chr"), ("KeyUsage", "160", "int"),
                ("SubjectName", "CN=agent", "chr"), ("KeyLength", "2048", "int"), ("HashAlgorithm", digest, "chr"),
                ("CAThumbprint", thumbprint, "chr"), ("KeyProtection", "3", "int"),
            ]
            let adds = values.enumerated().map { number, value in
                """
                <Add><CmdID>\(number + 3)</CmdID><Item><Target><LocURI>\(node)/Install/\(value.0)</LocURI></Target>
                <Meta><Format xmlns="syncml:metinf">\(value.2)</Format></Meta><Data>\(value.1)</Data></Item></Add>
                """
            }
            return """
                <SyncBody><Atomic><CmdID>1</CmdID>
                <Add><CmdID>2</CmdID><Item><Target><LocURI>\(node)</LocURI></Target>
                <Meta><Format xmlns="syncml:metinf">node</Format></Meta></Item></Add>
                \(adds.joined(separator: "\n"))
                <Exec><CmdID>99</CmdID><Item><Target><LocURI>\(node)/Install/Enroll</LocURI></Target></Item></Exec>
                </Atomic></SyncBody>
                """
        }
    }
}

/// A SCEP server that nobody here wrote, in a folder of its own.
private struct ForeignServer {
    static let challenge = "a-secret"

    let folder: TemporaryFolder
    let url: String

    static func run(_ body: (ForeignServer) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let port = try FreePort.any()
        let server = ForeignServer(folder: folder, url: "http://127.0.0.1:\(port)/scep")
        try await server.run("scepserver", ["ca", "-init", "-depot", "depot"])
        // Renewals are let in from so many days before the end.
        let program = try ForeignProgram(
            "scepserver",
            ["-depot", "depot", "-port", "\(port)", "-challenge", challenge, "-allowrenew", "400"], in: folder.url)
        do {
            try await server.waitUntilReady()
            try await body(server)
        } catch {
            Issue.record("scepserver said:\n\(program.output.suffix(2_000))\(program.errors.suffix(2_000))")
            await program.stop()
            throw error
        }
        await program.stop()
    }

    private func waitUntilReady() async throws {
        let isReady = try await eventually {
            try await run("curl", ["-fs", "\(url)?operation=GetCACert", "-o", "ca.der"], mayFail: true).succeeded
        }
        try #require(isReady)
    }

    @discardableResult
    func run(_ program: String, _ arguments: [String], mayFail: Bool = false) async throws -> ForeignProgram.Result {
        let result = try await ForeignProgram(program, arguments, in: folder.url).result(within: 60)
        guard mayFail || result.succeeded else { throw ForeignProgram.Failure.failed(result) }
        return result
    }

    @discardableResult
    func scep(
        _ arguments: String..., challenge: String = Self.challenge, mayFail: Bool = false
    ) async throws -> ForeignProgram.Result {
        try await run(
            Tool.sealwright, ["scep"] + arguments + ["--url", url, "--challenge", challenge], mayFail: mayFail)
    }

    /// The SHA-1 of the CA certificate, as CAThumbprint has it.
    func thumbprint() async throws -> String {
        let answer = try await run(
            "openssl", ["x509", "-inform", "DER", "-in", "ca.der", "-noout", "-fingerprint", "-sha1"])
        return answer.output.split(separator: "=").last?.filter(\.isHexDigit) ?? ""
    }

    func isVerified(_ certificate: String) async throws -> Bool {
        try await run("openssl", ["x509", "-inform", "DER", "-in", "ca.der", "-out", "ca.pem"])
        let verdict = try await run("openssl", ["verify", "-CAfile", "ca.pem", certificate], mayFail: true)
        return verdict.succeeded
    }
}
