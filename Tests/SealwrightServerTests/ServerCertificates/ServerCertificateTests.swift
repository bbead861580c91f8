// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite(
    "The server's certificate: from another authority and back",
    .enabled(if: OpenSSL.isInstalled, "openssl is not installed"))
struct ServerCertificateTests {
    /// A server, a foreign authority, and what both say.
    private func withServer(
        _ body: (RunningServer, ForeignAuthority) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let authority = try ForeignAuthority(in: folder)
            let server = try await RunningServer.start()
            do { try await body(server, authority) } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }
    }

    private static func json(_ files: [String], password: String? = nil) throws -> String {
        let data = try files.map { try Data(contentsOf: URL(fileURLWithPath: $0)).base64EncodedString() }
        let more = data.dropFirst().map { "\"\($0)\"" }.joined(separator: ",")
        let secret = password.map { ",\"password\":\"\($0)\"" } ?? ""
        return "{\"data\":\"\(data.first ?? "")\",\"more\":[\(more)]\(secret)}"
    }

    private func request(_ server: RunningServer, _ authority: ForeignAuthority, key: String = "rsa-2048") async throws
        -> String
    {
        let made = try await server.secure(
            "POST", "/api/v1/server-certificates/request", json: "{\"key\":\"\(key)\"}")
        try #require(made.status == 201)
        let pem = try #require(made.json["request"] as? String)
        try pem.write(toFile: authority.file("server.csr"), atomically: true, encoding: .utf8)
        return try #require(made.json["id"] as? String)
    }

    private func importing(_ server: RunningServer, _ files: [String], password: String? = nil) async throws
        -> HTTPResponse
    {
        try await server.secure(
            "POST", "/api/v1/server-certificates/import", json: try Self.json(files, password: password))
    }

    /// The fingerprint of what a TLS client is shown now.
    private func shown(_ server: RunningServer, _ authority: ForeignAuthority) throws -> [UInt8] {
        let output = try authority.openssl(["s_client", "-connect", "127.0.0.1:\(server.address.httpsPort)"])
        let blocks = try PEM.decode(output)
        return DigestAlgorithm.sha256.hash(try #require(blocks.first { $0.label == "CERTIFICATE" }).der)
    }

    @Test(arguments: ["pem chain in any order", "der", "pkcs7 pem", "pkcs7 der", "leaf with root beside"])
    func `an answer is read in every form an authority gives it`(form: String) async throws {
        try await withServer { server, authority in
            let id = try await request(server, authority)
            try authority.sign("server.csr", to: "answer.pem")
            var files = [authority.file("answer.out")]
            switch form {
            case "pem chain in any order":
                let parts = try ["root.pem", "answer.pem", "issuing.pem"].map {
                    try String(contentsOfFile: authority.file($0), encoding: .utf8)
                }
                try parts.joined(separator: "\r\nsome text\r\n").write(
                    toFile: files[0], atomically: true, encoding: .utf8)
            case "der":
                try authority.openssl("x509", "-in", "answer.pem", "-outform", "DER", "-out", "answer.out")
                files += [authority.file("issuing.pem"), authority.file("root.pem")]
            case "pkcs7 pem", "pkcs7 der":
                try authority.openssl(
                    "crl2pkcs7", "-nocrl", "-certfile", "root.pem", "-certfile", "issuing.pem", "-certfile",
                    "answer.pem", "-outform", form.hasSuffix("der") ? "DER" : "PEM", "-out", "answer.out")
            default:
                files = ["answer.pem", "root.pem", "issuing.pem"].map(authority.file)
            }
            let taken = try await importing(server, files)
            try #require(taken.status == 201, "\(String(decoding: taken.body, as: UTF8.self))")
            #expect(taken.json["id"] as? String == id)
            #expect(taken.json["state"] as? String == "candidate")
            let chain = try #require(taken.json["chain"] as? [[String: Any]])
            #expect(chain.map { $0["subject"] as? String } == ["CN=Sealwright at 127.0.0.1", "CN=Foreign Issuing"])
            #expect((taken.json["anchor"] as? [String: Any])?["subject"] as? String == "CN=Foreign Root")
            let before = try shown(server, authority)
            let served = try await server.secure("POST", "/api/v1/server-certificates/\(id)/activate", json: "{}")
            #expect(served.status == 200)
            #expect(try shown(server, authority) != before)
            #expect(Hex.encode(try shown(server, authority)) == chain.first?["fingerprint"] as? String)
            let back = try await server.secure("POST", "/api/v1/server-certificates/rollback", json: "{}")
            #expect(back.json["active"] as? String == "own")
            #expect(try shown(server, authority) == before)
            let actions = try await server.middle.store.newestAuditRecords(object: nil, limit: 20).map(\.event.action)
            for action in ["requested", "candidate", "activated", "rolled-back"] {
                #expect(actions.contains("server-certificate." + action))
            }
        }
    }

    /// What is wrong, what is uploaded, and the code that says so.
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case wrongKey, wrongName, tooShort, expired, incomplete, noPurpose, clientOnly, wrongPassword, garbage, noKey

        var testDescription: String { rawValue }

        var codes: Set<String> {
            switch self {
            case .wrongKey: ["servercert.no-request"]
            case .wrongName: ["trust.name-mismatch"]
            case .tooShort: ["servercert.life-too-short"]
            case .expired: ["trust.expired"]
            case .incomplete: ["trust.issuer-unknown"]
            case .noPurpose, .clientOnly: ["trust.purpose-missing"]
            case .wrongPassword, .garbage: ["servercert.unreadable"]
            case .noKey: ["servercert.no-request"]
            }
        }

        /// The files to upload.
        func make(_ authority: ForeignAuthority) throws -> (files: [String], password: String?) {
            var names = ["answer.pem", "issuing.pem", "root.pem"]
            var password: String?
            switch self {
            case .wrongKey, .noKey:
                try authority.openssl(
                    "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "other.key", "-out", "other.csr",
                    "-subj", "/CN=127.0.0.1", "-config", "ca.cnf")
                try authority.sign("other.csr", to: "answer.pem")
            case .wrongName: try authority.sign("server.csr", to: "answer.pem", extensions: "othername")
            case .tooShort: try authority.sign("server.csr", to: "answer.pem", days: 29)
            case .expired: try authority.sign("server.csr", to: "answer.pem", startingBefore: true)
            case .incomplete:
                try authority.sign("server.csr", to: "answer.pem")
                names = ["answer.pem", "root.pem"]
            case .noPurpose: try authority.sign("server.csr", to: "answer.pem", extensions: "nopurpose")
            case .clientOnly: try authority.sign("server.csr", to: "answer.pem", extensions: "clientonly")
            case .wrongPassword:
                try Fault.wrongKey.prepareKeyed(authority)
                try authority.openssl(
                    "pkcs12", "-export", "-inkey", "other.key", "-in", "answer.pem", "-out", "server.pfx", "-passout",
                    "pass:right")
                names = ["server.pfx"]
                password = "wrong"
            case .garbage:
                try Data((0..<4_000).map { _ in UInt8.random(in: 0...255) }).write(
                    to: URL(fileURLWithPath: authority.file("garbage")))
                names = ["garbage"]
            }
            return (names.map(authority.file), password)
        }

        private func prepareKeyed(_ authority: ForeignAuthority) throws { _ = try make(authority) }
    }

    @Test func `a life longer than clients allow is remarked upon`() async throws {
        try await withServer { server, authority in
            _ = try await request(server, authority)
            for (days, isRemarked) in [(825, false), (900, true)] {
                try authority.sign("server.csr", to: "answer.pem", days: days)
                let taken = try await importing(
                    server, ["answer.pem", "issuing.pem", "root.pem"].map(authority.file))
                try #require(taken.status == 201, "\(String(decoding: taken.body, as: UTF8.self))")
                let remarks = taken.json["remarks"] as? [String] ?? []
                #expect(remarks.contains { $0.contains("825") } == isRemarked, "\(remarks)")
                _ = try await request(server, authority)
            }
        }
    }

    @Test(arguments: Fault.allCases)
    func `a failed import says why and changes nothing`(fault: Fault) async throws {
        try await withServer { server, authority in
            let id = try await request(server, authority)
            let before = try shown(server, authority)
            let upload = try fault.make(authority)
            let refused = try await importing(server, upload.files, password: upload.password)
            #expect(refused.status == 422, "\(String(decoding: refused.body, as: UTF8.self))")
            let code = refused.json["code"] as? String ?? ""
            #expect(fault.codes.contains(code), "\(String(decoding: refused.body, as: UTF8.self))")
            #expect(try shown(server, authority) == before)
            let waiting = try await server.secure("GET", "/api/v1/server-certificates/\(id)")
            #expect(waiting.json["state"] as? String == "requested")
            let selection = try await server.secure("GET", "/api/v1/server-certificate")
            #expect(selection.json["active"] as? String == "own")
            let keys = try FileManager.default.contentsOfDirectory(atPath: server.folder.keys)
            #expect(keys.count { $0.contains("sc_") } == 1, "the refused key must be gone: \(keys)")
        }
    }

    @Test func `a PFX from openssl is served with its chain`() async throws {
        try await withServer { server, authority in
            try authority.openssl(
                "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "pfx.key", "-out", "pfx.csr", "-subj",
                "/CN=127.0.0.1", "-config", "ca.cnf")
            try authority.sign("pfx.csr", to: "pfx.pem")
            try authority.openssl(
                "pkcs12", "-export", "-inkey", "pfx.key", "-in", "pfx.pem", "-certfile", "issuing.pem", "-out",
                "server.pfx", "-passout", "pass:secret")
            let files = [authority.file("server.pfx"), authority.file("root.pem")]
            let taken = try await importing(server, files, password: "secret")
            try #require(taken.status == 201, "\(String(decoding: taken.body, as: UTF8.self))")
            #expect((taken.json["chain"] as? [Any])?.count == 2)
            let id = try #require(taken.json["id"] as? String)
            #expect(
                try await server.secure("POST", "/api/v1/server-certificates/\(id)/activate", json: "{}").status == 200)
            let trusting = HTTPClient(
                tls: TLSClientSettings.trusting([
                    try CertificateView(
                        parsing: try #require(
                            try PEM.decode(Array(Data(contentsOf: URL(fileURLWithPath: authority.file("root.pem")))))
                                .first
                        ).der)
                ]))
            let url = try HTTPURL("https://127.0.0.1:\(server.address.httpsPort)/version")
            #expect(try await trusting.send(HTTPRequest(method: "GET", url: url)).status == 200)
        }
    }

    @Test func `a self-signed certificate serves and is told to need distribution`() async throws {
        let server = try await RunningServer.start()
        let made = try await server.secure("POST", "/api/v1/server-certificates/self-signed", json: "{}")
        try #require(made.status == 201)
        let remarks = made.json["remarks"] as? [String] ?? []
        #expect(remarks.contains { $0.contains("this very certificate") })
        let id = try #require(made.json["id"] as? String)
        #expect(try await server.secure("POST", "/api/v1/server-certificates/\(id)/activate", json: "{}").status == 200)
        #expect(try await server.secure("GET", "/api/v1/status").status == 200)
        let discard = try await server.secure("POST", "/api/v1/server-certificates/\(id)/discard", json: "{}")
        #expect(discard.status == 409)
        #expect(discard.json["code"] as? String == "servercert.in-use")
        await server.stop()
    }
}
