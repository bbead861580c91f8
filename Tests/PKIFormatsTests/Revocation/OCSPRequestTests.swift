// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 6960 section 4.1.1: OCSPRequest")
struct OCSPRequestTests {
    // MARK: As clients write it

    @Test(arguments: [
        ("-sha1", DigestAlgorithm.sha1), ("-sha256", .sha256), ("-sha384", .sha384), ("-sha512", .sha512),
    ])
    func `OpenSSL's request is understood`(option: String, digest: DigestAlgorithm) throws {
        let authority = try TestAuthority()
        let folder = try ScratchFolder()
        _ = try folder.write(authority.certificate.pem, as: "ca.pem")
        let run = try folder.run(
            "openssl", "ocsp", option, "-issuer", "ca.pem", "-serial", "0x00c0ffee", "-reqout", "request.der")
        #expect(run.status == 0, "\(run.output)")
        let request = try OCSPRequest(parsing: try folder.read("request.der"))
        let serial = try #require(SerialNumber(hex: "00c0ffee"))
        #expect(request.certIDs == [authority.certID(serial, digest: digest)])
        #expect(request.nonce?.octets.count == 16)
        let issuer = try #require(request.certIDs.first?.issuer)
        #expect(issuer == authority.issuer(digest))
        #expect(
            request.certIDs.first?.matches(
                issuerName: authority.certificate.subject,
                issuerKeyBits: authority.certificate.subjectPublicKeyInfo.keyBits) == true)
    }

    @Test func `OpenSSL's request without nonce for two certificates is understood`() throws {
        let authority = try TestAuthority()
        let folder = try ScratchFolder()
        _ = try folder.write(authority.certificate.pem, as: "ca.pem")
        _ = try folder.run(
            "openssl", "ocsp", "-issuer", "ca.pem", "-serial", "1", "-serial", "2", "-no_nonce", "-reqout",
            "request.der")
        let request = try OCSPRequest(parsing: try folder.read("request.der"))
        #expect(request.nonce == nil)
        #expect(request.certIDs.map(\.serialNumber.octets) == [[1], [2]])
    }

    @Test func `OpenSSL's signed request with a requestor's name is understood`() throws {
        let authority = try TestAuthority(.rsa2048)
        let (client, key) = try authority.issue("CN=client")
        let folder = try ScratchFolder()
        _ = try folder.write(authority.certificate.pem, as: "ca.pem")
        _ = try folder.write(client.pem, as: "client.pem")
        let keyInfo = PrivateKeyInfo(try key.material()).derBytes
        _ = try folder.write(Array(PEM.encode(keyInfo, label: "PRIVATE KEY").utf8), as: "key.pem")
        let run = try folder.run(
            "openssl", "ocsp", "-issuer", "ca.pem", "-serial", "5", "-signer", "client.pem", "-signkey", "key.pem",
            "-reqout", "request.der")
        #expect(run.status == 0, "\(run.output)")
        let request = try OCSPRequest(parsing: try folder.read("request.der"))
        #expect(request.certIDs.map(\.serialNumber.octets) == [[5]])
    }

    @Test func `GnuTLS's request is understood`() throws {
        let authority = try TestAuthority()
        let leaf = try authority.issue("CN=leaf").certificate
        let folder = try ScratchFolder()
        _ = try folder.write(authority.certificate.pem, as: "ca.pem")
        _ = try folder.write(leaf.pem, as: "leaf.pem")
        let run = try folder.run(
            "ocsptool", "--generate-request", "--load-issuer", "ca.pem", "--load-cert", "leaf.pem", "--outfile",
            "request.der")
        #expect(run.status == 0, "\(run.output)")
        let request = try OCSPRequest(parsing: try folder.read("request.der"))
        #expect(request.certIDs == [authority.certID(leaf.serialNumber)])
    }

    @Test func `our request is understood by OpenSSL`() throws {
        let authority = try TestAuthority()
        let nonce = try #require(OCSPNonce([UInt8](repeating: 0xAB, count: 32)))
        let serial = try #require(SerialNumber(hex: "c0ffee"))
        let request = OCSPRequest(certIDs: [authority.certID(serial, digest: .sha256)], nonce: nonce)
        #expect(try OCSPRequest(parsing: request.derBytes) == request)
        let folder = try ScratchFolder()
        _ = try folder.write(request.derBytes, as: "request.der")
        let output = try folder.run("openssl", "ocsp", "-reqin", "request.der", "-req_text").output
        #expect(output.contains("Hash Algorithm: sha256"))
        #expect(output.contains("Serial Number: C0FFEE"))
        #expect(output.contains("0420ABABAB"))
    }

    // MARK: Limits

    @Test func `a hundred certificates are answered, 101 are refused`() throws {
        let authority = try TestAuthority()
        let certIDs = (0..<101).map { authority.certID(SerialNumber(octets: [UInt8($0)])) }
        #expect(try OCSPRequest(parsing: OCSPRequest(certIDs: Array(certIDs.dropLast())).derBytes).certIDs.count == 100)
        #expect(throws: FormatError.limitExceeded("certificates in an OCSP request", limit: 100)) {
            try OCSPRequest(parsing: OCSPRequest(certIDs: certIDs).derBytes)
        }
        #expect(throws: FormatError.self) { try OCSPRequest(parsing: OCSPRequest(certIDs: []).derBytes) }
    }

    @Test func `16 KiB are read, one octet more is refused`() throws {
        let authority = try TestAuthority()
        func request(padding: Int) -> [UInt8] {
            let padding = CertificateExtension(oid: OID(1, 2, 3), value: [UInt8](repeating: 0, count: padding))
            return Self.request([authority.certID(.random())], extensions: [padding])
        }
        let overhead = request(padding: 16_000).count - 16_000
        #expect(try OCSPRequest(parsing: request(padding: 16_384 - overhead)).certIDs.count == 1)
        #expect(throws: FormatError.limitExceeded("octets of an OCSP request", limit: 16_384)) {
            try OCSPRequest(parsing: request(padding: 16_385 - overhead))
        }
    }

    @Test(arguments: [0, 1, 32, 128, 129])
    func `a nonce has 1 to 128 octets`(count: Int) throws {
        var value = DERWriter()
        value.octetString([UInt8](repeating: 7, count: count))
        let nonce = CertificateExtension(oid: .ocspNonce, value: value.bytes)
        let bytes = Self.request([try TestAuthority().certID(.random())], extensions: [nonce])
        if OCSPNonce.lengths.contains(count) {
            let read = try #require(try OCSPRequest(parsing: bytes).nonce)
            #expect(read.octets.count == count && read.extensionValue == value.bytes)
        } else {
            #expect(throws: FormatError.invalidValue(field: "nonce", reason: "\(count) octets, not 1 to 128")) {
                try OCSPRequest(parsing: bytes)
            }
            #expect(OCSPNonce([UInt8](repeating: 7, count: count)) == nil)
        }
    }

    @Test(
        arguments: [[], [9, 8, 7], [2, 1, 5], [5, 0], [4, 1, 7, 0], Array(repeating: 65, count: 200)] as [[UInt8]])
    func `a nonce that is no OCTET STRING is none`(value: [UInt8]) throws {
        let bare = CertificateExtension(oid: .ocspNonce, value: value)
        let bytes = Self.request([try TestAuthority().certID(.random())], extensions: [bare])
        #expect(try OCSPRequest(parsing: bytes).nonce == nil)
    }

    @Test(arguments: [[0x24, 6, 4, 1, 7, 4, 1, 8], [4, 0x81, 2, 7, 8]] as [[UInt8]])
    func `a nonce in BER is repeated in DER`(value: [UInt8]) throws {
        let item = CertificateExtension(oid: .ocspNonce, value: value)
        let bytes = Self.request([try TestAuthority().certID(.random())], extensions: [item])
        let nonce = try #require(try OCSPRequest(parsing: bytes).nonce)
        #expect(nonce.octets == [7, 8] && nonce.extensionValue == [4, 2, 7, 8])
    }

    @Test func `an unknown extension is skipped unless it is critical`() throws {
        let certIDs = [try TestAuthority().certID(.random())]
        let skipped = CertificateExtension(oid: OID(1, 2, 3), isCritical: false, value: [5, 0])
        let critical = CertificateExtension(oid: OID(1, 2, 3), isCritical: true, value: [5, 0])
        #expect(try OCSPRequest(parsing: Self.request(certIDs, extensions: [skipped])).certIDs == certIDs)
        #expect(throws: FormatError.self) { try OCSPRequest(parsing: Self.request(certIDs, extensions: [critical])) }
    }

    @Test func `another version than 1 is refused`() throws {
        let certIDs = [try TestAuthority().certID(.random())]
        #expect(try OCSPRequest(parsing: Self.request(certIDs, version: 0)).certIDs == certIDs)
        #expect(throws: FormatError.self) { try OCSPRequest(parsing: Self.request(certIDs, version: 1)) }
    }

    // MARK: CertID

    @Test func `a CertID is repeated octet for octet and compared by what it names`() throws {
        let certID = try TestAuthority().certID(.random())
        // The same with NULL parameters behind SHA-1, as OpenSSL writes it.
        var writer = DERWriter()
        writer.sequence { writer in
            writer.append(AlgorithmIdentifier(oid: .sha1, parameters: AlgorithmIdentifier.null))
            writer.octetString(certID.issuerNameHash)
            writer.octetString(certID.issuerKeyHash)
            writer.append(certID.serialNumber)
        }
        let other = try CertID(parsing: try ASN1Element(parsing: writer.bytes))
        #expect(other == certID && other.hashValue == certID.hashValue)
        #expect(other.derBytes == writer.bytes && other.derBytes != certID.derBytes)
    }

    @Test func `a CertID in BER is repeated in DER`() throws {
        let hash = [UInt8](repeating: 7, count: 20)
        let sha1: [UInt8] = [0x30, 0x0A, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x81, 0x00]
        let longForm: [UInt8] = [0x04, 0x81, 20] + hash
        let segments: [UInt8] = [0x24, 0x80, 0x04, 20] + hash + [0, 0]
        let padded: [UInt8] = [0x02, 0x03, 0x00, 0x00, 0x05]
        let ber: [UInt8] = [0x30, 0x80] + sha1 + longForm + segments + padded + [0, 0]
        let certID = try CertID(parsing: try ASN1Element(parsing: ber))
        var writer = DERWriter()
        writer.sequence { writer in
            writer.append(AlgorithmIdentifier(oid: .sha1, parameters: AlgorithmIdentifier.null))
            writer.octetString(hash)
            writer.octetString(hash)
            writer.integer(5)
        }
        #expect(certID.derBytes == writer.bytes)
    }

    @Test func `a digest with parameters names nothing`() throws {
        var writer = DERWriter()
        writer.sequence { writer in
            writer.append(AlgorithmIdentifier(oid: .sha1, parameters: [0x04, 0x00]))
            writer.octetString([1])
            writer.octetString([2])
            writer.integer(3)
        }
        let bytes = writer.bytes
        #expect(throws: FormatError.self) { try CertID(parsing: try ASN1Element(parsing: bytes)) }
    }

    @Test func `a CertID in an unknown digest names nobody`() throws {
        let authority = try TestAuthority()
        var writer = DERWriter()
        writer.sequence { writer in
            writer.append(AlgorithmIdentifier(oid: OID(1, 2, 3)))
            writer.octetString([1])
            writer.octetString([2])
            writer.integer(3)
        }
        let certID = try CertID(parsing: try ASN1Element(parsing: writer.bytes))
        #expect(certID.issuer == nil)
        #expect(
            !certID.matches(
                issuerName: authority.certificate.subject,
                issuerKeyBits: authority.certificate.subjectPublicKeyInfo.keyBits))
        #expect(certID.derBytes == writer.bytes)
    }

    // MARK: Hostile

    @Test func `a request cut off or lengthened anywhere is refused`() throws {
        let bytes = try sample()
        for end in bytes.indices {
            #expect(throws: FormatError.self) { try OCSPRequest(parsing: Array(bytes[..<end])) }
        }
        #expect(throws: FormatError.self) { try OCSPRequest(parsing: bytes + [0]) }
    }

    @Test func `a request with any octet changed is an answer or an error`() throws {
        let bytes = try sample()
        for index in bytes.indices {
            for value in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = value
                guard let request = try? OCSPRequest(parsing: changed) else { continue }
                #expect(request.certIDs.count == 1)
                _ = (request.certIDs.map(\.issuer), request.derBytes)
            }
        }
    }

    private func sample() throws -> [UInt8] {
        OCSPRequest(
            certIDs: [try TestAuthority().certID(.random())], nonce: OCSPNonce([UInt8](repeating: 1, count: 16))
        ).derBytes
    }

    /// A request with any version and extensions.
    private static func request(
        _ certIDs: [CertID], version: Int? = nil, extensions: [CertificateExtension] = []
    ) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { writer in
            writer.sequence { writer in
                if let version { writer.explicit(0) { $0.integer(version) } }
                writer.sequence { writer in
                    for certID in certIDs { writer.sequence { $0.append(certID) } }
                }
                if !extensions.isEmpty { writer.explicit(2) { $0.extensions(extensions) } }
            }
        }
        return writer.bytes
    }
}
