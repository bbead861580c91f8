// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 3986 section 2.1: percent escapes")
struct PercentEncodingTests {
    @Test func `every octet survives, and unreserved ones stand for themselves`() {
        let all = (0...255).map { UInt8($0) }
        let text = PercentEncoding.encode(all)
        #expect(PercentEncoding.decode(text.utf8) == all)
        #expect(PercentEncoding.decodeTolerantly(Array(text.utf8)[...]) == all)
        #expect(PercentEncoding.encode("aZ09-._~ /+%ü".utf8) == "aZ09-._~%20%2F%2B%25%C3%BC")
    }

    @Test(arguments: ["%", "a%4", "%zz", "%4g", "%%41"])
    func `a broken escape is refused, or stays where clients leave such`(text: String) {
        #expect(PercentEncoding.decode(text.utf8) == nil)
        let tolerant = PercentEncoding.decodeTolerantly(Array(text.utf8)[...])
        #expect(tolerant == Array(text.replacing("%41", with: "A").utf8))
    }

    @Test func `what is no text or too long is refused`() {
        #expect(PercentEncoding.text("%c3%BC+".utf8) == "ü+")
        #expect(PercentEncoding.text("%FF".utf8) == nil)
        #expect(PercentEncoding.text(String(repeating: "%CC%81%CC%A3", count: 16).utf8) == nil)
        #expect(PercentEncoding.decode("%41%42".utf8, limit: 2) == [0x41, 0x42])
        #expect(PercentEncoding.decode("%41%42".utf8, limit: 1) == nil)
    }

    @Test func `parameters are added to an address with and without a query`() {
        #expect(PercentEncoding.adding([("a", "b c"), ("d", "&")], to: "https://x/y") == "https://x/y?a=b%20c&d=%26")
        #expect(PercentEncoding.adding([("a", "1")], to: "https://x/y?z=2") == "https://x/y?z=2&a=1")
    }
}
