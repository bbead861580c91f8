// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("RFC 6960 appendix A and RFC 5019: OCSP over GET and POST")
struct OCSPEndpointTests {
    func endpoint(_ bench: Workbench) -> OCSPEndpoint {
        OCSPEndpoint(
            responder: OCSPResponder(store: bench.store, registry: bench.registry), clock: bench.clock)
    }

    func request(
        _ bench: Workbench, for serial: SerialNumber, digest: DigestAlgorithm = .sha256, nonce: OCSPNonce? = nil
    ) throws -> [UInt8] {
        let issuer = try bench.issuing.certificate
        let certID = CertID.make(
            issuerName: issuer.subject, issuerKeyBits: issuer.subjectPublicKeyInfo.keyBits, serialNumber: serial,
            digest: digest)
        return OCSPRequest(certIDs: [certID], nonce: nonce).derBytes
    }

    func status(_ reply: EndpointReply) throws -> OCSPResponseStatus {
        #expect(reply.status == .ok)
        #expect(reply.mediaType == "application/ocsp-response")
        return try OCSPResponse(parsing: reply.octets).status
    }

    func certStatus(_ reply: EndpointReply) throws -> SingleResponse.CertStatus? {
        #expect(reply.freshness == nil)
        let response = try OCSPResponse(parsing: reply.octets)
        return response.basicResponse?.responseData.responses.first?.certStatus
    }

    @Test(arguments: [DigestAlgorithm.sha1, .sha256])
    func `good, revoked within the second, and unknown`(digest: DigestAlgorithm) async throws {
        let bench = try await Workbench()
        let certificate = try await bench.enrolled()
        let endpoint = endpoint(bench)
        func answer(_ serial: SerialNumber) async throws -> SingleResponse.CertStatus? {
            let question = try request(bench, for: serial, digest: digest)
            return try certStatus(await endpoint.respond(toBody: question, authority: "issuing"))
        }
        #expect(try await answer(certificate.serialNumber) == .good)
        #expect(try await answer(.random()) == .unknown)
        _ = try await bench.revocation.revoke(certificate.serialNumber, reason: .keyCompromise, actor: "test")
        guard case .revoked? = try await answer(certificate.serialNumber) else {
            Issue.record("not revoked")
            return
        }
    }

    /// How a request stands in a path.
    static let spellings: [@Sendable (String) -> String] = [
        { $0 },
        { $0.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D") },
        { $0.replacing("+", with: "%2b").replacing("/", with: "%2f") },
        { $0.replacing("+", with: "-").replacing("/", with: "_") },
        { $0.replacing("=", with: "") },
        { "/" + $0 },
        { $0.replacing("=", with: "%3d") + "%0A" },
        { $0.replacing("+", with: "%252B").replacing("/", with: "%252F").replacing("=", with: "%253D") },
    ]

    @Test(arguments: spellings.indices)
    func `every spelling of a GET is read and cached for a minute`(index: Int) async throws {
        let bench = try await Workbench()
        let certificate = try await bench.enrolled()
        var der = try request(bench, for: certificate.serialNumber)
        // Until the text has all the characters that are spelt differently.
        for _ in 0..<2000 where !(Base64.encode(der).contains("+") && Base64.encode(der).contains("/")) {
            der = try request(bench, for: .random())
        }
        let path = "issuing/" + Self.spellings[index](Base64.encode(der))
        let reply = await endpoint(bench).respond(toPath: path)
        #expect(try status(reply) == .successful)
        let freshness = try #require(reply.freshness)
        #expect((1...60).contains(freshness.maxAge))
        #expect(freshness.digest == DigestAlgorithm.sha256.hash(reply.octets))
    }

    @Test func `an answer with a nonce is not cached`() async throws {
        let bench = try await Workbench()
        let nonce = try #require(OCSPNonce(SecureRandom.bytes(32)))
        let der = try request(bench, for: .random(), nonce: nonce)
        let reply = await endpoint(bench).respond(toPath: "issuing/" + Base64.encode(der))
        #expect(try status(reply) == .successful)
        #expect(reply.freshness == nil)
        #expect(reply.octets.firstIndex(of: nonce.octets) != nil)
    }

    @Test(arguments: [
        "", "issuing", "issuing/", "issuing/%%%", "issuing/%4", "issuing/****", "issuing/AAAA", "/", "%00",
    ])
    func `a path that is no request is malformedRequest with status 200`(path: String) async throws {
        let bench = try await Workbench()
        #expect(try status(await endpoint(bench).respond(toPath: path)) == .malformedRequest)
    }

    @Test func `octets that are no request are malformedRequest`() async throws {
        let bench = try await Workbench()
        for body in [[], [0x30], [0x30, 0x00], SecureRandom.bytes(500)] {
            let reply = await endpoint(bench).respond(toBody: body, authority: nil)
            #expect(try status(reply) == .malformedRequest)
        }
    }

    @Test func `over 16 KiB is malformedRequest, by GET and POST`() async throws {
        let bench = try await Workbench()
        #expect(OCSPEndpoint.requestLimit == 16 << 10)
        let large = [UInt8](repeating: 0x30, count: OCSPEndpoint.requestLimit + 1)
        #expect(try status(await endpoint(bench).respond(toBody: large, authority: nil)) == .malformedRequest)
        let path = "issuing/" + Base64.encode(large + large)
        #expect(try status(await endpoint(bench).respond(toPath: path)) == .malformedRequest)
    }

    @Test func `openssl reads the answer and trusts its signer`() async throws {
        let bench = try await Workbench()
        let certificate = try await bench.enrolled()
        let openSSL = try OpenSSL()
        for (name, view) in [
            ("root", try bench.root.certificate), ("issuing", try bench.issuing.certificate), ("leaf", certificate),
        ] {
            try openSSL.write(Array(PEM.encode(view.encoded, label: "CERTIFICATE").utf8), to: name + ".pem")
        }
        let made = try openSSL.run(
            "ocsp", "-issuer", "issuing.pem", "-cert", "leaf.pem", "-reqout", "request.der", "-no_nonce")
        #expect(made.status == 0, "\(made.output)")
        let reply = await endpoint(bench).respond(toBody: try openSSL.read("request.der"), authority: nil)
        try openSSL.write(reply.octets, to: "response.der")
        let (status, output) = try openSSL.run(
            "ocsp", "-respin", "response.der", "-issuer", "issuing.pem", "-cert", "leaf.pem", "-CAfile", "root.pem",
            "-verify_other", "issuing.pem", "-no_nonce", "-attime", "\(bench.clock.now.seconds)",
            "-validity_period", "1000000000")
        #expect(status == 0 && output.contains("Response verify OK"), "\(output)")
        #expect(output.contains("leaf.pem: good"))
    }
}
