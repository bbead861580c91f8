// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("X.690 section 10: writing DER")
struct DERWriterTests {
    @Test(arguments: [0, 1, 126, 127, 128, 129, 255, 256, 65_535, 65_536, 70_000])
    func `lengths of every size are minimal and read back`(count: Int) throws {
        let content = [UInt8](repeating: 0x5A, count: count)
        var writer = DERWriter()
        writer.sequence { writer in
            writer.octetString(content)
            writer.explicit(3) { $0.bitString(content) }
        }
        var fields = try ASN1Element(parsing: writer.bytes, rules: .der).fields()
        #expect(try Array(fields.next(.octetString).octetString()) == content)
        #expect(try Array(fields.next(.context(3)).explicitContent().bitStringOctets()) == content)
        try fields.finish()
    }

    @Test(arguments: [0, 30, 31, 127, 128, 16_383, 16_384, 2_097_152] as [UInt32])
    func `tag numbers of every size read back`(number: UInt32) throws {
        var writer = DERWriter()
        writer.primitive(.context(number), [1])
        writer.constructed(.context(number)) { $0.null() }
        var reader = ASN1Reader(writer.bytes[...], rules: .der)
        #expect(try reader.next(.context(number)).content == [1])
        #expect(try reader.next(.context(number)).explicitContent().tag == .null)
    }

    @Test func `integers of any value survive a round trip`() throws {
        var values = [0, 1, -1, .max, .min]
        values += (0..<64).flatMap { [1 << $0, ~(1 << $0), (1 << $0) &- 1] }
        for value in values {
            var writer = DERWriter()
            writer.integer(value)
            #expect(try ASN1Element(parsing: writer.bytes, rules: .der).int() == value)
        }
    }

    @Test(
        arguments: [([], [0]), ([0, 0], [0]), ([0, 1], [1]), ([0x80], [0x80]), ([1, 0], [1, 0])] as [([UInt8], [UInt8])]
    )
    func `magnitudes are written without superfluous zeros`(magnitude: [UInt8], expected: [UInt8]) throws {
        var writer = DERWriter()
        writer.unsignedInteger(magnitude)
        #expect(try ASN1Element(parsing: writer.bytes).unsignedInteger() == expected)
    }

    @Test func `named bits lose trailing zeros and survive a round trip`() throws {
        for bits in [0, 1, 0x80, 0x100, 0x1FF, 1 << 63, 0x8000_0000_0000_0001] as [UInt64] {
            var writer = DERWriter()
            writer.namedBits(bits)
            #expect(try ASN1Element(parsing: writer.bytes).namedBits() == bits)
        }
        var writer = DERWriter()
        writer.namedBits(0b10_0001)
        #expect(writer.bytes == [0x03, 0x02, 0x02, 0x84])
    }

    @Test func `bits that are called unused are not set`() throws {
        for (encoded, bits) in [
            ([0x03, 0x02, 0x07, 0x06], 0), ([0x03, 0x02, 0x01, 0x06], 0b110_0000),
            ([0x03, 0x03, 0x04, 0xFF, 0xFF], 0xFFF), ([0x03, 0x01, 0x00], 0),
        ] as [([UInt8], UInt64)] {
            #expect(try ASN1Element(parsing: encoded).namedBits() == bits)
        }
    }

    @Test func `members of a SET OF are sorted`() {
        var writer = DERWriter()
        writer.setOf([[0x02, 0x01, 0x05], [0x02, 0x01, 0x01], [0x01, 0x01, 0xFF]])
        #expect(writer.bytes == [0x31, 0x09, 0x01, 0x01, 0xFF, 0x02, 0x01, 0x01, 0x02, 0x01, 0x05])
    }
}
