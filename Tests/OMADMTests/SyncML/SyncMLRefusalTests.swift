// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("SyncML 1.2: what is refused")
struct SyncMLRefusalTests {
    private func error(_ octets: [UInt8], limits: MessageLimits = MessageLimits()) -> OMADMError? {
        do throws(OMADMError) {
            _ = try SyncML(parsing: octets, limits: limits)
            return nil
        } catch { return error }
    }

    private func error(replacing old: String, with new: String) throws -> OMADMError? {
        let fixture = try SyncMLFixture("package2-scep-atomic.xml")
        let text = String(decoding: fixture.octets, as: UTF8.self)
        #expect(text.contains(old))
        return error(Array(text.replacing(old, with: new, maxReplacements: 1).utf8))
    }

    @Test(arguments: [
        ("<SessionID>7</SessionID>", "", OMADMError.missing("SessionID")),
        ("<MsgID>1</MsgID>", "", .missing("MsgID")), ("<Cmd>SyncHdr</Cmd>", "", .missing("Cmd")),
        ("<Data>200</Data>", "", .missing("Data")),
        ("<LocURI>https://mdm.example.test/ManagementServer/MDM.svc</LocURI>", "", .missing("LocURI")),
        ("<MsgID>1</MsgID>", "<MsgID>1</MsgID><MsgID>1</MsgID>", .repeated("MsgID")),
        ("<Data>200</Data>", "<Data>OK</Data>", .malformed("Data", reason: "not a decimal number")),
        ("<Data>200</Data>", "<Data>70000</Data>", .malformed("Data", reason: "not a decimal number")),
        ("<Data>200</Data>", "<Data><b/>200</Data>", .unexpectedElement("b")),
        ("<CmdID>1</CmdID>", "<CmdID>1</CmdID><Colour/>", .unexpectedElement("Colour")),
        ("<SyncML xmlns=\"SYNCML:SYNCML1.2\">", "<SyncML xmlns=\"urn:x\">", .unexpectedElement("SyncML")),
    ])
    func `a message that breaks its definition is refused`(old: String, new: String, expected: OMADMError) throws {
        #expect(try error(replacing: old, with: new) == expected)
    }

    @Test(arguments: SyncMLForm.allCases)
    func `the header of a message is read whatever is wrong with its commands`(form: SyncMLForm) throws {
        let message = try SyncMLFixture("package2-scep-atomic.xml").message
        let read = try SyncML.header(of: message.serialize(as: form), as: form)
        #expect(read.hdr == message.hdr && read.body.commands.isEmpty)
        let text = String(decoding: try message.serialize(), as: UTF8.self)
        for (old, new) in [("<Data>200</Data>", "<Data>OK</Data>"), ("</SyncBody>", "<Final/><Colour/></SyncBody>")] {
            let octets = Array(text.replacing(old, with: new, maxReplacements: 1).utf8)
            #expect(error(octets) != nil || new.contains("Colour"))
            #expect(try SyncML.header(of: octets, as: .xml).hdr == message.hdr)
        }
        for broken in [String(text.dropLast(4)), text + "x", text.replacing("<MsgID>1</MsgID>", with: "")] {
            #expect(throws: OMADMError.self) { try SyncML.header(of: Array(broken.utf8), as: .xml) }
        }
    }

    @Test func `a DOCTYPE is refused`() throws {
        let doctype = "<!DOCTYPE SyncML [<!ENTITY a \"b\">]><SyncML"
        #expect(try error(replacing: "<SyncML", with: doctype)?.code == "omadm.doctype-refused")
    }

    @Test func `an entity is refused`() throws {
        #expect(try error(replacing: "&amp;", with: "&lol;")?.code == "omadm.entity-refused")
    }

    @Test func `a message larger than the limit is refused unread`() {
        let limits = MessageLimits(octets: 1000)
        #expect(error([UInt8](repeating: 0x20, count: 1001), limits: limits) == .messageTooLarge(limit: 1000))
    }

    @Test func `commands inside one another end at a limit`() throws {
        let deep = String(repeating: "<Atomic>", count: 100_000)
        #expect(
            try error(replacing: "<Status>", with: deep + "<Status>")
                == .limitExceeded("elements inside one another", limit: 32))
    }

    @Test func `more commands than a message may hold are refused`() throws {
        let many = String(repeating: "<Get/>", count: 10_000)
        #expect(
            try error(replacing: "<Final/>", with: many) == .limitExceeded("commands of a message", limit: 10_000))
    }

    @Test(arguments: SyncMLFixture.all)
    func `every cut ends in an error and a flipped bit in a value or an error`(fixture: SyncMLFixture) throws {
        let octets = try fixture.message.serialize()
        #expect(Mutations.truncations(of: octets).allSatisfy { error($0) != nil })
        var read = 0
        for changed in Mutations.flippedBits(of: octets) where error(changed) == nil {
            read += 1
        }
        #expect(read > 0, "a changed letter in a text is read")
    }

    @Test func `every other octet ends in a value or an error`() throws {
        let octets = try SyncMLFixture("end-of-session.xml").message.serialize()
        var refused = 0
        for changed in Mutations.replacements(in: octets, by: Mutations.others) where error(changed) != nil {
            refused += 1
        }
        #expect(refused > octets.count)
    }
}
