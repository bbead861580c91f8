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
