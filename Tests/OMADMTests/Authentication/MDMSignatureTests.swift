// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightTesting
import Testing

@Suite("DMClient RequireMessageSigning: the MDM-Signature header")
struct MDMSignatureTests {
    let lab: EnrollmentLab
    let body = Array("<SyncML xmlns=\"SYNCML:SYNCML1.2\"/>\r\n".utf8)

    init() throws { lab = try EnrollmentLab.shared.get() }

    func header(
        _ body: [UInt8]? = nil, algorithm: SignatureAlgorithm = .rsaPKCS1(.sha256), key: SoftwareKey? = nil
    ) throws -> String {
        let prepared = try MDMSignature.prepare(body ?? self.body, certificate: lab.device, algorithm: algorithm)
        let signatures = try prepared.bytesToSign.map {
            try (key ?? lab.deviceKey).signSynchronously($0, algorithm: algorithm)
        }
        return MDMSignature.header(try prepared.finish(signatures: signatures))
    }

    @Test func `what a client of ours signs is verified, by openssl too`() throws {
        let header = try header()
        #expect(!header.contains("\n"))
        #expect(try MDMSignature.verify(header, over: body) == lab.device)
        #expect(try MDMSignature.verify(header, over: body, enrolled: lab.device) == lab.device)
        let tools = try TemporaryFolder()
        try tools.write(try #require(Base64.decode(header)), "signature.der")
        try tools.write(body, "body.xml")
        try tools.write(Array(PEM.encode(lab.root.encoded, label: "CERTIFICATE").utf8), "root.pem")
        try tools.run(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature.der", "-content", "body.xml",
            "-CAfile", "root.pem", "-partial_chain", "-purpose", "any", "-no_check_time", "-out", "out")
    }

    @Test(arguments: [
        ["-md", "sha256"], ["-md", "sha512"], ["-md", "sha256", "-noattr"], ["-md", "sha256", "-nocerts"],
    ])
    func `what openssl signs is verified`(options: [String]) throws {
        let tools = try TemporaryFolder()
        try tools.write(body, "body.xml")
        let key = PrivateKeyInfo(try lab.deviceKey.material()).derBytes
        try tools.write(Array(PEM.encode(key, label: "PRIVATE KEY").utf8), "device.key")
        try tools.write(Array(PEM.encode(lab.device.encoded, label: "CERTIFICATE").utf8), "device.pem")
        try tools.run(
            "sh", "-c",
            "openssl cms -sign -binary -in body.xml -signer device.pem -inkey device.key -outform DER -out s.der "
                + options.joined(separator: " "))
        let header = Base64.encode(try tools.read("s.der"), lineLength: 76)
        #expect(try MDMSignature.verify(header, over: body, enrolled: lab.device) == lab.device)
        if options.contains("-nocerts") {
            #expect(MDMSignature.serialNumber(ofSignerIn: header) == lab.device.serialNumber)
            #expect(throws: MDMSignature.Failure.certificateMissing) { try MDMSignature.verify(header, over: body) }
        }
    }

    @Test func `another body, another certificate, another key`() throws {
        let header = try header()
        #expect(throws: MDMSignature.Failure.invalid) { try MDMSignature.verify(header, over: body + [0x20]) }
        #expect(throws: MDMSignature.Failure.otherCertificate) {
            try MDMSignature.verify(header, over: body, enrolled: lab.issue(lab.deviceKey.publicKey))
        }
        let forged = try self.header(key: lab.nextKey)
        #expect(throws: MDMSignature.Failure.invalid) { try MDMSignature.verify(forged, over: body) }
    }

    @Test(arguments: [DigestAlgorithm.sha1, .md5])
    func `signatures over broken digests are refused`(digest: DigestAlgorithm) throws {
        let header = try header(algorithm: .rsaPKCS1(digest))
        #expect(throws: MDMSignature.Failure.algorithmNotAllowed("RSA with \(digest.rawValue)")) {
            try MDMSignature.verify(header, over: body)
        }
    }

    @Test func `headers that are no detached signature are refused`() throws {
        let attached = try lab.renewal(body)
        for header in [
            "", "%", "AAAA", Base64.encode(attached), String(repeating: "A", count: MDMSignature.headerLimit + 4),
        ] {
            #expect(throws: MDMSignature.Failure.unreadable) { try MDMSignature.verify(header, over: body) }
        }
        let nobody = Base64.encode(SignedData.certificatesOnly([lab.device.encoded], keepOrder: false))
        #expect(throws: MDMSignature.Failure.signerCount(0)) { try MDMSignature.verify(nobody, over: body) }
    }
}
