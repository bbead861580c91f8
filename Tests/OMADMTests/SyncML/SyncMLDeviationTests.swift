// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("SyncML 1.2: deviations of devices and samples")
struct SyncMLDeviationTests {
    @Test(arguments: [
        ("no-namespaces", "package2-scep-atomic"), ("data-with-namespace", "package3-results"),
        ("another-order", "package1-generic-alert"), ("vendor-meta", "package2-large-object-first"),
    ])
    func `a deviation that is accepted gives the same message`(deviation: String, strict: String) throws {
        let message = try SyncMLFixture("deviations/\(deviation).xml").message
        #expect(try message == SyncMLFixture("\(strict).xml").message)
    }

    @Test func `an unknown command keeps its name and CmdID`() throws {
        let message = try SyncMLFixture("deviations/unknown-command.xml").message
        #expect(
            message.body.commands.dropFirst() == [
                .unknown(.init(name: "Sync", cmdID: "2")), .unknown(.init(name: "Frobnicate", cmdID: "4")),
            ])
        #expect(throws: OMADMError.unwritable("Sync", reason: "it is no command of OMA-DM")) {
            try message.serialize()
        }
    }

    /// Source: MS-MDM, section 3.2.5.1.5, whose message has the Type beside Meta.
    @Test func `a Type beside Meta is that of the item`() throws {
        let text = String(decoding: try SyncMLFixture("package1-client-initiated.xml").octets, as: UTF8.self)
        let alert = """
            <Alert><CmdID>77</CmdID><Data>1224</Data><Item><Meta></Meta>\
            <Type xmlns="syncml:metinf">com.microsoft.mdm.synctype</Type><Data>user</Data></Item></Alert>
            """
        let message = try SyncML(parsing: Array(text.replacing("<Final/>", with: alert + "<Final/>").utf8))
        let item = try #require(message.body.commands.first { $0.cmdID == "77" }?.items.first)
        #expect(item.meta?.type == "com.microsoft.mdm.synctype" && item.data == .text("user"))
        let both = text.replacing(
            "<Final/>",
            with: alert.replacing("<Meta></Meta>", with: "<Meta><Type xmlns=\"syncml:metinf\">a</Type></Meta>")
                + "<Final/>")
        let other = try SyncML(parsing: Array(both.utf8))
        #expect(other.body.commands.first { $0.cmdID == "77" }?.items.first?.meta?.type == "a")
    }

    @Test func `Microsoft's SCEP example is read as an example`() throws {
        let fixture = try SyncMLFixture("seed-scep-example.xml")
        #expect(throws: OMADMError.missing("SyncHdr")) { try fixture.message }
        let body = try SyncBody(parsingExample: fixture.octets)
        guard case .atomic(let atomic)? = body.commands.first else {
            Issue.record("the example is no Atomic")
            return
        }
        #expect(atomic.cmdID == nil)
        #expect(atomic.commands.count == 16)
        #expect(atomic.commands.map(\.cmdID).contains("313$"))
        #expect(atomic.commands.last?.name == "Exec")
    }

    @Test func `Microsoft's PFX example is read as an example`() throws {
        let body = try SyncBody(parsingExample: SyncMLFixture("seed-pfx-example.xml").octets)
        #expect(body.commands.map(\.name) == ["Delete", "Atomic"])
        #expect(body.commands.first?.cmdID == "$CmdID$")
        #expect(body.isFinal)
    }

    @Test func `a message in UTF-16 is read`() throws {
        let fixture = try SyncMLFixture("every-command.xml")
        let text = String(decoding: fixture.octets, as: UTF8.self).replacing("UTF-8", with: "UTF-16")
        for isBigEndian in [true, false] {
            let octets = ([0xFEFF] + text.utf16).flatMap { unit -> [UInt8] in
                let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
                return isBigEndian ? pair : pair.reversed()
            }
            #expect(try SyncML(parsing: octets) == fixture.message)
        }
    }

    @Test func `a CDATA section and escaped text are the same data`() throws {
        let fixture = try SyncMLFixture("replace-policy-cdata.xml")
        let data = try #require(try fixture.message.body.commands.first?.items.first?.data)
        #expect(data == .text("<enabled/><data id=\"Names\" value=\"a&b\"/>"))
        let written = String(decoding: try fixture.message.serialize(), as: UTF8.self)
        #expect(written.contains("<Data>&lt;enabled/&gt;&lt;data id=\"Names\" value=\"a&amp;b\"/&gt;</Data>"))
    }
}
