// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("Certificates that somebody damaged")
struct CertificateHostileTests {
    private func sample() throws -> [UInt8] {
        let key = try TestKey()
        return try key.sign(key.tbs(TBSCertificateTests.subject, TBSCertificateTests.extensions(key.info)))
    }

    /// Asks everything a server or an inspecting command asks.
    private func look(at bytes: [UInt8]) {
        guard let view = try? CertificateView(parsing: bytes) else { return }
        _ = view.subject.rfc4514.count + view.issuer.description.count + view.serialNumber.hex.count
        _ = view.publicKey?.keyDescription
        _ = view.isSelfIssued || view.isCertificateAuthority || view.hasOCSPNoCheck
        _ = view.subject.matchesIgnoringOrder(view.issuer)
        _ = try? view.subject.reencodedForIssuance()
        _ = view.subjectAlternativeName?.names.map { $0.text + $0.problemsForIssuance.joined() }
        _ = view.keyUsage?.names
        _ = view.extendedKeyUsage?.purposes.map(\.nameOrDotted)
        _ = view.crlDistributionPoints?.uris
        _ = view.freshestCRL?.uris
        _ = view.authorityInformationAccess?.ocspURIs
        _ = view.authorityKeyIdentifier?.authorityCertSerialNumber?.hex
        _ = view.subjectKeyIdentifier?.keyIdentifier
        _ = view.certificatePolicies?.policies.map(\.practiceStatement)
        _ = view.nameConstraints?.permitted.map(\.text)
        _ = view.certificateTemplateName?.name
        _ = view.certificateTemplate?.majorVersion
        _ = view.applicationPolicies?.purposes
        _ = view.ntdsSecurity?.securityIdentifier
        _ = view.tlsFeature?.features
        _ = view.findings.joined()
    }

    @Test func `cut off at any octet it ends in an error`() throws {
        let bytes = try sample()
        for count in bytes.indices {
            #expect(throws: FormatError.self) { try CertificateView(parsing: Array(bytes.prefix(count))) }
        }
    }

    @Test(arguments: [0x01, 0xFF] as [UInt8])
    func `changed at any octet nothing traps`(mask: UInt8) throws {
        let bytes = try sample()
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= mask
            look(at: changed)
        }
    }

    @Test func `no changed octet inside the signed part leaves the signature valid`() throws {
        let bytes = try sample()
        let view = try CertificateView(parsing: bytes)
        let key = try #require(view.publicKey)
        #expect(view.isSigned(by: key))
        for index in view.tbsCertificate.indices {
            var changed = bytes
            changed[index] ^= 0x01
            if let other = try? CertificateView(parsing: changed) { #expect(!other.isSigned(by: key)) }
        }
    }

    @Test func `octets inserted and removed anywhere do not trap`() throws {
        let bytes = try sample()
        for index in bytes.indices {
            look(at: Array(bytes[..<index] + bytes[(index + 1)...]))
            look(at: Array(bytes[..<index] + [0x80] + bytes[index...]))
        }
    }

    @Test func `more extensions than the limit are told and not read`() throws {
        let key = try TestKey()
        let many = (0..<200).map { CertificateExtension(oid: OID(1, 2, UInt64($0)), value: []) }
        let view = try CertificateView(parsing: key.sign(key.tbs("CN=x", many)))
        #expect(view.extensions.count == CertificateExtension.limit)
        #expect(view.findings == ["the extensions cannot be read to their end"])
    }

    @Test func `fields without end behind the key are told a few times only`() throws {
        var outer = try ASN1Element(parsing: try sample()).fields()
        let tbs = try outer.next(.sequence)
        for field in [[0x05, 0x00], [0x81, 0x01, 0x00]] as [[UInt8]] {
            var writer = DERWriter()
            writer.sequence { writer in
                writer.sequence { writer in
                    writer.append(tbs.content)
                    writer.append([[UInt8]](repeating: field, count: 100_000).joined())
                }
                writer.append(outer.remaining)
            }
            let view = try CertificateView(parsing: writer.bytes)
            #expect(view.findings.count < 20)
            #expect(view.findings.contains("too many fields follow the public key"))
        }
    }

    @Test func `a name of a hundred thousand attributes is told and not read`() throws {
        let key = try TestKey()
        var tbs = try key.tbs("CN=x")
        let attribute = [AttributeTypeAndValue(type: .commonName, text: "a")]
        tbs.subject = DistinguishedName(rdns: Array(repeating: attribute, count: 50_000))
        let view = try CertificateView(parsing: key.sign(tbs))
        #expect(view.subject.rdns.isEmpty)
        #expect(view.findings == ["the subject cannot be read: attributes of a name is over its limit of 256"])
    }
}
