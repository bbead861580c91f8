// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("RFC 5280 section 4.2.1.13 and RFC 2585: CRLs and CA certificates as files")
struct CRLEndpointTests {
    func endpoint(_ bench: Workbench) -> CRLEndpoint { CRLEndpoint(publisher: bench.publisher, clock: bench.clock) }

    @Test(arguments: ["issuing", "root"])
    func `a CRL is DER with its media type, fresh for a minute at most`(authority: String) async throws {
        let bench = try await Workbench()
        let reply = endpoint(bench).respond(toFile: authority + ".crl")
        #expect(reply.status == .ok)
        #expect(reply.mediaType == "application/pkix-crl")
        let crl = try CertificateList(parsing: reply.octets)
        let context = try #require(bench.registry.context(AuthorityID(rawValue: authority)))
        #expect(crl.isSigned(by: try #require(context.certificate.publicKey)))
        let freshness = try #require(reply.freshness)
        #expect(freshness.digest == DigestAlgorithm.sha256.hash(reply.octets))
        #expect((1...60).contains(freshness.maxAge))
        #expect(freshness.notAfter == crl.nextUpdate)
    }

    @Test func `PEM holds the same CRL`() async throws {
        let bench = try await Workbench()
        let reply = endpoint(bench).respond(toFile: "issuing.pem")
        #expect(reply.mediaType == "application/x-pem-file")
        let block = try #require(try PEM.decode(reply.octets).first)
        #expect(block.label == "X509 CRL")
        #expect(block.der == endpoint(bench).respond(toFile: "issuing.crl").octets)
    }

    @Test func `a CRL that is over may not be cached`() async throws {
        let bench = try await Workbench()
        bench.clock.advance(by: 8 * 86_400)
        #expect(endpoint(bench).respond(toFile: "issuing.crl").freshness?.maxAge == 0)
    }

    @Test func `a revocation is in the next CRL`() async throws {
        let bench = try await Workbench()
        let certificate = try await bench.enrolled()
        let before = endpoint(bench).respond(toFile: "issuing.crl")
        _ = try await bench.revocation.revoke(certificate.serialNumber, reason: .keyCompromise, actor: "test")
        bench.clock.advance(by: 10)
        try await bench.publisher.publish(AuthorityID(rawValue: "issuing"))
        let after = endpoint(bench).respond(toFile: "issuing.crl")
        #expect(after.freshness?.digest != before.freshness?.digest)
        let list = try CertificateList(parsing: after.octets)
        #expect(list.find(certificate.serialNumber) != nil)
    }

    @Test func `a CRL made after the last download is newer than it, though its thisUpdate is not`() async throws {
        let bench = try await Workbench()
        bench.clock.advance(by: 10)
        let downloaded = bench.clock.now
        bench.clock.advance(by: 10)
        try await bench.publisher.publish(AuthorityID(rawValue: "issuing"))
        let made = bench.clock.now
        bench.clock.advance(by: 30)
        let reply = endpoint(bench).respond(toFile: "issuing.crl")
        let thisUpdate = try #require(try CertificateList(parsing: reply.octets).thisUpdate)
        #expect(thisUpdate < downloaded)
        // A date of whole seconds, past the second in which the one before was still to be had.
        #expect(reply.freshness?.producedAt == made.adding(seconds: 1))
    }

    @Test func `of two CRLs of one second the later is newer than the date of the earlier`() async throws {
        let bench = try await Workbench()
        let id = AuthorityID(rawValue: "issuing")
        try await bench.publisher.publish(id)
        let earlier = endpoint(bench).respond(toFile: "issuing.crl")
        try await bench.publisher.publish(id)
        #expect(endpoint(bench).respond(toFile: "issuing.crl").freshness?.digest != earlier.freshness?.digest)
        bench.clock.advance(by: 1)
        let later = endpoint(bench).respond(toFile: "issuing.crl")
        #expect(try #require(later.freshness).producedAt > #require(earlier.freshness).producedAt)
        #expect(try #require(later.freshness).producedAt <= bench.clock.now)
    }

    @Test(arguments: [
        "", ".crl", "issuing", "issuing.txt", "unknown.crl", "../issuing.crl", "issuing.crl.crl", "issuing-delta.crl",
        "ISSUING.crl", "issuing.crl%00",
    ])
    func `anything else is 404`(file: String) async throws {
        #expect(endpoint(try await Workbench()).respond(toFile: file).status == .notFound)
    }

    // MARK: CA certificates

    @Test func `CA certificates come as DER, PEM and certs-only`() async throws {
        let bench = try await Workbench()
        let endpoint = AuthorityCertificateEndpoint(registry: bench.registry)
        let issuing = try bench.issuing.certificate.encoded
        let root = try bench.root.certificate.encoded
        for file in ["issuing.cer", "issuing.crt", "issuing.der"] {
            let reply = endpoint.respond(toFile: file)
            #expect(reply.mediaType == "application/pkix-cert")
            #expect(reply.octets == issuing)
            #expect(reply.freshness?.maxAge == 3_600)
        }
        let pem = endpoint.respond(toFile: "issuing.pem")
        #expect(pem.mediaType == "application/x-pem-file")
        #expect(try PEM.decode(pem.octets).map(\.der) == [issuing, root])
        let bundle = endpoint.respond(toFile: "issuing.p7b")
        #expect(bundle.mediaType == "application/pkcs7-mime")
        #expect(Set(try SignedData(parsing: bundle.octets).certificates) == [issuing, root])
        #expect(endpoint.respond(toFile: "root.cer").octets == root)
    }

    @Test(arguments: ["", "issuing", "issuing.", ".cer", "issuing.exe", "nobody.cer", "a.b.cer", "../issuing.cer"])
    func `no other file of an authority exists`(file: String) async throws {
        let bench = try await Workbench()
        #expect(AuthorityCertificateEndpoint(registry: bench.registry).respond(toFile: file).status == .notFound)
    }
}
