// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 5280 section 5.2.5: issuingDistributionPoint")
struct IssuingDistributionPointTests {
    @Test(arguments: [
        IssuingDistributionPoint(),
        IssuingDistributionPoint(uri: "http://ca.example.org/0.crl"),
        IssuingDistributionPoint(uri: "http://ca.example.org/0.crl", onlyContainsCACerts: true),
        IssuingDistributionPoint(onlyContainsUserCerts: true),
        IssuingDistributionPoint(onlySomeReasons: [.keyCompromise, .aACompromise], indirectCRL: true),
        IssuingDistributionPoint(onlyContainsAttributeCerts: true),
    ])
    func `a scope survives a round trip`(scope: IssuingDistributionPoint) throws {
        #expect(try IssuingDistributionPoint(parsing: scope.derBytes) == scope)
    }

    @Test func `flags that are FALSE are not written`() {
        #expect(IssuingDistributionPoint().derBytes == [0x30, 0])
        #expect(IssuingDistributionPoint(uri: "a").derBytes == [0x30, 7, 0xA0, 5, 0xA0, 3, 0x86, 1, 0x61])
        #expect(IssuingDistributionPoint(onlyContainsUserCerts: true).derBytes == [0x30, 3, 0x81, 1, 0xFF])
        #expect(IssuingDistributionPoint(onlyContainsCACerts: true).derBytes == [0x30, 3, 0x82, 1, 0xFF])
    }

    @Test func `a flag written as FALSE is read as FALSE`() throws {
        #expect(try IssuingDistributionPoint(parsing: [0x30, 3, 0x81, 1, 0]) == IssuingDistributionPoint())
    }

    @Test func `the extension is critical`() {
        #expect(IssuingDistributionPoint().certificateExtension.isCritical)
    }

    @Test(arguments: [[UInt8]([0x30, 3, 0x86, 1, 0xFF]), [0x30, 2, 0x81, 0], [0x30, 2, 0xA0, 0], [], [0x31, 0]])
    func `anything else is refused`(value: [UInt8]) {
        #expect(throws: FormatError.self) { try IssuingDistributionPoint(parsing: value) }
    }
}
