// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import Testing

@Suite("RFC 5280 section 4.1.2.2: serial numbers")
struct SerialNumberTests {
    @Test(
        arguments: [
            ("00", [0x00]), ("01", [0x01]), ("7f", [0x7F]), ("80", [0x00, 0x80]), ("92ef", [0x00, 0x92, 0xEF]),
            ("-01", [0xFF]), ("-80", [0x80]), ("-0100", [0xFF, 0x00]), ("-6d11", [0x92, 0xEF]), ("0100", [0x01, 0x00]),
        ] as [(String, [UInt8])])
    func `hexadecimal and octets agree both ways`(hex: String, octets: [UInt8]) throws {
        #expect(SerialNumber(octets: octets).hex == hex)
        #expect(try #require(SerialNumber(hex: hex)).octets == octets)
    }

    @Test(arguments: ["92:EF", "92ef", "0x92EF", "0X92ef", "00:92:ef", "92 EF", "0092EF"])
    func `every spelling is the same serial`(text: String) {
        #expect(SerialNumber(hex: text) == SerialNumber(octets: [0x00, 0x92, 0xEF]))
    }

    @Test func `an odd number of digits is read`() {
        #expect(SerialNumber(hex: "1ab")?.hex == "01ab")
    }

    @Test(arguments: ["", ":", "-", "0x", "xyz", "1g", "--1", "1-", String(repeating: "a", count: 129)])
    func `what is no number is refused`(text: String) {
        #expect(SerialNumber(hex: text) == nil)
    }

    @Test func `padding does not make another serial`() throws {
        let padded = SerialNumber(octets: [0, 0, 0x12])
        #expect(padded == SerialNumber(octets: [0x12]))
        #expect(Set([padded, SerialNumber(octets: [0x12])]).count == 1)
        #expect(padded.hex == "12")
        #expect(padded.derBytes == [0x02, 0x01, 0x12])
        #expect(SerialNumber(octets: []) == SerialNumber(octets: [0]))
    }

    @Test func `random serials are 16 positive octets and differ`() {
        let serials = (0..<1000).map { _ in SerialNumber.random() }
        #expect(Set(serials).count == serials.count)
        for serial in serials {
            #expect(serial.octets.count == 16)
            #expect(!serial.isNegative)
            #expect(serial.hex.count == 32)
        }
    }

    @Test func `serials order as numbers`() {
        let order = ["-0100", "-80", "-01", "00", "01", "7f", "80", "0100", "ff00"].compactMap { SerialNumber(hex: $0) }
        #expect(order.shuffled().sorted() == order)
        #expect(order.count == 9)
    }

    @Test func `JSON holds the hexadecimal form`() throws {
        let serial = try #require(SerialNumber(hex: "92ef"))
        #expect(String(decoding: try JSONEncoder().encode([serial]), as: UTF8.self) == "[\"92ef\"]")
        #expect(try JSONDecoder().decode([SerialNumber].self, from: Data("[\"92:EF\"]".utf8)) == [serial])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([SerialNumber].self, from: Data("[\"zz\"]".utf8))
        }
    }
}
