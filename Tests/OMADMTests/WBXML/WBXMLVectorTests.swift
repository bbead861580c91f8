// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("WAP-192 section 5: SyncML in WBXML")
struct WBXMLVectorTests {
    /// A Get of `./DevInfo` with the header in front.
    static let vector: [UInt8] = [
        0x02, 0xA4, 0x01, 0x6A, 0x00, 0x6D, 0x6C, 0x71, 0x03, 0x31, 0x2E, 0x32, 0x00, 0x01, 0x72, 0x03, 0x44, 0x4D,
        0x2F, 0x31, 0x2E, 0x32, 0x00, 0x01, 0x65, 0x03, 0x31, 0x00, 0x01, 0x5B, 0x03, 0x31, 0x00, 0x01, 0x6E, 0x57,
        0x03, 0x64, 0x00, 0x01, 0x01, 0x67, 0x57, 0x03, 0x73, 0x00, 0x01, 0x01, 0x01, 0x6B, 0x53, 0x4B, 0x03, 0x32,
        0x00, 0x01, 0x5A, 0x00, 0x01, 0x47, 0x03, 0x63, 0x68, 0x72, 0x00, 0x01, 0x01, 0x00, 0x00, 0x54, 0x6E, 0x57,
        0x03, 0x2E, 0x2F, 0x44, 0x65, 0x76, 0x49, 0x6E, 0x66, 0x6F, 0x00, 0x01, 0x01, 0x01, 0x01, 0x12, 0x01, 0x01,
    ]
    /// Octets of the header in front of the root element.
    static let headerLength = 5

    static let message: SyncML = {
        let hdr = SyncHdr(sessionID: "1", msgID: "1", target: Location("d"), source: Location("s"))
        let item = Item(target: Location("./DevInfo"))
        let get = Command.Get(cmdID: "2", meta: Meta(format: .chr), items: [item])
        return SyncML(hdr: hdr, body: SyncBody(commands: [.get(get)]))
    }()

    /// The vector behind another header.
    static func document(_ header: [UInt8]) -> [UInt8] { header + vector.dropFirst(headerLength) }

    @Test func `the vector is read and written`() throws {
        #expect(try SyncML(parsing: Self.vector, as: .wbxml) == Self.message)
        #expect(try Self.message.serialize(as: .wbxml) == Self.vector)
    }

    @Test(arguments: WBXMLVersion.allCases)
    func `every version is read and written`(version: WBXMLVersion) throws {
        let octets = [version.rawValue] + Self.vector.dropFirst()
        #expect(try SyncML(parsing: octets, as: .wbxml) == Self.message)
        #expect(try Self.message.serializeWBXML(version: version) == octets)
    }

    /// Texts are looked through eight octets at a time.
    @Test(arguments: 0...20)
    func `a text of every length is read, whatever stands at its places`(length: Int) throws {
        var texts = [String(repeating: "x", count: length)]
        for place in 0..<length {
            for letter in ["ä", "€", "\u{7F}", "\u{1}", "\u{80}"] {
                let (before, after) = (
                    String(repeating: "x", count: place), String(repeating: "y", count: length - place)
                )
                texts.append(before + letter + after)
            }
        }
        for text in texts {
            var message = Self.message
            // A name holds no character that XML does not have; data may.
            let name = text.replacing("\u{1}", with: "-")
            let item = Item(target: Location("./" + name), data: .text(text))
            message.body.commands = [.replace(Command.Edit(cmdID: "2", items: [item]))]
            #expect(try SyncML(parsing: message.serialize(as: .wbxml), as: .wbxml) == message, "\(text)")
        }
    }

    @Test func `the document type may stand in the string table`() throws {
        let name = Array("-//SYNCML//DTD SyncML 1.2//EN".utf8)
        let header: [UInt8] = [0x03, 0x00, 0x02, 0x6A, UInt8(name.count + 3)] + [0x78, 0x00] + name + [0x00]
        #expect(try SyncML(parsing: Self.document(header), as: .wbxml) == Self.message)
    }

    @Test func `a document may not say its type`() throws {
        #expect(try SyncML(parsing: Self.document([0x03, 0x01, 0x6A, 0x00]), as: .wbxml) == Self.message)
    }

    @Test(arguments: [[0x03, 0x04, 0x6A, 0x00], [0x02, 0xA4, 0x03, 0x6A, 0x00]] as [[UInt8]])
    func `another document type is refused`(header: [UInt8]) {
        #expect(
            performing: { try SyncML(parsing: Self.document(header), as: .wbxml) },
            throws: { error in
                if case OMADMError.unexpectedDocumentType = error { true } else { false }
            })
    }

    @Test func `another character set is refused`() {
        #expect(throws: OMADMError.unsupportedEncoding("character set 4")) {
            try SyncML(parsing: Self.document([0x02, 0xA4, 0x01, 0x04, 0x00]), as: .wbxml)
        }
    }

    /// `./DevInfo` in the vector.
    private static let devInfo = Array([0x03] + "./DevInfo".utf8 + [0x00])

    /// The vector with another form of the LocURI of the Get, and a string table.
    private static func document(locURI: [UInt8], table: [UInt8] = []) throws -> [UInt8] {
        let range = try #require(vector.firstRange(of: devInfo))
        var octets = vector
        octets.replaceSubrange(range, with: locURI)
        return [0x02, 0xA4, 0x01, 0x6A, UInt8(table.count)] + table + octets.dropFirst(headerLength)
    }

    @Test func `text may come from the string table and in pieces`() throws {
        let table = Array("x\u{0}Dev\u{0}Info\u{0}".utf8)
        let pieces: [UInt8] = [0x03, 0x2E, 0x00, 0x02, 0x2F, 0x83, 0x02, 0x83, 0x06]
        #expect(try SyncML(parsing: Self.document(locURI: pieces, table: table), as: .wbxml) == Self.message)
    }

    @Test func `text may be an opaque block`() throws {
        let block = Array([0xC3, 0x09] + "./DevInfo".utf8)
        #expect(try SyncML(parsing: Self.document(locURI: block), as: .wbxml) == Self.message)
    }

    @Test func `an unknown element is an unknown command`() throws {
        // LITERAL with content, its name in the string table; a CmdID inside.
        let command: [UInt8] = [0x44, 0x00, 0x4B, 0x03, 0x39, 0x00, 0x01, 0x01]
        var octets = Self.document([0x02, 0xA4, 0x01, 0x6A, 0x04] + "Foo\u{0}".utf8)
        let final = try #require(octets.lastIndex(of: 0x12))
        octets.insert(contentsOf: command, at: final)
        let commands = try SyncML(parsing: octets, as: .wbxml).body.commands
        #expect(commands.last == .unknown(Command.Unknown(name: "Foo", cmdID: "9")))
    }

    @Test func `octets that are no text stay octets`() throws {
        var message = Self.message
        let item = Item(target: Location("./x"), meta: Meta(format: .bin), data: .octets([0xFF, 0x00, 0x01]))
        message.body.commands = [.add(.init(cmdID: "1", items: [item]))]
        #expect(try SyncML(parsing: message.serialize(as: .wbxml), as: .wbxml) == message)
        #expect(
            performing: { try message.serialize(as: .xml) },
            throws: { error in
                if case OMADMError.unwritable = error { true } else { false }
            })
    }
}
