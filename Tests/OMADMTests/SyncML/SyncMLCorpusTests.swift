// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("SyncML 1.2 section 6: messages")
struct SyncMLCorpusTests {
    @Test(arguments: SyncMLFixture.all, SyncMLForm.allCases)
    func `a message survives a round trip`(fixture: SyncMLFixture, form: SyncMLForm) throws {
        let message = try fixture.message
        let octets = try message.serialize(as: form)
        #expect(try SyncML(parsing: octets, as: form) == message)
        #expect(try SyncML(parsing: octets, as: form).serialize(as: form) == octets)
    }

    @Test func `a package with an Atomic is read into its values`() throws {
        let message = try SyncMLFixture("package2-scep-atomic.xml").message
        #expect(message.hdr.sessionID == "7")
        #expect(message.hdr.source == Location("https://mdm.example.test/ManagementServer/MDM.svc"))
        #expect(message.body.isFinal)
        #expect(message.body.commands.count == 5)
        guard case .atomic(let atomic) = message.body.commands.last else {
            Issue.record("the last command is no Atomic")
            return
        }
        #expect(atomic.cmdID == "10")
        #expect(atomic.commands.count == 16)
        #expect(atomic.commands.map(\.name).last == "Exec")
        let subject = try #require(atomic.commands.dropFirst(4).first?.items.first)
        #expect(subject.data == .text("CN=\"Wi-Fi, first floor\" & more"))
        #expect(subject.meta == Meta(format: .chr))
    }

    @Test func `a challenge and a credential are read`() throws {
        let answer = try SyncMLFixture("package2-challenge.xml").message
        guard case .status(let status)? = answer.body.commands.first else {
            Issue.record("the first command is no Status")
            return
        }
        #expect(status.code == .authenticationRequired)
        #expect(status.chal?.meta.type == Cred.md5)
        #expect(status.chal?.meta.nextNonce == "AAECAwQFBgcICQoLDA0ODw==")
        let request = try SyncMLFixture("package1-md5-credential.xml").message
        #expect(request.hdr.cred?.data == "PmZrO4sanWd7ePIzK4DD5w==")
        #expect(request.hdr.source.locName == "device-1")
        #expect(request.hdr.meta?.maxMsgSize == 524_288)
    }

    @Test func `numbers and formats that are unknown here are kept`() throws {
        let message = try SyncMLFixture("every-command.xml").message
        guard case .status(let status)? = message.body.commands.first(where: { $0.name == "Status" }) else {
            Issue.record("there is no Status")
            return
        }
        #expect(status.code == StatusCode(rawValue: 599))
        #expect(status.targetRefs == ["./DevInfo/Man", "./DevInfo/Mod"])
    }

    @Test func `an XML message is written in the order of the DTD with the namespaces of Windows`() throws {
        var status = Command.Status(cmdID: "1", msgRef: "2", cmdRef: "0", cmd: "SyncHdr", code: .ok)
        var meta = Meta(format: .b64, type: Cred.md5)
        meta.nextNonce = "bm9uY2U="
        status.chal = Chal(meta: meta)
        let hdr = SyncHdr(sessionID: "1", msgID: "1", target: Location("d"), source: Location("s"))
        let octets = try SyncML(hdr: hdr, body: SyncBody(commands: [.status(status)])).serialize()
        let expected =
            "<SyncML xmlns=\"SYNCML:SYNCML1.2\"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto>"
            + "<SessionID>1</SessionID><MsgID>1</MsgID><Target><LocURI>d</LocURI></Target><Source><LocURI>s</LocURI>"
            + "</Source></SyncHdr><SyncBody><Status><CmdID>1</CmdID><MsgRef>2</MsgRef><CmdRef>0</CmdRef>"
            + "<Cmd>SyncHdr</Cmd><Chal><Meta><Format xmlns=\"syncml:metinf\">b64</Format>"
            + "<Type xmlns=\"syncml:metinf\">syncml:auth-md5</Type>"
            + "<NextNonce xmlns=\"syncml:metinf\">bm9uY2U=</NextNonce></Meta></Chal><Data>200</Data></Status><Final/>"
            + "</SyncBody></SyncML>"
        #expect(String(decoding: octets, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        ("application/vnd.syncml.dm+xml; charset=UTF-8", SyncMLForm.xml),
        ("Application/Vnd.SyncML.DM+WBXML", .wbxml), ("text/xml", nil), ("application/vnd.syncml+xml", .xml),
        ("application/vnd.syncml+wbxml", .wbxml), ("application/vnd.syncml.dm+xml;charset=\"utf-8\"", .xml),
        ("application/vnd.syncml.dm+xml; charset=ISO-8859-1", nil),
        ("application/vnd.syncml.dm+wbxml; charset=ISO-8859-1", .wbxml),
    ])
    func `the media type tells the form`(text: String, form: SyncMLForm?) {
        #expect(SyncMLForm(mediaType: text) == form)
        #expect(SyncMLForm(mediaType: text, octets: [0x03]) == form)
    }

    @Test(arguments: [
        (Array("<SyncML".utf8), SyncMLForm.xml), (Array(" \n<?xml".utf8), .xml), ([0xEF, 0xBB, 0xBF, 0x3C], .xml),
        ([], .xml),
        ([0x02, 0xA4, 0x01, 0x6A], .wbxml), ([0x03, 0x00], .wbxml),
    ])
    func `without a media type the first octet tells the form`(octets: [UInt8], form: SyncMLForm) {
        #expect(SyncMLForm(mediaType: nil, octets: octets) == form)
        #expect(SyncMLForm(mediaType: "", octets: octets) == nil)
    }

    @Test func `success is said by the number, but for what was not done`() {
        #expect(StatusCode.ok.isSuccess && StatusCode.accepted.isSuccess)
        #expect(!StatusCode.notExecuted.isSuccess && !StatusCode.atomicRollBackOK.isSuccess)
        #expect(!StatusCode.atomicFailed.isSuccess)
    }
}
