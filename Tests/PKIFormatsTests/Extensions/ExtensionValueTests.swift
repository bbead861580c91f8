// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 5280 section 4.2: extension values")
struct ExtensionValueTests {
    /// Writes, compares with known octets and reads back.
    private func check<Value: CertificateExtensionValue>(_ value: Value, _ hex: String, critical: Bool = false) throws {
        let written = value.certificateExtension
        #expect(written.oid == Value.extensionOID)
        #expect(written.isCritical == critical)
        #expect(Hex.encode(written.value) == hex.filter { $0 != " " })
        #expect(try Value(parsing: written.value) == value)
        let again = try CertificateExtension(parsing: ASN1Element(parsing: written.derBytes, rules: .der))
        #expect(again == written)
        for count in written.value.indices { _ = try? Value(parsing: Array(written.value.prefix(count))) }
    }

    @Test func `basicConstraints is written as DER and read back`() throws {
        try check(BasicConstraints.endEntity, "3000")
        try check(BasicConstraints.authority(pathLength: nil), "30030101ff", critical: true)
        try check(BasicConstraints.authority(pathLength: 0), "30060101ff020100", critical: true)
        #expect(try BasicConstraints(parsing: [0x30, 0x03, 0x01, 0x01, 0x00]) == .endEntity)
        #expect(throws: FormatError.self) { try BasicConstraints(parsing: [0x30, 0x06, 1, 1, 0xFF, 2, 1, 0x80]) }
    }

    @Test func `keyUsage is written as DER and read back, and its bits have names`() throws {
        try check(KeyUsage([.digitalSignature, .keyEncipherment]), "030205a0", critical: true)
        try check(KeyUsage([.keyCertSign, .cRLSign]), "03020106", critical: true)
        try check(KeyUsage.decipherOnly, "0303070080", critical: true)
        #expect(KeyUsage([.cRLSign, .nonRepudiation]).names == ["nonRepudiation", "cRLSign"])
        #expect(KeyUsage(name: "crlsign") == .cRLSign)
        #expect(KeyUsage(name: "contentCommitment") == .nonRepudiation)
        #expect(KeyUsage(name: "signing") == nil)
        for bit in 0..<9 {
            #expect(KeyUsage(name: KeyUsage(rawValue: 1 << UInt16(bit)).names[0])?.rawValue == 1 << UInt16(bit))
        }
    }

    @Test func `extKeyUsage is written as DER and read back, and purposes are found by name`() throws {
        try check(ExtendedKeyUsage([.serverAuth, .clientAuth]), "301406082b0601050507030106082b06010505070302")
        #expect(try OID(keyPurpose: "CLIENTAUTH") == .clientAuth)
        #expect(try OID(keyPurpose: "1.2.3") == OID(1, 2, 3))
        #expect(throws: FormatError.self) { try OID(keyPurpose: "nothing") }
    }

    @Test func `key identifiers are written as DER and read back`() throws {
        try check(SubjectKeyIdentifier([1, 2, 3]), "0403010203")
        try check(AuthorityKeyIdentifier(keyIdentifier: [1, 2, 3]), "30058003010203")
        let name = try DistinguishedName(rfc4514: "CN=a")
        let serial = try #require(SerialNumber(hex: "80"))
        try check(
            AuthorityKeyIdentifier(
                keyIdentifier: nil, authorityCertIssuer: [.directoryName(name)], authorityCertSerialNumber: serial),
            "3016 a110 a40e 300c 310a 3008 0603550403 0c0161 8202 0080")
    }

    @Test func `subjectAltName is critical when asked`() throws {
        let names = SubjectAlternativeName([.dnsName("a"), .ipAddress([1, 2, 3, 4]), .rfc822Name("b@c"), .uri("x:y")])
        try check(names, "3013 820161 8704 01020304 8103624063 8603783a79")
        #expect(names.certificateExtension(isCritical: true).isCritical)
        #expect(names.dnsNames == ["a"] && names.uris == ["x:y"] && names.rfc822Names == ["b@c"])
        #expect(throws: FormatError.self) { try SubjectAlternativeName(parsing: [0x31, 0x00]) }
    }

    @Test func `distribution points are written as DER and read back`() throws {
        try check(CRLDistributionPoints(uris: ["a:b"]), "300b 3009 a007 a005 8603613a62")
        try check(FreshestCRL(uris: ["a:b"]), "300b 3009 a007 a005 8603613a62")
        let relative = DistributionPoint(
            name: .relativeToIssuer([AttributeTypeAndValue(type: .commonName, text: "x")]), reasons: .keyCompromise,
            crlIssuer: [.dnsName("i")])
        try check(CRLDistributionPoints([relative]), "3019 3017 a00c a10a 3008 0603550403 0c0178 8102 0640 a203 820169")
    }

    @Test func `authorityInfoAccess is written as DER and read back`() throws {
        let access = AuthorityInformationAccess(ocsp: ["a:b"], caIssuers: ["c:d"])
        try check(access, "3022 300f 06082b06010505073001 8603613a62 300f 06082b06010505073002 8603633a64")
        #expect(access.ocspURIs == ["a:b"] && access.caIssuersURIs == ["c:d"])
    }

    @Test func `certificatePolicies and application policies are written as DER and read back`() throws {
        try check(CertificatePolicies([PolicyInformation(id: .anyPolicy)]), "3008 3006 0604551d2000")
        let policy = PolicyInformation(id: OID(1, 2, 3), practiceStatement: "a:b")
        try check(
            CertificatePolicies([policy]), "3019 3017 06022a03 3011 300f 06082b06010505070201 1603613a62")
        #expect(policy.practiceStatement == "a:b")
        try check(ApplicationPolicies(purposes: [.clientAuth]), "300c 300a 06082b06010505070302")
    }

    @Test func `nameConstraints is written as DER and read back, and has no minimum or maximum`() throws {
        let constraints = NameConstraints(
            permitted: [.dnsName("a")], excluded: [.ipAddress([10, 0, 0, 0, 255, 0, 0, 0])])
        try check(constraints, "3015 a005 3003 820161 a10c 300a 8708 0a000000ff000000", critical: true)
        #expect(throws: FormatError.self) {
            try NameConstraints(parsing: [0x30, 0x0A, 0xA0, 0x08, 0x30, 0x06, 0x82, 0x01, 0x61, 0x80, 0x01, 0x01])
        }
    }

    @Test func `Microsoft's templates are written as DER and read back`() throws {
        try check(CertificateTemplateName("User"), "1e08 0055007300650072")
        #expect(try CertificateTemplateName(parsing: [0x0C, 0x01, 0x55]).name == "U")
        try check(
            CertificateTemplate(templateID: OID(1, 2, 3), majorVersion: 100, minorVersion: 4),
            "300a 06022a03 020164 020104")
        try check(CertificateTemplate(templateID: OID(1, 2, 3)), "3004 06022a03")
    }

    @Test func `the security identifier is written as DER and read back`() throws {
        let value = try NTDSSecurity(securityIdentifier: "S-1-5-21-1")
        try check(value, "301c a01a 060a2b060104018237190201 a00c 040a 532d312d352d32312d31")
        #expect(GeneralName.securityIdentifier("S-1-5-21-1").securityIdentifier == "S-1-5-21-1")
        #expect(GeneralName.uri("tag:microsoft.com,2022-09-14:sid:x").securityIdentifier == nil)
        for text in ["", "S-1", "S-1-5", "S-2-5-21", "S-1-5-x", "S-1-5--1", "s-1-5-21", "S-1-5-+1"] {
            #expect(throws: FormatError.self) { try NTDSSecurity(securityIdentifier: text) }
        }
    }

    @Test func `must-staple and no-check are written as DER and read back`() throws {
        try check(TLSFeature.mustStaple, "3003 020105")
        try check(OCSPNoCheck(), "0500")
        #expect(throws: FormatError.self) { try OCSPNoCheck(parsing: [0x30, 0x00]) }
    }

    @Test func `an unreadable extension is told from an absent one`() {
        let broken = [CertificateExtension(oid: .keyUsage, value: [0x05, 0x00])]
        #expect(broken.value(KeyUsage.self) == nil)
        #expect(broken.first(.keyUsage) != nil)
        #expect([CertificateExtension]().value(KeyUsage.self) == nil)
    }
}
