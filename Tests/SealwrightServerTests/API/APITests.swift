// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightNetwork
import Testing

@testable import SealwrightServer

@Suite("The administration interface: who is let in, and what a refusal says")
struct APITests {
    private func server() async throws -> RunningServer { try await RunningServer.shared.value }

    @Test(arguments: [("", "api.token-missing"), ("sw_pat_00", "api.token-unknown")])
    func `without a valid token nothing is told`(_ token: String, _ code: String) async throws {
        let server = try await server()
        let fields = token.isEmpty ? [] : [("Authorization", "Bearer " + token)]
        let answer = try await server.secure("GET", "/api/v1/status", token: "", fields: fields)
        #expect(answer.status == 401)
        #expect(answer.mediaType == "application/problem+json")
        #expect(answer.json["code"] as? String == code)
        #expect(answer.json["type"] as? String == "urn:sealwright:error:" + code)
        let challenge = try #require(answer.field("WWW-Authenticate"))
        #expect(challenge.hasPrefix("Bearer ") && challenge.contains("invalid_token") == !token.isEmpty)
    }

    @Test func `paths and methods that do not exist are problem documents too`() async throws {
        let server = try await server()
        let missing = try await server.secure("GET", "/api/v1/nothing")
        #expect(missing.status == 404)
        #expect(missing.json["code"] as? String == "api.not-found")
        let method = try await server.secure("DELETE", "/api/v1/certificates")
        #expect(method.status == 405)
        #expect(method.json["code"] as? String == "api.method-not-allowed")
        #expect(method.field("Allow") == "GET, HEAD, POST")
        // A fixed name goes before a variable one, whose methods are not its own.
        let fixed = try await server.secure("GET", "/api/v1/authorities/rotate")
        #expect(fixed.status == 405 && fixed.field("Allow") == "POST")
    }

    @Test(arguments: [
        ("/api/v1/certificates", #"{"csr": 5}"#, "csr"), ("/api/v1/certificates", "{", "body"),
        ("/api/v1/certificates", "{}", "csr"), ("/api/v1/challenges", #"{"ttl": "soon"}"#, "ttl"),
        ("/api/v1/challenges", #"{"subjekt": "CN=a"}"#, "subjekt"),
        ("/api/v1/backup", #"{"pasword": "long enough for it"}"#, "pasword"),
        ("/api/v1/challenges", #"{"profile": "nonsense"}"#, "profile"),
        ("/api/v1/challenges", #"{"uses": 0}"#, "uses"), ("/api/v1/backup", #"{"password": "short"}"#, "password"),
        ("/api/v1/authorities/successor", #"{"key": "rsa-1"}"#, "key"),
    ])
    func `a wrong body is 400 and names the field`(_ path: String, _ body: String, _ field: String) async throws {
        let answer = try await server().secure("POST", path, json: body)
        #expect(answer.status == 400)
        #expect((answer.json["detail"] as? String)?.hasPrefix(field + ":") ?? false)
    }

    @Test func `a body of another media type is 415`() async throws {
        let answer = try await server().secure(
            "POST", "/api/v1/challenges", json: "ttl=1h",
            fields: [("Content-Type", "application/x-www-form-urlencoded")])
        #expect(answer.status == 415 && answer.json["code"] as? String == "api.media-type")
    }

    @Test func `a head that is no hash is refused`() async throws {
        #expect(try await server().secure("GET", "/api/v1/audit/verify?head=zz").status == 400)
    }

    @Test(arguments: [
        "status=gone", "owner=me", "expiring=soon", "limit=0", "limit=x", "after=nonsense", "after=", "after=-1.-1",
    ])
    func `a wrong filter is 400 and names the parameter`(_ query: String) async throws {
        let answer = try await server().secure("GET", "/api/v1/certificates?" + query)
        #expect(answer.status == 400)
        let name = String(query.prefix { $0 != "=" })
        #expect((answer.json["detail"] as? String)?.hasPrefix(name + ":") ?? false)
    }

    /// Requests that OpenSSL made, in whose keys nobody here can verify a signature.
    @Test(arguments: [
        (
            "EC with curve 1.3.132.0.10",
            """
            MIHEMGsCAQAwDDEKMAgGA1UEAwwBazBWMBAGByqGSM49AgEGBSuBBAAKA0IABPfM3OVUQn6s67j3OjyFBraloZe8Te\
            SB32pTk1A504cr45h89orp0y/8JzbZ+OEszVPRxlsiihgTWcX7FXeWQd2gADAKBggqhkjOPQQDAgNJADBGAiEAkmcw\
            7L6kq6fbLlXKfJUiv7vMFU9ja/OwNTJ/UiQDPmYCIQDVge9a7nfzrJB2TCNiOpX7cDFuFEE1F24Jd7MG8awYxg==
            """
        ),
        (
            "Ed448",
            """
            MIHWMFgCAQAwDDEKMAgGA1UEAwwBazBDMAUGAytlcQM6AI2zrzNnyfs1bWSiL8FE1Z/1PVGE1YYUCzmpVa8yz5ivCC\
            o5bsL8bAJU82IaB87kn6q7QOx5ylruAKAAMAUGAytlcQNzALZoA0I2mxaQGyLhcjHHcrwv3vo/339cvmlZMEfHWliw\
            Gp8PxNULP4lTdPIdjJGzc4yQ6yVaKGsnAPycYwn6vl8c7b60ZeJwZRhZstsaZs717WV0L8tEpnaXJ5utmVAM7e4IHJ\
            WToO7NfQ0znshIJywuAA==
            """
        ),
        (
            "EC without a named curve",
            """
            MIIBvTCCAWICAQAwDDEKMAgGA1UEAwwBazCCAUswggEDBgcqhkjOPQIBMIH3AgEBMCwGByqGSM49AQECIQD/////AA\
            AAAQAAAAAAAAAAAAAAAP///////////////zBbBCD/////AAAAAQAAAAAAAAAAAAAAAP///////////////AQgWsY1\
            2Ko6k+ez671VdpiGvGUdBrDMU7D2O848PifSYEsDFQDEnTYIhucEk2pmeOETnSa3gZ9+kARBBGsX0fLhLEJH+Lzm5W\
            OkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfUCIQD/////AAAAAP//////\
            ////vOb6racXnoTzucrC/GMlUQIBAQNCAATYYJyMrxN5qWCsfeN9R2iwXf4XwNvxNKDtCU/MbDWPRD9M4iLAXIqwwa\
            KiqcjYUlh6+7r0nm9iyLqs6HYJ08JgoAAwCgYIKoZIzj0EAwIDSQAwRgIhAMeRe5FktAGKE3ZV1YMvdcZByzGhyzbv\
            NQoXsjToQJ5FAiEA8vbyQU1Yuw7M3C48ZVPaob2AR6ZNuUX9cYMzqsPumfE=
            """
        ),
    ])
    func `a key of a type that is certified nowhere here is refused by its type`(
        _ type: String, _ csr: String
    ) async throws {
        let answer = try await server().secure("POST", "/api/v1/certificates", json: #"{"csr":"\#(csr)"}"#)
        #expect(answer.json["code"] as? String == "enrollment.key-type-not-allowed")
        #expect((answer.json["detail"] as? String)?.contains(type) ?? false)
    }

    @Test func `a profile that does not exist is told as one`() async throws {
        let order = try Self.request("CN=a").dropLast() + #","profile":"nonsense"}"#
        let answer = try await server().secure("POST", "/api/v1/certificates", json: String(order))
        #expect(answer.status == 400)
        #expect(answer.json["detail"] as? String == "profile: there is no profile 'nonsense'")
    }

    @Test func `a body over a mebibyte is 413`() async throws {
        let json = #"{"csr":""# + String(repeating: "A", count: 1 << 20) + #""}"#
        #expect(try await server().secure("POST", "/api/v1/certificates", json: json).status == 413)
    }

    @Test func `certificates are issued, found by every filter, shown with colons, and revoked`() async throws {
        let server = try await RunningServer.start()
        let csr = try Self.request("CN=filter-me")
        let made = try await server.secure("POST", "/api/v1/certificates", json: csr)
        #expect(made.status == 201)
        let serial = try #require(made.json["serial"] as? String)
        func count(_ query: String) async throws -> Int {
            let answer = try await server.secure("GET", "/api/v1/certificates?" + query)
            #expect(answer.status == 200)
            return (answer.json["items"] as? [Any])?.count ?? -1
        }
        #expect(try await count("subject=FILTER-me") == 1)
        #expect(try await count("subject=other") == 0)
        #expect(try await count("status=valid") == 1)
        #expect(try await count("expiring=400d") == 1)
        #expect(try await count("expiring=1d") == 0)
        #expect(try await count("owner=own") > 0)
        let colons = stride(from: 0, to: serial.count, by: 2).map { offset in
            serial.dropFirst(offset).prefix(2).uppercased()
        }.joined(separator: "%3A")
        #expect(try await server.secure("GET", "/api/v1/certificates/" + colons).json["serial"] as? String == serial)
        let revoke = "/api/v1/certificates/\(serial)/revoke"
        #expect(try await server.secure("POST", revoke, json: #"{"reason":"bad"}"#).status == 400)
        #expect(try await server.secure("POST", revoke, json: #"{"reason":"keyCompromise"}"#).status == 200)
        #expect(try await server.secure("POST", revoke, json: #"{"reason":"keyCompromise"}"#).status == 409)
        #expect(try await count("status=revoked") == 1)
        #expect(try await server.secure("GET", "/api/v1/certificates/00ff").status == 404)
        await server.stop()
    }

    /// The JSON of a request to issue, with a fresh key.
    static func request(_ subject: String) throws -> String {
        #"{"csr":"\#(Data(try certificationRequest(subject)).base64EncodedString())"}"#
    }

    /// DER of a PKCS#10 for a new key.
    static func certificationRequest(
        _ subject: String, names: [GeneralName] = [], key type: KeyType = .ecP256
    ) throws -> [UInt8] {
        let pool = CryptoPool(threads: 1)
        let key = try SoftwareKey.generate(type, id: KeyID(rawValue: "test"), pool: pool)
        let info = CertificationRequest.prepare(
            subject: try DistinguishedName(text: subject), subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
            attributes: names.isEmpty ? [] : [.extensionRequest([SubjectAlternativeName(names).certificateExtension])])
        defer { pool.shutdown() }
        return info.finish(
            signature: try key.signSynchronously(info.derBytes, algorithm: key.defaultSignatureAlgorithm),
            algorithm: key.defaultSignatureAlgorithm)
    }
}
