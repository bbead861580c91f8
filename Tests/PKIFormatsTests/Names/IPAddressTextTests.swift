// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import Testing

@Suite("RFC 4291 and RFC 5952: IP addresses as text")
struct IPAddressTextTests {
    @Test(arguments: [
        ("192.0.2.1", "c0000201"), ("0.0.0.0", "00000000"), ("255.255.255.255", "ffffffff"),
        ("::", "00000000000000000000000000000000"), ("::1", "00000000000000000000000000000001"),
        ("2001:db8::1", "20010db8000000000000000000000001"),
        ("2001:db8:0:1:1:1:1:1", "20010db8000000010001000100010001"),
        ("2001:db8::1:0:0:1", "20010db8000000000001000000000001"), ("fe80::", "fe800000000000000000000000000000"),
        ("1:2:3:4:5:6:7:8", "00010002000300040005000600070008"),
    ])
    func `the recommended form goes both ways`(text: String, hex: String) throws {
        let octets = try #require(Hex.decode(hex))
        #expect(IPAddressText.parse(text) == octets)
        #expect(IPAddressText.format(octets) == text)
    }

    @Test(arguments: [
        ("2001:DB8::1", "2001:db8::1"), ("2001:0db8:0000::0001", "2001:db8::1"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"),
        ("1:0:0:4:5:6:7:8", "1::4:5:6:7:8"), ("0:0:0:0:0:0:0:0", "::"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1::2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
    ])
    func `other forms are read`(text: String, expected: String) throws {
        let octets = try #require(IPAddressText.parse(text))
        #expect(IPAddressText.format(octets) == expected)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.-4", "1.2.3.4 ", "+1.2.3.4", "1..2.3", ":",
        ":::",
        "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:2:3:4:5:6:7::8:9", ":1::", "1:", ":1",
        "1.2.3.4::", "::1.2.3.4:5", "fe80::1%eth0", "::1/64", "1:2:3:4:5:6:7:1.2.3.4", "٣.2.3.4",
    ])
    func `what is no address is refused`(text: String) {
        #expect(IPAddressText.parse(text) == nil)
    }

    @Test func `the C library reads what is written`() throws {
        for _ in 0..<500 {
            let octets = (0..<16).map { _ in Bool.random() ? 0 : UInt8.random(in: 0...255) }
            let text = try #require(IPAddressText.format(octets))
            var address = in6_addr()
            #expect(inet_pton(AF_INET6, text, &address) == 1)
            #expect(withUnsafeBytes(of: address) { Array($0) } == octets)
            #expect(IPAddressText.parse(text) == octets)
        }
        #expect(IPAddressText.format([1, 2, 3]) == nil)
    }
}
