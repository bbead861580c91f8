// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("SyncML 1.2 in WBXML: libwbxml is the judge", .enabled(if: Libwbxml.isInstalled))
struct LibwbxmlTests {
    @Test func `the corpus is there`() {
        #expect(SyncMLFixture.all.count >= 15)
    }

    @Test(arguments: SyncMLFixture.all)
    func `xml2wbxml writes the same octets`(fixture: SyncMLFixture) throws {
        let judge = try Libwbxml()
        let message = try fixture.message
        #expect(try judge.wbxml(of: fixture.octets, version: "1.2") == message.serializeWBXML(version: .wbxml12))
        #expect(try judge.wbxml(of: fixture.octets, version: "1.3") == message.serializeWBXML(version: .wbxml13))
        #expect(try judge.wbxml(of: message.serialize(), version: "1.2") == message.serialize(as: .wbxml))
    }

    @Test(arguments: SyncMLFixture.all)
    func `wbxml2xml reads the same message`(fixture: SyncMLFixture) throws {
        let message = try fixture.message
        let xml = try Libwbxml().xml(of: message.serialize(as: .wbxml))
        #expect(try SyncML(parsing: xml) == message)
    }

    @Test(arguments: SyncMLFixture.all)
    func `what xml2wbxml writes with a string table is the same message`(fixture: SyncMLFixture) throws {
        let octets = try Libwbxml().wbxml(of: fixture.octets, version: "1.3", options: [])
        #expect(try SyncML(parsing: octets, as: .wbxml) == fixture.message)
    }

    @Test func `an element that ends with an empty one has an end of its own`() throws {
        var message = try #require(SyncMLFixture.all.first).message
        let replace = Command.Edit(cmdID: "2", items: [Item(), Item()])
        message.body.commands = [
            .atomic(Command.Group(cmdID: "1", commands: [.replace(replace)])),
            .add(Command.Edit(cmdID: "3", items: [Item()])),
        ]
        #expect(try SyncML(parsing: message.serialize(as: .wbxml), as: .wbxml) == message)
        #expect(try Libwbxml().wbxml(of: message.serialize(), version: "1.2") == message.serialize(as: .wbxml))
    }
}
