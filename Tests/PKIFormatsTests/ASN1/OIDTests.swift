// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("X.690 section 8.19: object identifiers")
struct OIDTests {
    @Test(arguments: [
        ("0.0", [0x00]), ("0.39", [0x27]), ("1.0", [0x28]), ("2.0", [0x50]), ("2.47", [0x7F]), ("2.48", [0x81, 0x00]),
        ("2.999", [0x88, 0x37]), ("1.2.840.113549.1.9.7", [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x07]),
        ("2.16.840.1.113733.1.9.2", [0x60, 0x86, 0x48, 0x01, 0x86, 0xF8, 0x45, 0x01, 0x09, 0x02]),
        ("1.3.6.1.5.5.7.24.1", [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x18, 0x01]),
        ("1.3.9223372036854775806", [0x2B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7E]),
    ])
    func `dotted form and octets agree both ways`(dotted: String, octets: [UInt8]) throws {
        #expect(try OID(dotted: dotted).octets == octets)
        #expect(try OID(octets: octets[...]).dotted == dotted)
    }

    @Test(arguments: [
        "", "1", "1.", ".1", "3.1", "1.40", "0.40", "1..2", "1.-2", "1.+2", "a.b", "1.2.x", "01.2", "1.-0", "1.2.",
    ])
    func `text that is no identifier is refused`(text: String) {
        #expect(throws: FormatError.self) { try OID(dotted: text) }
    }

    @Test(arguments: [[], [0x80], [0x2A, 0x80], [0x2A, 0x80, 0x01], [0x80, 0x01], [UInt8](repeating: 1, count: 129)])
    func `octets that are no identifier are refused`(octets: [UInt8]) {
        #expect(throws: FormatError.self) { try OID(octets: octets[...]) }
    }

    @Test(arguments: [
        ("1.2.18446744073709551616", [0x2A, 0x82] + [UInt8](repeating: 0x80, count: 8) + [0x00]),
        ("1.2.2475880078570760549798248447.1", [0x2A] + [UInt8](repeating: 0xFF, count: 12) + [0x7F, 0x01]),
        ("2.18446744073709551616", [0x82] + [UInt8](repeating: 0x80, count: 8) + [0x50]),
    ])
    func `an arc of any size is read and printed`(dotted: String, octets: [UInt8]) throws {
        let oid = try OID(octets: octets[...])
        #expect(oid.octets == octets)
        #expect(oid.dotted == dotted)
        #expect(try OID(dotted: dotted) == oid)
    }

    @Test func `an identifier made of a UUID is read and printed`() throws {
        let dotted = "2.25.329800735698586629295641978511506172918"
        #expect(try OID(dotted: dotted).dotted == dotted)
        let longest = "1.2." + String(repeating: "9", count: 260)
        #expect(try OID(dotted: longest).dotted == longest)
        #expect(throws: FormatError.self) { try OID(dotted: "1.2." + String(repeating: "9", count: 270)) }
    }

    @Test(arguments: [1, 2, 7, 8, 9, 15, 16, 17, 24, 128])
    func `an identifier of any length keeps its octets and differs from its neighbours`(length: Int) throws {
        let octets = (0..<length).map { UInt8($0 % 127 + 1) }
        let oid = try OID(octets: octets[...])
        #expect(oid.octets == octets)
        #expect(oid.derBytes.suffix(length).elementsEqual(octets))
        #expect(try ASN1Element(parsing: oid.derBytes).oid() == oid)
        var others = octets.indices.map { index in
            var changed = octets
            changed[index] ^= 0x40
            return changed
        }
        if length > 1 { others.append(Array(octets.dropLast())) }
        if length < 128 { others.append(octets + [0]) }
        for other in others where other.first != 0x80 { #expect(try OID(octets: other[...]) != oid) }
    }

    @Test func `known identifiers are printed by name`() {
        #expect(OID.commonName.nameOrDotted == "commonName")
        #expect(OID.scepFailInfoText.nameOrDotted == "failInfoText")
        #expect(OID(1, 2, 3).nameOrDotted == "1.2.3")
    }

    @Test func `SCEP's attributes have the octets of the wire`() {
        let prefix: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x86, 0xF8, 0x45, 0x01, 0x09]
        let attributes: [OID] = [
            .scepMessageType, .scepPKIStatus, .scepFailInfo, .scepSenderNonce, .scepRecipientNonce, .scepTransactionID,
        ]
        for (index, oid) in attributes.enumerated() { #expect(oid.octets == prefix + [UInt8(index + 2)]) }
    }
}
