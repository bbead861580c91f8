// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import Testing

@Suite("RFC 4648: Base64 and hexadecimal")
struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the vectors of section 10 hold`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        #expect(Base64.decode(encoded.filter { $0 != "=" }, tolerance: .tolerant) == Array(plain.utf8))
    }

    @Test func `Foundation agrees on random octets`() {
        for count in 0..<200 {
            let octets = (0..<count).map { _ in UInt8.random(in: 0...255) }
            let encoded = Data(octets).base64EncodedString()
            #expect(Base64.encode(octets) == encoded)
            #expect(Base64.decode(encoded) == octets)
            #expect(Base64.decode(Base64.encodeURLSafe(octets), tolerance: .tolerant) == octets)
            #expect(Base64.decode(Base64.encode(octets, lineLength: 64), tolerance: .tolerant) == octets)
        }
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "Z g==", "Zg==\n", "Zm-_", "Z", "=", "Zg==Zg==", "é",
    ])
    func `strict reading refuses every deviation`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: [("Zg", "f"), ("Zg===", "f"), (" Z\r\ng=\t=", "f"), ("Zh==", "f")])
    func `tolerant reading takes what SCEP clients send`(text: String, plain: String) {
        #expect(Base64.decode(text, tolerance: .tolerant) == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zm9vY", "Zg==Zg==", "Zm9v!", "Zm%2B"])
    func `tolerant reading still refuses what is no Base64`(text: String) {
        #expect(Base64.decode(text, tolerance: .tolerant) == nil)
    }

    @Test func `lines are broken at the length asked for`() {
        let text = Base64.encode([UInt8](repeating: 0, count: 100), lineLength: 64)
        #expect(text.split(separator: "\n").map(\.count) == [64, 64, 8])
        #expect(Base64.encode([UInt8](repeating: 0, count: 48), lineLength: 64).contains("\n") == false)
    }

    @Test func `hexadecimal is read in either case and refused when odd`() {
        #expect(Hex.encode([0x00, 0xAB, 0xFF]) == "00abff")
        #expect(Hex.decode("00aBFf") == [0x00, 0xAB, 0xFF])
        #expect(Hex.decode("0") == nil)
        #expect(Hex.decode("0g") == nil)
        #expect(Hex.decode("") == [])
    }
}
