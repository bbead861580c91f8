// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("WAP-192 section 5: hostile WBXML")
struct WBXMLHostileTests {
    private static let header: [UInt8] = [0x02, 0xA4, 0x01, 0x6A]

    private func error(_ octets: [UInt8], limits: MessageLimits = MessageLimits()) -> OMADMError? {
        do throws(OMADMError) {
            _ = try SyncML(parsing: octets, as: .wbxml, limits: limits)
            return nil
        } catch { return error }
    }

    @Test(
        arguments: [
            [], [0x02], [0x00, 0x01, 0x6A, 0x00], [0x04, 0x01, 0x6A, 0x00], [0x02, 0xA4, 0x01, 0x6A, 0x05, 0x00],
            [0x02, 0x00, 0x05, 0x6A, 0x02, 0x41, 0x00], [0x02, 0x00, 0x00, 0x6A, 0x02, 0x41, 0x42],
            [0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x02, 0x90, 0x80, 0x80, 0x80, 0x00, 0x6A, 0x00],
        ] as [[UInt8]])
    func `a broken header is refused`(octets: [UInt8]) {
        #expect(error(octets)?.code == "omadm.malformed-wbxml")
    }

    @Test func `a string table without end is refused before it is read`() {
        let endless = Self.header + [0x8F, 0xFF, 0xFF, 0xFF, 0x7F]
        #expect(error(endless) == .limitExceeded("octets of a string table", limit: 65536))
    }

    @Test func `references that add up to more than a message are refused`() {
        let table = [UInt8](repeating: 0x41, count: 60_000) + [0]
        let reference: [UInt8] = [0x4B, 0x83, 0x00, 0x01]
        let body: [UInt8] = [0x6D, 0x6B] + (0..<10_000).flatMap { _ in [0x48] + reference + [0x01] }
        let octets = Self.header + [0x83, 0xD4, 0x61] + table + body
        #expect(error(octets) == .missing("SyncHdr") || error(octets)?.code == "omadm.limit-exceeded")
        let limit = MessageLimits(octets: 200_000)
        #expect(error(octets, limits: limit)?.code == "omadm.limit-exceeded")
    }

    @Test func `names of elements count like other references into the string table`() {
        let table = [UInt8](repeating: 0x41, count: 60_000) + [0]
        let names = [[UInt8]](repeating: [0x04, 0x00], count: 190_000).flatMap { $0 }
        let octets = Self.header + [0x83, 0xD4, 0x61] + table + [0x6D, 0x6B, 0x44, 0x00] + names
        #expect(
            error(octets) == .limitExceeded("octets that the string table adds up to", limit: MarkupLimits().octets))
    }

    @Test func `more than thirty combining marks in a row are no name, and as data they are octets`() throws {
        let marks = Array(String(repeating: "\u{301}\u{323}", count: 16).utf8)
        let entities = [[UInt8]](repeating: [0x02, 0x86, 0x01], count: 31).flatMap { $0 }
        for tokens in [[0x03] + marks + [0x00], [0xC3, UInt8(marks.count)] + marks, entities] {
            #expect(error(Self.message(sessionID: tokens))?.code == "omadm.malformed-wbxml")
        }
        let message = try SyncML(
            parsing: Self.message(sessionID: [0x03, 0x31, 0x00], data: [0xC3, UInt8(marks.count)] + marks), as: .wbxml)
        #expect(message.body.commands.first?.items.first?.data == .octets(marks))
    }

    @Test func `an opaque block beyond the end is refused`() {
        #expect(error(Self.header + [0x00, 0x6D, 0xC3, 0x8F, 0xFF, 0xFF, 0xFF, 0x7F])?.code == "omadm.malformed-wbxml")
    }

    @Test func `elements inside one another end at a limit`() {
        let atomics = [UInt8](repeating: 0x48, count: 100_000)
        let octets = Self.header + [0x00, 0x6D, 0x6B] + atomics
        #expect(error(octets) == .limitExceeded("elements inside one another", limit: 32))
    }

    @Test func `more commands than a message may hold are refused`() {
        let octets = Self.header + [0x00, 0x6D, 0x6B] + [UInt8](repeating: 0x08, count: 10_001)
        #expect(error(octets) == .limitExceeded("commands of a message", limit: 10_000))
    }

    @Test(
        arguments: [
            [0x40], [0x43], [0x80], [0x84, 0x00], [0xC0], [0xC4, 0x00], [0x85], [0x02, 0x00],
            [0x02, 0xC7, 0xB0, 0x00], [0x83, 0x00], [0x03, 0x41], [0x00],
        ] as [[UInt8]])
    func `a token that does not belong there is refused`(tokens: [UInt8]) {
        #expect(error(Self.header + [0x00, 0x6D, 0x6B] + tokens)?.code == "omadm.malformed-wbxml")
    }

    @Test(arguments: [[0x01], [0x6D], [0x03, 0x41, 0x00], [0x00]] as [[UInt8]])
    func `octets behind the root element are refused`(rest: [UInt8]) {
        #expect(error(WBXMLVectorTests.vector + rest)?.code == "omadm.malformed-wbxml")
    }

    /// A message whose SessionID, and whose one item of data, are written as these tokens.
    private static func message(sessionID: [UInt8], data: [UInt8] = [0x03, 0x78, 0x00]) -> [UInt8] {
        let text: (UInt8, String) -> [UInt8] = { [$0, 0x03] + Array($1.utf8) + [0x00, 0x01] }
        let hdr: [UInt8] =
            text(0x71, "1.2") + text(0x72, "DM/1.2") + [0x65] + sessionID + [0x01] + text(0x5B, "1") + [0x6E]
            + text(0x57, "s") + [0x01, 0x67] + text(0x57, "d") + [0x01]
        let body: [UInt8] =
            [0x60] + text(0x4B, "2") + [0x54, 0x67] + text(0x57, "./DevInfo/Man") + [0x01, 0x4F] + data
            + [0x01, 0x01, 0x01, 0x12]
        return header + [0x00, 0x6D, 0x6C] + hdr + [0x01, 0x6B] + body + [0x01, 0x01]
    }

    @Test(
        arguments: [
            [0xC3, 0x03, 0x61, 0x00, 0x62], [0x03, 0x61, 0x01, 0x62, 0x00], [0x02, 0x1F],
            [0x03, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x1B, 0x00],
            [0x03, 0x61, 0x62, 0x63, 0x1B, 0x65, 0x66, 0x67, 0x68, 0x69, 0x00], [0x02, 0x83, 0xFF, 0x7F],
            [0x03, 0xEF, 0xBF, 0xBE, 0x00], [0x03, 0x61, 0x00, 0xC3, 0x01, 0x07],
        ] as [[UInt8]])
    func `a name with a character that XML does not have is refused, and one in data is not`(tokens: [UInt8]) throws {
        #expect(error(Self.message(sessionID: tokens))?.code == "omadm.malformed-wbxml")
        #expect(error(Self.message(sessionID: [0x03, 0x31, 0x00], data: tokens)) == nil)
    }

    @Test(
        arguments: [
            [0x03, 0x0A, 0x09, 0x61, 0x0D, 0x00], [0x03, 0x61, 0xC3, 0xBC, 0x00], [0xC3, 0x01, 0x61],
            [0x03] + [UInt8](repeating: 0x20, count: 9) + [0x61, 0x00],
        ] as [[UInt8]])
    func `white space and letters beyond ASCII are read`(tokens: [UInt8]) throws {
        let message = try SyncML(parsing: Self.message(sessionID: tokens), as: .wbxml)
        #expect(message.hdr.sessionID.hasPrefix("a"))
    }

    @Test(arguments: SyncMLFixture.all)
    func `every cut ends in an error and a flipped bit in a value or an error`(fixture: SyncMLFixture) throws {
        let octets = try fixture.message.serialize(as: .wbxml)
        #expect(Mutations.truncations(of: octets).allSatisfy { error($0) != nil })
        var read = 0
        for changed in Mutations.flippedBits(of: octets) where error(changed) == nil {
            read += 1
        }
        #expect(read > 0, "a changed letter in a text is read")
    }

    @Test func `every other octet ends in a value or an error`() throws {
        let octets = try SyncMLFixture("end-of-session.xml").message.serialize(as: .wbxml)
        var refused = 0
        for changed in Mutations.replacements(in: octets, by: Mutations.others) where error(changed) != nil {
            refused += 1
        }
        #expect(refused > octets.count)
    }
}
