// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 5280 appendix A.1: names a certificate may carry")
struct DistinguishedNameIssuanceTests {
    private func issued(_ type: OID, _ text: String, _ tag: ASN1Tag) throws -> ASN1Tag {
        let name = DistinguishedName(rdns: [[AttributeTypeAndValue(type: type, text: text, as: tag)]])
        let result = try name.reencodedForIssuance()
        #expect(result.text(of: type) == text)
        return try ASN1Element(parsing: try #require(result.attributes.first).value, rules: .der).tag
    }

    @Test(arguments: [
        (OID.commonName, "a", ASN1Tag.printableString, ASN1Tag.printableString),
        (.commonName, "a", .utf8String, .utf8String), (.commonName, "ä", .bmpString, .bmpString),
        (.commonName, "😀", .bmpString, .utf8String), (.commonName, "*.example.com", .printableString, .utf8String),
        (.commonName, "a", .ia5String, .utf8String), (.domainComponent, "example", .utf8String, .ia5String),
        (.emailAddress, "a@b.example", .utf8String, .ia5String), (.countryName, "DE", .utf8String, .printableString),
        (.serialNumber, "12", .utf8String, .printableString), (.unstructuredName, "r1", .ia5String, .ia5String),
        (.unstructuredName, "r1", .printableString, .printableString),
        (.unstructuredAddress, "10.0.0.1", .ia5String, .utf8String),
        (.unstructuredAddress, "10.0.0.1", .printableString, .printableString),
    ])
    func `received string types are kept where they may be`(
        type: OID, text: String, received: ASN1Tag, expected: ASN1Tag
    ) throws {
        #expect(try issued(type, text, received) == expected)
    }

    /// Hexadecimal DER of a value behind the type, as it came and as it is issued.
    @Test(arguments: [
        // An unknown type is a DirectoryString.
        ("1.2.3", "0c0161", "0c0161"), ("1.2.3", "130161", "130161"), ("1.2.3", "160161", "0c0161"),
        ("1.2.3", "120131", "0c0131"), ("1.2.3", "1a0161", "0c0161"), ("1.2.3", "1e020061", "1e020061"),
        ("1.2.3", "1401e4", "0c02c3a4"), ("1.2.3", "1c0400000061", "0c0161"), ("1.2.3", "1601e4", "0c02c3a4"),
        ("1.2.3", "120161", "0c0161"), ("1.2.3", "13015f", "0c015f"), ("1.2.3", "1e04d83dde00", "0c04f09f9880"),
        ("1.2.3", "0c810161", "0c0161"), ("1.2.3", "2c030c0161", "0c0161"),
        ("1.3.6.1.5.5.7.9.3", "0c014d", "13014d"), ("1.3.6.1.5.5.7.9.4", "0c024445", "13024445"),
        ("1.3.6.1.5.5.7.9.2", "16024465", "0c024465"),
        // No text, or not what the type is for.
        ("1.2.3", "020105", ""), ("1.2.3", "0500", ""), ("1.2.3", "040161", ""), ("1.2.3", "30030c0161", ""),
        ("1.2.3", "0c01ff", ""), ("1.2.3", "1e0161", ""), ("1.2.3", "0c00", ""), ("1.2.3", "0c0107", ""),
        ("1.2.3", "1b0161", ""), ("2.5.4.45", "0c0161", ""), ("2.5.4.45", "03020061", ""),
        ("1.3.6.1.5.5.7.9.1", "0c0161", ""), ("1.3.6.1.5.5.7.9.1", "180f32303030303130313030303030305a", ""),
        ("1.3.6.1.5.5.7.9.3", "130158", ""), ("1.3.6.1.5.5.7.9.5", "1303444555", ""),
        // A challengePassword and other attributes that names do not have.
        ("1.2.840.113549.1.9.7", "0c0161", ""), ("1.2.840.113549.1.9.14", "0c0161", ""),
        ("2.16.840.1.113730.3.1.216", "0c0161", ""),
    ])
    func `values of types that are rarely seen are put right or refused`(
        type: String, received: String, expected: String
    ) throws {
        let name = DistinguishedName(rdns: [
            [AttributeTypeAndValue(type: try OID(dotted: type), encodedValue: try #require(Hex.decode(received)))]
        ])
        guard !expected.isEmpty else {
            #expect(throws: FormatError.self) { try name.reencodedForIssuance() }
            return
        }
        let issued = try name.reencodedForIssuance()
        #expect(issued.attributes.map { Hex.encode($0.value) } == [expected])
        #expect(try issued.reencodedForIssuance() == issued)
    }

    @Test func `a TeletexString becomes UTF8String`() throws {
        let value: [UInt8] = [0x14, 0x03, 0x5A, 0x6F, 0xEB]
        let name = DistinguishedName(rdns: [[AttributeTypeAndValue(type: .commonName, encodedValue: value)]])
        #expect(try name.reencodedForIssuance().rfc4514 == "CN=Zoë")
    }

    @Test(arguments: [
        (OID.commonName, 64, "commonName"), (.organizationName, 64, "organizationName"),
        (.organizationalUnitName, 64, "organizationalUnitName"), (.localityName, 128, "localityName"),
        (.stateOrProvinceName, 128, "stateOrProvinceName"), (.serialNumber, 64, "serialNumber"),
        (.domainComponent, 63, "domainComponent"), (.title, 64, "title"),
    ])
    func `over-long attributes are refused by name and bound`(type: OID, bound: Int, field: String) throws {
        let fits = DistinguishedName([(type, String(repeating: "a", count: bound))])
        #expect(try fits.reencodedForIssuance() == fits)
        let long = DistinguishedName([(type, String(repeating: "a", count: bound + 1))])
        #expect(throws: FormatError.limitExceeded(field, limit: bound)) { try long.reencodedForIssuance() }
    }

    @Test(arguments: [
        "C=DEU", "C=D1", "C=ä1", "CN=", "emailAddress=ö@x.de", "DC=münchen", "serialNumber=a_b", "CN=a\\00b",
        "CN=a\\07b", "DC=a b", "DC=a.b", "E=ab", "CN=#040161", "CN=a+CN=b",
        "1.2.3=#0c810161",
    ])
    func `values the standard does not allow are refused`(text: String) throws {
        #expect(throws: FormatError.self) { try DistinguishedName(rfc4514: text).reencodedForIssuance() }
    }

    @Test(arguments: [
        "a\u{200B}b", "a\u{202E}b", "a\u{2066}b", "\u{FEFF}a", "a\u{AD}b", "a\u{61C}b", "a\u{2028}b", "a\u{E000}b",
        "a\u{E0041}b", "a\u{FFFE}b", "a\u{FFFD}b", "a\u{3164}b", " ", "\u{A0}\u{2003}",
    ])
    func `characters that are not seen or turn the text around are refused`(text: String) {
        #expect(throws: FormatError.self) { try DistinguishedName([(.commonName, text)]).reencodedForIssuance() }
    }

    @Test(arguments: [
        "Zo\u{EB}", "Zoe\u{308}", "\u{2764}\u{FE0F}", "\u{0645}\u{06CC}\u{200C}\u{062E}", "\u{1F468}\u{200D}\u{1F4BB}",
        "a\u{A0}b", " a ",
    ])
    func `what people write with joiners, marks and other blanks is kept`(text: String) throws {
        let name = DistinguishedName([(.commonName, text)])
        #expect(try name.reencodedForIssuance() == name)
    }

    @Test func `bounds count characters, not octets`() throws {
        let name = try DistinguishedName(rfc4514: "CN=" + String(repeating: "ä", count: 64))
        #expect(try name.reencodedForIssuance() == name)
    }

    @Test func `a name received as BER is issued as DER`() throws {
        let ber = try #require(Hex.decode("3080310f300d06035504030c8105" + "6669727374" + "0000"))
        let name = try DistinguishedName(parsing: ASN1Element(parsing: ber))
        let der = try DistinguishedName(rfc4514: "CN=first")
        #expect(name.derBytes == ber)
        #expect(name.matches(der))
        #expect(try name.reencodedForIssuance() == der)
    }
}
