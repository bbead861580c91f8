// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("X.680 section 41: string types")
struct ASN1TextTests {
    private func text(_ tag: ASN1Tag, _ octets: [UInt8]) throws -> String? {
        var writer = DERWriter()
        writer.primitive(tag, octets)
        return try ASN1Element(parsing: writer.bytes).text
    }

    @Test func `each type is read by its own rules`() throws {
        #expect(try text(.utf8String, Array("Zoë".utf8)) == "Zoë")
        #expect(try text(.printableString, Array("abc".utf8)) == "abc")
        #expect(try text(.teletexString, [0x5A, 0x6F, 0xEB]) == "Zoë")
        #expect(try text(.bmpString, [0, 0x5A, 0, 0x6F, 0, 0xEB]) == "Zoë")
        #expect(try text(.bmpString, [0xD8, 0x3D, 0xDE, 0x00]) == "😀")
        #expect(try text(.universalString, [0, 1, 0xF6, 0]) == "😀")
        #expect(try text(.ia5String, Array("Zoë".utf8)) == "Zoë")
        #expect(try text(.ia5String, [0x5A, 0xEB]) == "Zë")
        #expect(try text(.utf8String, []) == "")
    }

    @Test func `octets that are no text of their type give nothing`() throws {
        #expect(try text(.utf8String, [0xFF]) == nil)
        #expect(try text(.bmpString, [0]) == nil)
        #expect(try text(.bmpString, [0xD8, 0x00, 0x00, 0x41]) == nil)
        #expect(try text(.universalString, [0, 0, 0]) == nil)
        #expect(try text(.universalString, [0, 0x11, 0, 0]) == nil)
        #expect(try text(.octetString, [0x41]) == nil)
    }

    /// Unicode Standard Annex #15, section 13: the longest run of marks that a text in its stream-safe form has.
    @Test func `thirty combining marks in a row are text, and one more makes none`() throws {
        let marks = String(repeating: "\u{301}\u{323}", count: 15)
        #expect(try text(.utf8String, Array("a\(marks)b\(marks)".utf8)) == "a\(marks)b\(marks)")
        #expect(try text(.utf8String, Array("a\(marks)\u{301}".utf8)) == nil)
        #expect(try text(.bmpString, "a\(marks)\u{301}".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }) == nil)
    }

    @Test func `a constructed string is joined`() throws {
        let bytes: [UInt8] = [0x2C, 0x08, 0x0C, 0x02, 0x41, 0x42, 0x04, 0x02, 0x43, 0x44]
        #expect(try ASN1Element(parsing: bytes).text == "ABCD")
    }
}
