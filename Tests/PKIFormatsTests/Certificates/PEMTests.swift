// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 7468: PEM")
struct PEMTests {
    private let der: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x05]
    private let body = "MAMCAQU="

    @Test func `one block is written as OpenSSL writes it`() throws {
        #expect(PEM.encode(der, label: "TEST") == "-----BEGIN TEST-----\nMAMCAQU=\n-----END TEST-----\n")
        #expect(PEM.encode([], label: "X") == "-----BEGIN X-----\n-----END X-----\n")
        let long = [UInt8](repeating: 7, count: 1000)
        let text = PEM.encode(long, label: "TEST")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 64 })
        #expect(try PEM.decode(text) == [PEMBlock(label: "TEST", der: long)])
    }

    @Test(arguments: [
        "-----BEGIN T-----\nMAMCAQU=\n-----END T-----", "-----BEGIN T-----\r\nMAMC\r\nAQU=\r\n-----END T-----\r\n",
        "subject=x\nissuer=y\n-----BEGIN T-----\nMAMCAQU=\n-----END T-----\ntrailing words\n",
        "\u{FEFF}-----BEGIN T-----\rMAMCAQU=\r-----END T-----\r",
        "  -----BEGIN T-----  \n  MAMCAQU=\t\n -----END T-----\n",
        "-----BEGIN T-----\n\n\nMAMCAQU\n\n-----END T-----\n",
    ])
    func `sloppy text is read`(text: String) throws {
        #expect(try PEM.decode(text) == [PEMBlock(label: "T", der: der)])
    }

    @Test func `headers are kept apart`() throws {
        let text = "-----BEGIN K-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\n\(body)\n-----END K-----\n"
        let block = try #require(try PEM.decode(text).first)
        #expect(block.headers == ["Proc-Type: 4,ENCRYPTED", "DEK-Info: x"])
        #expect(block.der == der)
    }

    @Test func `a bundle keeps its order`() throws {
        let text = (0..<5).map { PEM.encode([UInt8($0)], label: "L\($0)") }.joined(separator: "\n")
        #expect(try PEM.decode(text).map(\.label) == ["L0", "L1", "L2", "L3", "L4"])
        #expect(try PEM.decode("nothing here") == [])
    }

    @Test(arguments: [
        "-----BEGIN T-----\nMAMCAQU=\n", "-----BEGIN T-----\nMAMCAQU=\n-----END U-----\n", "-----END T-----\n",
        "-----BEGIN T-----\n-----BEGIN T-----\n", "-----BEGIN T-----\nM!!!\n-----END T-----\n",
        "-----BEGIN T-----\nMAMCA\n-----END T-----\n",
    ])
    func `broken text is refused`(text: String) {
        #expect(throws: FormatError.self) { try PEM.decode(text) }
    }

    @Test func `size and number of blocks are bounded`() {
        #expect(throws: FormatError.limitExceeded("octets of a PEM text", limit: 10)) {
            try PEM.decode(String(repeating: "a", count: 11), limit: 10)
        }
        let many = String(repeating: "-----BEGIN T-----\n-----END T-----\n", count: 10_001)
        #expect(throws: FormatError.limitExceeded("PEM blocks", limit: 10_000)) { try PEM.decode(many) }
    }

    @Test func `a file's form is found out`() throws {
        let expected = [PEMBlock(label: "", der: der)]
        #expect(try PEM.sniff(der) == expected)
        #expect(try PEM.sniff(Array(body.utf8)) == expected)
        #expect(try PEM.sniff(Array("MAMC\r\nAQU\n".utf8)) == expected)
        #expect(try PEM.sniff(Array(PEM.encode(der, label: "T").utf8)) == [PEMBlock(label: "T", der: der)])
        #expect(throws: FormatError.self) { try PEM.sniff([]) }
        #expect(throws: FormatError.self) { try PEM.sniff(Array("hello world".utf8)) }
        // The first octets of JKS and JCEKS, and version 2.
        for magic in [[0xFE, 0xED, 0xFE, 0xED], [0xCE, 0xCE, 0xCE, 0xCE]] as [[UInt8]] {
            let error = #expect(throws: FormatError.self) { try PEM.sniff(magic + [0, 0, 0, 2]) }
            #expect(error.map { "\($0)".contains("keytool") } == true)
        }
        #expect(throws: FormatError.self) { try PEM.sniff([0xFF, 0xFE]) }
    }
}
