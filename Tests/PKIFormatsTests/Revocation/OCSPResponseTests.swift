// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@Suite("RFC 6960 section 4.2: OCSP responses, judged by OpenSSL and GnuTLS")
struct OCSPResponseTests {
    private let now = TestAuthority.now

    private func single(_ certID: CertID, _ status: SingleResponse.CertStatus) -> SingleResponse {
        SingleResponse(certID: certID, certStatus: status, thisUpdate: now, nextUpdate: now.adding(seconds: 3600))
    }

    /// Signs answers with the responder's key, or the authority's own.
    private func sign(
        _ responses: [SingleResponse], nonce: OCSPNonce? = nil, authority: TestAuthority,
        responder: (certificate: CertificateView, key: SoftwareKey)? = nil, byName: Bool = false
    ) throws -> [UInt8] {
        let signer = responder?.certificate ?? authority.certificate
        let data = ResponseData(
            responderID: byName ? .byName(signer.subject) : ResponderID(keyOf: signer.subjectPublicKeyInfo),
            producedAt: now, responses: responses, nonce: nonce)
        let key = responder?.key ?? authority.key
        let algorithm = key.defaultSignatureAlgorithm
        return data.finish(
            signature: try key.signSynchronously(data.bytesToSign, algorithm: algorithm), algorithm: algorithm,
            certificates: responder.map { [$0.certificate.encoded] } ?? [])
    }

    /// Who answers for a CA chooses the responder's name and the certificates beside it.
    @Test func `a responder with a long name is looked for among many certificates in little time`() throws {
        let authority = try TestAuthority(name: "CN=\u{DF}")
        let data = ResponseData(
            responderID: .byName(try DistinguishedName(rfc4514: "CN=" + String(repeating: "\u{DF}", count: 30_000))),
            producedAt: now, responses: [])
        let octets = data.finish(
            signature: [1], algorithm: authority.algorithm,
            certificates: Array(repeating: authority.certificate.encoded, count: 64))
        let basic = try OCSPResponse(parsing: octets).basicResponse
        try #require(basic?.certificates.count == 64)
        let duration = processorTime {
            _ = try? basic?.verify(issuer: authority.certificate, at: now)
        }
        #expect(duration < .seconds(2), "\(duration)")
    }

    // MARK: Foreign judges

    @Test(arguments: [
        (SingleResponse.CertStatus.good, "good"),
        (.revoked(at: TestAuthority.now, reason: .keyCompromise), "revoked"),
        (.revoked(at: TestAuthority.now, reason: nil), "revoked"),
        (.unknown, "unknown"),
    ])
    func `a delegated signer's answer verifies`(status: SingleResponse.CertStatus, word: String) throws {
        let authority = try TestAuthority(.rsa2048)
        let leaf = try authority.issue("CN=leaf").certificate
        let folder = try requestFolder(authority, leaf)
        let request = try OCSPRequest(parsing: try folder.read("request.der"))
        let response = try sign(
            request.certIDs.map { single($0, status) }, nonce: request.nonce, authority: authority,
            responder: try authority.issueResponder())
        let output = try opensslVerdict(response, in: folder)
        #expect(output.contains("Response verify OK"))
        #expect(output.contains("leaf.pem: \(word)"))
        #expect(output.contains("Reason: keyCompromise") == (status == .revoked(at: now, reason: .keyCompromise)))
        #expect(!output.contains("WARNING"))

        let gnutls = try folder.run(
            "ocsptool", "--verify-response", "--load-trust", "ca.pem", "--load-response", "response.der")
        #expect(gnutls.output.contains("Verifying OCSP Response: Success"), "\(gnutls.output)")
        #expect(gnutls.output.contains("Certificate Status: \(word)"))
    }

    @Test(arguments: [KeyType.rsa2048, .ecP256, .ecP384, .ed25519], [false, true])
    func `the authority's own answer verifies`(type: KeyType, byName: Bool) throws {
        let authority = try TestAuthority(type)
        let leaf = try authority.issue("CN=leaf").certificate
        let folder = try requestFolder(authority, leaf, "-sha256")
        let request = try OCSPRequest(parsing: try folder.read("request.der"))
        let response = try sign(
            request.certIDs.map { single($0, .good) }, nonce: request.nonce, authority: authority, byName: byName)
        let output = try opensslVerdict(response, in: folder, "-sha256")
        #expect(output.contains("Response verify OK"))
        #expect(output.contains("leaf.pem: good"))
        let read = try #require(try OCSPResponse(parsing: response).basicResponse)
        #expect(try read.verify(issuer: authority.certificate, at: now) == authority.certificate)
    }

    @Test(arguments: OCSPResponseStatus.allCases.filter { $0 != .successful })
    func `an error is told to OpenSSL`(status: OCSPResponseStatus) throws {
        let words: [OCSPResponseStatus: String] = [
            .malformedRequest: "malformedrequest", .internalError: "internalerror", .tryLater: "trylater",
            .sigRequired: "sigrequired", .unauthorized: "unauthorized",
        ]
        let folder = try ScratchFolder()
        _ = try folder.write(status.errorResponse, as: "response.der")
        let output = try folder.run("openssl", "ocsp", "-respin", "response.der").output
        #expect(output.contains("Responder Error: \(try #require(words[status])) (\(status.rawValue))"))
        let read = try OCSPResponse(parsing: status.errorResponse)
        #expect(read.status == status && read.basicResponse == nil)
    }

    @Test func `OpenSSL's response is understood and verifies`() throws {
        let authority = try TestAuthority()
        let leaf = try authority.issue("CN=leaf").certificate
        let (signer, key) = try authority.issueResponder()
        let folder = try requestFolder(authority, leaf)
        _ = try folder.write(signer.pem, as: "signer.pem")
        let keyInfo = PrivateKeyInfo(try key.material()).derBytes
        _ = try folder.write(Array(PEM.encode(keyInfo, label: "PRIVATE KEY").utf8), as: "key.pem")
        let index =
            "R\t300101000000Z\t250101000000Z,superseded\t\(leaf.serialNumber.hex.uppercased())\tunknown\t/CN=leaf\n"
        _ = try folder.write(Array(index.utf8), as: "index.txt")
        let run = try folder.run(
            "openssl", "ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "signer.pem", "-rkey", "key.pem",
            "-reqin", "request.der", "-respout", "response.der", "-ndays", "1")
        #expect(run.status == 0, "\(run.output)")

        let request = try OCSPRequest(parsing: try folder.read("request.der"))
        let response = try OCSPResponse(parsing: try folder.read("response.der"))
        let basic = try #require(response.basicResponse)
        #expect(try basic.verify(issuer: authority.certificate, at: now) == signer)
        #expect(basic.responseData.nonce == request.nonce)
        let certID = try #require(request.certIDs.first)
        let single = try #require(basic.responseData.response(for: certID))
        #expect(
            single.certStatus
                == .revoked(
                    at: try #require(Timestamp(iso8601: "2025-01-01T00:00:00Z")), reason: .superseded))
    }

    // MARK: What is written

    @Test func `a hundred answers repeat their CertIDs octet for octet`() throws {
        let authority = try TestAuthority()
        let certIDs = (0..<100).map { authority.certID(SerialNumber(octets: [1, UInt8($0)]), digest: .sha256) }
        let nonce = OCSPNonce([UInt8](repeating: 3, count: 128))
        let bytes = try sign(certIDs.map { single($0, .good) }, nonce: nonce, authority: authority)
        let data = try #require(try OCSPResponse(parsing: bytes).basicResponse).responseData
        #expect(data.responses.map(\.certID.encoded) == certIDs.map(\.encoded))
        #expect(data.nonce == nonce && data.producedAt == now)
    }

    @Test func `a response may bring many signers' certificates`() throws {
        let authority = try TestAuthority()
        let (signer, key) = try authority.issueResponder()
        let certID = authority.certID(.random())
        let data = ResponseData(
            responderID: ResponderID(keyOf: signer.subjectPublicKeyInfo), producedAt: now,
            responses: [single(certID, .good)])
        let algorithm = key.defaultSignatureAlgorithm
        let signature = try key.signSynchronously(data.bytesToSign, algorithm: algorithm)
        func response(_ count: Int) -> [UInt8] {
            let others = Array(repeating: authority.certificate.encoded, count: count - 1)
            return data.finish(signature: signature, algorithm: algorithm, certificates: others + [signer.encoded])
        }
        let basic = try #require(try OCSPResponse(parsing: response(64)).basicResponse)
        #expect(try basic.verify(issuer: authority.certificate, at: now) == signer)
        #expect(throws: FormatError.limitExceeded("certificates in an OCSP response", limit: 64)) {
            try OCSPResponse(parsing: response(65))
        }
    }

    @Test func `the reason unspecified is left out`() throws {
        let with = SingleResponse.CertStatus.revoked(at: now, reason: .unspecified).derBytes
        #expect(with == SingleResponse.CertStatus.revoked(at: now, reason: nil).derBytes)
    }

    // MARK: Who may sign

    @Test func `a signer of another authority, without the purpose or out of time is refused`() throws {
        let authority = try TestAuthority()
        let other = try TestAuthority()
        let certID = authority.certID(.random())
        let signers = [
            try other.issueResponder(),
            try authority.issueResponder(purposes: [.serverAuth]),
            try authority.issueResponder(notAfter: now.adding(seconds: -60)),
        ]
        for signer in signers {
            let response = try OCSPResponse(
                parsing: try sign([single(certID, .good)], authority: authority, responder: signer))
            let basic = try #require(response.basicResponse)
            #expect(basic.isSigned(by: signer.certificate))
            #expect(throws: FormatError.self) { try basic.verify(issuer: authority.certificate, at: now) }
        }
    }

    @Test func `an answer of another key under the issuer's name is refused`() throws {
        let authority = try TestAuthority()
        let impostor = try TestAuthority()
        let bytes = try sign([single(authority.certID(.random()), .good)], authority: impostor, byName: true)
        let basic = try #require(try OCSPResponse(parsing: bytes).basicResponse)
        #expect(throws: FormatError.self) { try basic.verify(issuer: authority.certificate, at: now) }
    }

    // MARK: Hostile

    @Test func `a response cut off anywhere is refused`() throws {
        let authority = try TestAuthority()
        let bytes = try sign(
            [single(authority.certID(.random()), .good)], nonce: OCSPNonce([1]), authority: authority,
            responder: try authority.issueResponder())
        for end in bytes.indices {
            #expect(throws: FormatError.self) { try OCSPResponse(parsing: Array(bytes[..<end])) }
        }
        #expect(throws: FormatError.self) { try OCSPResponse(parsing: bytes + [0]) }
    }

    @Test func `a response with any octet changed tells the same or does not verify`() throws {
        let authority = try TestAuthority()
        let status = SingleResponse.CertStatus.revoked(at: now, reason: .keyCompromise)
        let bytes = try sign(
            [single(authority.certID(.random()), status)], nonce: OCSPNonce([1]), authority: authority,
            responder: try authority.issueResponder())
        let original = try #require(try OCSPResponse(parsing: bytes).basicResponse)
        try original.verify(issuer: authority.certificate, at: now)
        for index in bytes.indices {
            for mask: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= mask
                guard let basic = (try? OCSPResponse(parsing: changed))?.basicResponse,
                    (try? basic.verify(issuer: authority.certificate, at: now)) != nil
                else { continue }
                #expect(basic.responseData == original.responseData)
            }
        }
    }

    @Test(arguments: [
        [UInt8]([0x30, 3, 0x0A, 1, 0]), [0x30, 3, 0x0A, 1, 4], [0x30, 3, 0x0A, 1, 0xFF], [0x30, 3, 2, 1, 1], [0x30, 0],
        [],
    ])
    func `a success without answer or an undefined status is refused`(bytes: [UInt8]) {
        #expect(throws: FormatError.self) { try OCSPResponse(parsing: bytes) }
    }

    // MARK: Helpers

    /// A folder with the authority's certificate, the leaf and OpenSSL's request about it.
    private func requestFolder(
        _ authority: TestAuthority, _ leaf: CertificateView, _ digest: String = "-sha1"
    ) throws -> ScratchFolder {
        let folder = try ScratchFolder()
        _ = try folder.write(authority.certificate.pem, as: "ca.pem")
        _ = try folder.write(leaf.pem, as: "leaf.pem")
        let run = try folder.run(
            "openssl", "ocsp", digest, "-issuer", "ca.pem", "-cert", "leaf.pem", "-reqout", "request.der")
        #expect(run.status == 0, "\(run.output)")
        return folder
    }

    /// What OpenSSL's client says about a response to its request.
    private func opensslVerdict(
        _ response: [UInt8], in folder: ScratchFolder, _ digest: String = "-sha1"
    ) throws -> String {
        _ = try folder.write(response, as: "response.der")
        // -no_nonce: no second nonce beside the one that the request has.
        return try folder.run(
            "openssl", "ocsp", "-no_nonce", "-reqin", "request.der", "-respin", "response.der", digest, "-issuer",
            "ca.pem", "-cert", "leaf.pem", "-CAfile", "ca.pem", "-resp_text"
        ).output
    }
}
