// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("X.690 section 8.1: reading BER and DER")
struct ASN1ReaderTests {
    private func element(_ hex: String, _ rules: ASN1Reader.Rules = .ber) throws -> ASN1Element {
        try ASN1Element(parsing: try #require(Hex.decode(hex.filter { $0 != " " })), rules: rules)
    }

    @Test(arguments: [
        "", "30", "30 01", "30 02 05", "30 80", "30 80 00", "30 80 05 00", "04 80 00 00", "30 81", "30 82 01",
        "30 89 00 00 00 00 00 00 00 00 01 05", "30 88 ff ff ff ff ff ff ff ff", "30 88 7f ff ff ff ff ff ff ff 00",
        "30 84 ff ff ff ff 05 00", "1f", "1f 81", "1f 81 82 83 84 01 00", "05 00 00", "30 ff", "1f 05 00",
        "1f 80 1f 00",
        "3f 10 00", "30 80 05 00 00 81 00",
    ])
    func `bytes that are no element end in an error`(hex: String) {
        #expect(throws: FormatError.self) { try element(hex) }
    }

    @Test(arguments: ["30 81 02 05 00", "30 82 00 02 05 00", "30 80 05 00 00 00", "04 81 01 00"])
    func `what only BER allows is read as BER and refused as DER`(hex: String) throws {
        _ = try element(hex)
        #expect(throws: FormatError.self) { try element(hex, .der) }
    }

    @Test func `nested indefinite lengths and constructed strings are read`() throws {
        let outer = try element("30 80 24 80 04 02 01 02 24 80 04 01 03 00 00 00 00 05 00 00 00")
        var fields = try outer.fields()
        #expect(try Array(fields.next(.octetString).octetString()) == [1, 2, 3])
        try fields.next(.null).null()
        try fields.finish()
    }

    @Test(arguments: [10, 49, 51, 1000, 100_000])
    func `deep nesting is an error beyond the limit and never a crash`(depth: Int) throws {
        let definite = (0..<depth).reduce(into: [UInt8]()) { bytes, _ in
            var writer = DERWriter()
            writer.constructed(.sequence) { $0.append(bytes.prefix(2000)) }
            bytes = writer.bytes
        }
        let opening = (0..<2 * depth).map { $0.isMultiple(of: 2) ? UInt8(0x30) : 0x80 }
        let indefinite = opening + [UInt8](repeating: 0, count: 2 * depth)
        for bytes in [definite, indefinite] {
            var current = try? ASN1Element(parsing: bytes)
            var levels = 0
            while let element = current, var fields = try? element.fields() {
                levels += 1
                current = try? fields.next()
            }
            #expect(levels <= ASN1Limits.depth)
        }
    }

    @Test func `an endless row of segments is bounded`() {
        var bytes: [UInt8] = [0x24, 0x80]
        for _ in 0..<60_000 { bytes += [0x04, 0x00] }
        bytes += [0, 0]
        #expect(throws: FormatError.self) { try ASN1Element(parsing: bytes) }
    }

    @Test(arguments: [
        ("02 01 00", 0), ("02 01 7f", 127), ("02 01 80", -128), ("02 02 00 80", 128), ("02 02 ff 7f", -129),
        ("02 08 7f ff ff ff ff ff ff ff", Int.max), ("02 08 80 00 00 00 00 00 00 00", Int.min),
    ])
    func `integers are read with their sign`(hex: String, expected: Int) throws {
        #expect(try element(hex).int() == expected)
        var writer = DERWriter()
        writer.integer(expected)
        #expect(writer.bytes == Array(try element(hex).encoded))
    }

    @Test(arguments: ["02 00", "02 09 00 80 00 00 00 00 00 00 00", "22 03 02 01 00", "04 01 00"])
    func `what is no integer of 64 bits is refused`(hex: String) throws {
        let value = try element(hex)
        #expect(throws: FormatError.self) { try value.int() }
    }

    @Test(arguments: ["03 00", "03 01 08", "03 01 01", "23 03 03 01 00"])
    func `broken bit strings are refused`(hex: String) throws {
        let value = try element(hex)
        #expect(throws: FormatError.self) { try value.bitString() }
        #expect(throws: FormatError.self) { try value.namedBits() }
    }

    @Test func `random bytes never crash the reader`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in UInt8.random(in: 0...255) }
            Self.walk(ASN1Reader(bytes[...]))
        }
    }

    /// Looks at everything an element may be.
    static func walk(_ reader: ASN1Reader) {
        var reader = reader
        while let element = try? reader.next() {
            _ = try? element.int()
            _ = try? element.unsignedInteger()
            _ = try? element.boolean()
            _ = try? element.oid().dotted
            _ = try? element.octetString()
            _ = try? element.namedBits()
            _ = try? element.bitStringOctets()
            _ = try? Timestamp(parsing: element)
            _ = element.text
            if let inside = try? element.fields(of: element.tag) { walk(inside) }
        }
    }
}
