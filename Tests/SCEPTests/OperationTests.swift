// SPDX-License-Identifier: Apache-2.0

import SCEP
import Testing

@Suite("RFC 8894 section 4.1: operation and message in a query")
struct OperationTests {
    @Test(arguments: [
        ("operation=GetCACaps", Operation.getCACaps(caIdentifier: nil)),
        ("operation=GetCACert&message=default", .getCACert(caIdentifier: nil)),
        ("operation=GetCACert&message=DEFAULT", .getCACert(caIdentifier: nil)),
        ("operation=GetCACert&message=ignored", .getCACert(caIdentifier: nil)),
        ("operation=GetCACert&message=0", .getCACert(caIdentifier: nil)),
        ("operation=GetCACert&message=", .getCACert(caIdentifier: nil)),
        ("operation=GetCACert&message", .getCACert(caIdentifier: nil)),
        ("operation=GetCACert&message=My%20CA", .getCACert(caIdentifier: "My CA")),
        ("operation=GetCACert&message=My+CA", .getCACert(caIdentifier: "My CA")),
        ("message=x&operation=getcacert", .getCACert(caIdentifier: "x")),
        ("OPERATION=GETNEXTCACERT&Message=x", .getNextCACert(caIdentifier: "x")),
        ("a=b&&c&operation=PKIOperation&message=AAAA&z=%", .pkiOperation),
        ("%6Fperation=%50KIOperation", .pkiOperation),
    ])
    func `an operation is read however it is written`(query: String, operation: Operation) throws {
        #expect(try Operation(rawQuery: query) == operation)
    }

    @Test(arguments: ["", "&", "message=x", "operatio=GetCACaps"])
    func `a query without operation is refused`(query: String) {
        #expect(throws: SCEPError.missing("operation")) { try Operation(rawQuery: query) }
    }

    @Test(arguments: ["operation=", "operation=GetCACap", "operation=GetCACaps%00", "operation=../x"])
    func `an unknown operation is refused`(query: String) {
        #expect { try Operation(rawQuery: query) } throws: { error in
            guard case SCEPError.unknownOperation = error else { return false }
            return true
        }
    }

    @Test func `a query that is too long is refused before it is looked at`() {
        let query = "operation=PKIOperation&message=" + String(repeating: "A", count: 384 * 1024)
        #expect(throws: SCEPError.messageTooLarge(limit: 384 * 1024)) { try Operation(rawQuery: query) }
        #expect(throws: SCEPError.messageTooLarge(limit: 384 * 1024)) { try GETMessage.decode(rawQuery: query) }
    }

    @Test(arguments: [
        Operation.getCACaps(caIdentifier: nil), .getCACert(caIdentifier: "Ä & +"), .getNextCACert(caIdentifier: "x"),
        .pkiOperation,
    ])
    func `the query a client writes is read back`(operation: Operation) throws {
        #expect(try Operation(rawQuery: operation.rawQuery) == operation)
    }
}

@Suite("RFC 8894 section 4.1: a message by GET")
struct GETMessageTests {
    /// Octets whose base64 holds `+`, `/` and one `=`.
    static let message: [UInt8] = [0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFE, 0x30, 0x82]

    @Test(arguments: [
        "++++///+MII=", "%2B%2B%2B%2B%2F%2F%2F%2BMII%3D", "%2b%2b%2b%2b%2f%2f%2f%2bMII%3d",
        // macOS escapes only "=".
        "++++///+MII%3D",
        // Lines, as Cisco IOS and sscep write them.
        "++++///%2B%0AMII%3D%0A", "++++///%2B%0D%0AMII%3D%0D%0A", "++++%09///+%20MII=",
        // Escaped twice.
        "%252B%252B%252B%252B%252F%252F%252F%252BMII%253D", "++++///%252BMII%253D",
        // The URL-safe alphabet; no padding.
        "----___-MII=", "----___-MII", "++++///+MII", "%2B%2B%2B%2B___-MII",
    ])
    func `every encoding that clients send is read`(text: String) throws {
        for query in ["operation=PKIOperation&message=\(text)", "MESSAGE=\(text)&operation=PKIOperation&x=y"] {
            #expect(try GETMessage.decode(rawQuery: query) == Self.message)
        }
    }

    @Test func `a space that was a plus is told from one that ends a line`() throws {
        // An OCTET STRING, `BAQA++++`.
        let message: [UInt8] = [0x04, 0x04, 0x00, 0xFB, 0xEF, 0xBE]
        for text in ["BAQA%2B%2B%2B%2B", "BAQA%20%20%20%20", "BAQA%20%2B%20%2B", "BAQA%2B%2B%20%2B%2B%20"] {
            #expect(try GETMessage.decode(rawQuery: "message=\(text)") == message, "\(text)")
        }
    }

    @Test(arguments: ["message=AAA*", "message=A", "message=====", "message=%ZZAAAA", "message=%0A", "message=AA=A"])
    func `what is no base64 is refused`(query: String) {
        #expect(throws: SCEPError.self) { try GETMessage.decode(rawQuery: query) }
    }

    @Test(arguments: ["", "operation=PKIOperation", "operation=PKIOperation&message="])
    func `a query without message is refused`(query: String) {
        #expect(throws: SCEPError.missing("message")) { try GETMessage.decode(rawQuery: query) }
    }

    @Test(arguments: [1, 2, 3, 100, 12_288, 200_000])
    func `the query a client writes is read back`(count: Int) throws {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let query = GETMessage.rawQuery(for: message)
        #expect(query.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"+/".utf8.contains($0) })
        if query.utf8.count <= 384 * 1024 { #expect(try GETMessage.decode(rawQuery: query) == message) }
    }
}
