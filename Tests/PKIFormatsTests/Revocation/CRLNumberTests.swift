// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 5280 section 5.2.3: CRL number")
struct CRLNumberTests {
    @Test(
        arguments: [
            (0, [2, 1, 0]), (127, [2, 1, 127]), (128, [2, 2, 0, 128]), (65_536, [2, 3, 1, 0, 0]),
            (.max, [2, 8, 0x7F, 255, 255, 255, 255, 255, 255, 255]),
        ] as [(Int64, [UInt8])])
    func `a number is written as the shortest INTEGER`(number: Int64, encoded: [UInt8]) throws {
        #expect(CRLNumber(number).derBytes == encoded)
        #expect(try CRLNumber(parsing: encoded) == CRLNumber(number))
        #expect(CRLNumber(number).description == String(number))
    }

    @Test func `twenty octets are read, and written in hexadecimal`() throws {
        let number = try CRLNumber(parsing: [2, 20, 0x7F] + [UInt8](repeating: 1, count: 19))
        #expect(number.magnitude.count == 20)
        #expect(number.description == "0x7f" + String(repeating: "01", count: 19))
    }

    @Test(arguments: [
        [UInt8]([2, 1, 0xFF]), [2, 2, 0x80, 0], [2, 0], [2, 21, 1] + [UInt8](repeating: 0, count: 20), [4, 1, 1],
        [2, 1, 1, 0],
    ])
    func `a negative, empty or too long number is refused`(encoded: [UInt8]) {
        #expect(throws: FormatError.self) { try CRLNumber(parsing: encoded) }
    }

    @Test func `numbers are ordered by value`() {
        #expect(CRLNumber(255) < CRLNumber(256))
        #expect(CRLNumber(256) < CRLNumber(257))
        #expect(!(CRLNumber(7) < CRLNumber(7)))
        #expect(CRLNumber(-1) == CRLNumber(0))
    }
}
