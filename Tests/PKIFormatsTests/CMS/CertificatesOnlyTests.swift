// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 8894 section 3.4: certificates-only SignedData")
struct CertificatesOnlyTests {
    let bench: CMSBench
    init() throws { bench = try CMSBench.shared() }

    private func certificates() throws -> [[UInt8]] {
        try CMSBench.Identity.allCases.map { try bench.certificate($0).encoded }
    }

    @Test func `the given order is kept on request`() throws {
        for order in [try certificates(), try certificates().reversed()] {
            let bag = try SignedData(parsing: SignedData.certificatesOnly(order, keepOrder: true))
            #expect(bag.certificates == order)
        }
    }

    @Test func `DER order does not depend on the given order`() throws {
        let order = try certificates()
        let bag = SignedData.certificatesOnly(order, keepOrder: false)
        #expect(bag == SignedData.certificatesOnly(order.reversed(), keepOrder: false))
        #expect(try SignedData(parsing: bag).certificates == order.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test(arguments: [true, false])
    func `openssl and certtool list every certificate`(keepOrder: Bool) throws {
        let bag = try bench.file(SignedData.certificatesOnly(certificates(), keepOrder: keepOrder))
        let listing = try bench.openssl(["pkcs7", "-inform", "DER", "-in", bag, "-print_certs", "-noout"])
        #expect(listing.split(separator: "\n").filter { $0.hasPrefix("subject") }.count == 4)
        let info = try bench.run("certtool", ["--p7-info", "--inder", "--infile", bag])
        #expect(info.contains("Number of certificates: 4"))
    }

    @Test func `an empty bag has the two empty sets and nothing else`() throws {
        let expected: [UInt8] =
            [0x30, 0x23, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02, 0xA0, 0x16]
            + [0x30, 0x14, 0x02, 0x01, 0x01, 0x31, 0x00]
            + [0x30, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01, 0x31, 0x00]
        #expect(SignedData.certificatesOnly([], keepOrder: true) == expected)
    }

    @Test func `CRLs are carried`() throws {
        let crl: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x01]
        let bag = try SignedData(parsing: SignedData.certificatesOnly([], crls: [crl], keepOrder: false))
        #expect(bag.crls == [crl])
        #expect(bag.certificates.isEmpty)
    }
}
