// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@Suite("RFC 5280 section 5.1: CertificateList, as sloppy and hostile issuers write it")
struct CertificateListTests {
    /// The parts of a CRL that tests bend, each the octets of whole elements.
    struct Parts {
        var version: [UInt8] = [2, 1, 1]
        var signedAlgorithm = AlgorithmIdentifier(.ecdsa(.sha256)).derBytes
        var issuer: [UInt8] = [0x30, 0]
        var thisUpdate = [0x17, 13] + Array("250101000000Z".utf8)
        var nextUpdate = [0x17, 13] + Array("260101000000Z".utf8)
        var revoked: [UInt8] = []
        var extensions: [CertificateExtension]? = [
            CertificateExtension(oid: .crlNumber, value: [2, 1, 5]),
            AuthorityKeyIdentifier(keyIdentifier: [1, 2, 3]).certificateExtension,
        ]

        var encoded: [UInt8] {
            var writer = DERWriter()
            writer.sequence { writer in
                writer.sequence { writer in
                    for part in [version, signedAlgorithm, issuer, thisUpdate, nextUpdate, revoked] {
                        writer.append(part)
                    }
                    if let extensions { writer.explicit(0) { $0.extensions(extensions) } }
                }
                writer.append(AlgorithmIdentifier(.ecdsa(.sha256)))
                writer.bitString([1, 2, 3])
            }
            return writer.bytes
        }

        /// `revokedCertificates` of entries given by serial and encoded extensions.
        static func revoked(_ entries: [(serial: [UInt8], extensions: [CertificateExtension])]) -> [UInt8] {
            var writer = DERWriter()
            writer.sequence { writer in
                for entry in entries {
                    writer.sequence { writer in
                        writer.primitive(.integer, entry.serial)
                        writer.primitive(.utcTime, Array("250102030405Z".utf8))
                        if !entry.extensions.isEmpty { writer.extensions(entry.extensions) }
                    }
                }
            }
            return writer.bytes
        }
    }

    private func reasonCode(_ code: Int) -> CertificateExtension {
        var writer = DERWriter()
        writer.enumerated(code)
        return CertificateExtension(oid: .reasonCode, value: writer.bytes)
    }

    @Test func `a plain CRL has no findings`() throws {
        var parts = Parts()
        parts.revoked = Parts.revoked([([9], [reasonCode(1)]), ([10], [])])
        let crl = try CertificateList(parsing: parts.encoded)
        #expect(crl.findings.isEmpty)
        #expect(crl.version == 2 && crl.crlNumber == CRLNumber(5) && !crl.isDelta)
        #expect(crl.entries.map(\.reason) == [.keyCompromise, nil])
        #expect(crl.find(SerialNumber(octets: [10]))?.revocationDate == Timestamp(iso8601: "2025-01-02T03:04:05Z"))
        #expect(crl.find(SerialNumber(octets: [11])) == nil)
    }

    @Test func `an empty list of revoked certificates is read and told`() throws {
        var parts = Parts()
        parts.revoked = [0x30, 0]
        let crl = try CertificateList(parsing: parts.encoded)
        #expect(crl.entries.count == 0)
        #expect(crl.findings == ["revokedCertificates is present but empty"])
    }

    @Test func `reason 7 revokes without a reason`() throws {
        var parts = Parts()
        parts.revoked = Parts.revoked([([9], [reasonCode(7)])])
        let entry = try #require(try CertificateList(parsing: parts.encoded).find(SerialNumber(octets: [9])))
        #expect(entry.reason == nil && entry.reasonCode == 7)
    }

    @Test(arguments: [
        [UInt8]([2, 1, 0xFF]), [2, 2, 0x80, 1], [2, 21] + [UInt8](repeating: 1, count: 21), [4, 1, 1],
    ])
    func `a CRL number that is negative, too long or no number is told`(value: [UInt8]) throws {
        var parts = Parts()
        parts.extensions?[0] = CertificateExtension(oid: .crlNumber, value: value)
        let crl = try CertificateList(parsing: parts.encoded)
        #expect(crl.crlNumber == nil)
        #expect(crl.findings == ["the cRLNumber is missing, negative or too long"])
    }

    @Test func `a delta CRL whose base cannot be read is still a delta and must not be used`() throws {
        var parts = Parts()
        parts.extensions?.append(CertificateExtension(oid: .deltaCRLIndicator, isCritical: false, value: [2, 1, 0xFE]))
        let crl = try CertificateList(parsing: parts.encoded)
        #expect(crl.isDelta && crl.baseCRLNumber == nil)
        #expect(crl.unprocessedCriticalExtensions == [.deltaCRLIndicator])
    }

    @Test func `an unknown critical extension is told, an unknown other one is not`() throws {
        let oid = OID(1, 2, 3, 4)
        var parts = Parts()
        parts.extensions?.append(CertificateExtension(oid: oid, isCritical: false, value: [1]))
        #expect(try CertificateList(parsing: parts.encoded).findings.isEmpty)
        parts.extensions?.append(CertificateExtension(oid: oid, isCritical: true, value: [1]))
        #expect(try CertificateList(parsing: parts.encoded).unprocessedCriticalExtensions == [oid])
    }

    @Test func `version 1, missing nextUpdate and unreadable times are read and told`() throws {
        var parts = Parts()
        parts.version = []
        parts.extensions = nil
        #expect(try CertificateList(parsing: parts.encoded).findings.isEmpty)
        parts.nextUpdate = []
        parts.thisUpdate = [0x17, 1, 0x41]
        let crl = try CertificateList(parsing: parts.encoded)
        #expect(crl.version == 1 && crl.thisUpdate == nil && crl.nextUpdate == nil)
        #expect(crl.findings == ["thisUpdate cannot be read", "nextUpdate is missing or cannot be read"])
    }

    @Test func `two different algorithm identifiers never verify`() throws {
        var parts = Parts()
        parts.signedAlgorithm = AlgorithmIdentifier(.ecdsa(.sha384)).derBytes
        let crl = try CertificateList(parsing: parts.encoded)
        #expect(crl.findings == ["the two algorithm identifiers differ"])
        #expect(!crl.isSigned(by: try TestAuthority().key.publicKey))
    }

    @Test func `a padded serial number is found`() throws {
        var parts = Parts()
        parts.revoked = Parts.revoked([([0, 0, 9], [])])
        #expect(try CertificateList(parsing: parts.encoded).find(SerialNumber(octets: [9])) != nil)
    }

    @Test func `a line that is no line is an error, for it could hide others`() {
        var parts = Parts()
        for line: [UInt8] in [[4, 1, 9], [0x30, 0], [0x30, 3, 2, 1, 9], [0x30, 2, 2, 0]] {
            parts.revoked = [0x30, UInt8(line.count)] + line
            #expect(throws: FormatError.self) { try CertificateList(parsing: parts.encoded) }
        }
    }

    @Test func `an indirect CRL hands the issuer down from line to line`() throws {
        let other = try DistinguishedName(rfc4514: "CN=Other")
        var names = DERWriter()
        names.generalNames([.directoryName(other)])
        let certificateIssuer = CertificateExtension(oid: .certificateIssuer, isCritical: true, value: names.bytes)
        var parts = Parts()
        parts.issuer = try DistinguishedName(rfc4514: "CN=Own").derBytes
        parts.revoked = Parts.revoked([([1], []), ([2], [certificateIssuer]), ([3], [])])
        let direct = try CertificateList(parsing: parts.encoded)
        #expect(direct.entries.flatMap(\.unprocessedCriticalExtensions) == [.certificateIssuer])

        parts.extensions?.append(IssuingDistributionPoint(indirectCRL: true).certificateExtension)
        let crl = try CertificateList(parsing: parts.encoded)
        #expect(crl.entries.map(\.certificateIssuer) == [nil, other, other])
        #expect(crl.entries.flatMap(\.unprocessedCriticalExtensions).isEmpty)
        #expect(crl.find(SerialNumber(octets: [3])) == nil)
        #expect(crl.find(SerialNumber(octets: [3]), issuer: other) != nil)
        #expect(crl.find(SerialNumber(octets: [1])) != nil)
    }

    @Test func `an indirect CRL with an unreadable issuer is refused`() {
        var parts = Parts()
        parts.extensions?.append(IssuingDistributionPoint(indirectCRL: true).certificateExtension)
        let broken = CertificateExtension(oid: .certificateIssuer, isCritical: true, value: [0x30, 0])
        parts.revoked = Parts.revoked([([2], [broken])])
        #expect(throws: FormatError.self) { try CertificateList(parsing: parts.encoded) }
    }

    @Test func `a CRL cut off anywhere is refused`() throws {
        let bytes = try sample()
        for end in bytes.indices {
            #expect(throws: FormatError.self) { try CertificateList(parsing: Array(bytes[..<end])) }
        }
        #expect(throws: FormatError.self) { try CertificateList(parsing: bytes + [0]) }
    }

    @Test func `a CRL with any octet changed is refused or does not verify`() throws {
        let authority = try TestAuthority()
        let bytes = try authority.sign(try sampleList(authority))
        let signed = try CertificateList(parsing: bytes).tbsCertList
        for index in bytes.indices {
            for mask: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= mask
                guard let crl = try? CertificateList(parsing: changed) else { continue }
                exhaust(crl)
                // What is signed is the same: only how it is wrapped was changed.
                #expect(!crl.isSigned(by: authority.key.publicKey) || crl.tbsCertList.elementsEqual(signed))
            }
        }
    }

    /// Touches everything that is read late.
    private func exhaust(_ crl: CertificateList) {
        _ = crl.findings
        _ = crl.find(SerialNumber(octets: [9]))
        for entry in crl.entries {
            _ = (entry.serialNumber, entry.revocationDate, entry.reason, entry.invalidityDate)
            _ = (entry.extensions, entry.unprocessedCriticalExtensions)
        }
    }

    private func sample() throws -> [UInt8] {
        let authority = try TestAuthority()
        return try authority.sign(try sampleList(authority))
    }

    private func sampleList(_ authority: TestAuthority) throws -> TBSCertList {
        var tbs = authority.tbsCertList([
            RevokedCertificate(
                serialNumber: SerialNumber(octets: [9]), revocationDate: TestAuthority.now, reason: .keyCompromise,
                invalidityDate: TestAuthority.now),
            RevokedCertificate(serialNumber: SerialNumber(octets: [10]), revocationDate: TestAuthority.now),
        ])
        tbs.baseCRLNumber = CRLNumber(1)
        tbs.issuingDistributionPoint = IssuingDistributionPoint(uri: "http://ca.example.org/1.crl")
        return tbs
    }
}
