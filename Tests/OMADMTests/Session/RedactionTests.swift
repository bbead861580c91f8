// SPDX-License-Identifier: Apache-2.0

import OMADM
import Testing

@Suite("SyncML 1.2: messages without their secrets")
struct RedactionTests {
    @Test func `secrets of nodes, credentials, nonces and tokens are replaced, and nothing else`() throws {
        let root = "./Device/Vendor/MSFT/ClientCertificateInstall/"
        let secrets = [
            root + "SCEP/a/Install/Challenge", root + "PFXCertInstall/a/PFXCertPassword",
            root + "PFXCertInstall/a/pfxcertblob", "./SyncML/DMAcc/x/AppAuth/y/AAuthSecret",
            "./SyncML/DMAcc/x/AppAuth/y/AAuthData", root + "SCEP/a/Install/%43hallenge",
        ]
        var hdr = SyncHdr(sessionID: "1", msgID: "1", target: Location("t"), source: Location("s"))
        hdr.cred = Cred(meta: Meta(format: .b64, type: Cred.md5), data: "hush-cred")
        var nonce = Meta(format: .b64, type: Cred.md5)
        nonce.nextNonce = "hush-nonce"
        var status = Command.Status(cmdID: "1", msgRef: "1", cmdRef: "0", cmd: "SyncHdr", code: .ok)
        status.chal = Chal(meta: nonce)
        let value = Item(source: Location(secrets[1]), data: .text("hush-result"))
        let commands: [Command] = [
            .status(status), Batches.atomic(secrets.map { Batches.add($0, "hush-data") }),
            Batches.add(root + "SCEP/a/Install/SubjectName", "CN=seen"),
            .results(Command.Results(cmdID: "2", msgRef: "1", cmdRef: "1", items: [value])),
            ScriptedDevice.alert(.clientEvent, type: "com.microsoft/MDM/AADUserToken", data: "hush-token"),
        ]
        let message = SyncML(hdr: hdr, body: SyncBody(commands: commands))
        let text = String(decoding: try message.redacted().serialize(), as: UTF8.self)
        #expect(!text.contains("hush"))
        #expect(text.contains("CN=seen"))
        #expect(text.split(separator: "***").count == 11)
        let full = String(decoding: try message.serialize(), as: UTF8.self)
        #expect(full.split(separator: "hush").count == 11)
        #expect(try SyncML(parsing: Array(text.utf8)).redacted() == message.redacted())
    }

    // MARK: Trees

    private static let tree = """
        <MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD><Node><NodeName>Install</NodeName><Node>\
        <NodeName>%43hallenge</NodeName><Value>hush</Value></Node><Node><NodeName>SubjectName</NodeName>\
        <Value>CN=seen</Value></Node></Node></MgmtTree>
        """

    private func results(_ data: ItemData, _ locURI: String) -> SyncML {
        let hdr = SyncHdr(sessionID: "1", msgID: "1", target: Location("t"), source: Location("s"))
        let item = Item(source: Location(locURI), data: data)
        return SyncML(
            hdr: hdr,
            body: SyncBody(commands: [.results(Command.Results(cmdID: "2", msgRef: "1", cmdRef: "1", items: [item]))]))
    }

    @Test(arguments: ["./Device/Vendor/MSFT/X?list=TNDS", "./x?list=%54nds", "./x"])
    func `secret nodes of a described tree are replaced, however it is written`(locURI: String) throws {
        let element = try MarkupElement(parsing: Array(Self.tree.utf8))
        for data in [ItemData.text(Self.tree), .markup([element])] {
            let message = results(data, locURI)
            let text = String(decoding: try message.redacted().serialize(), as: UTF8.self)
            #expect(!text.contains("hush") && text.contains("CN=seen") && text.contains("***"), "\(text)")
            let told = try #require(ResultsItem(locURI: locURI, data: data).redactedData)
            #expect(!"\(told)".contains("hush") && "\(told)".contains("CN=seen"))
        }
    }

    @Test func `a tree that cannot be read is hidden as a whole`() throws {
        let part = ItemData.text(String(Self.tree.dropLast(20)))
        let text = String(decoding: try results(part, "./x?list=TNDS").redacted().serialize(), as: UTF8.self)
        #expect(!text.contains("hush") && text.contains("<Data>***</Data>"))
        #expect(ResultsItem(locURI: "./x?list=TNDS", data: .text("hush")).redactedData == .text("***"))
        #expect(ResultsItem(locURI: "./x/Challenge", data: .octets([1])).redactedData == .text("***"))
        let word = ItemData.text("NodeName is a word")
        #expect(ResultsItem(locURI: "./x", data: word).redactedData == word)
    }

    // MARK: For people

    @Test func `nothing that a device writes keeps a message out of its transcript`() throws {
        let hdr = SyncHdr(
            sessionID: "1", msgID: "1", target: Location("t"), source: Location("\u{1}source"))
        let attribute = MarkupAttribute("a", namespace: "urn:x", "\u{2}value")
        let element = MarkupElement("x", attributes: [attribute], text: "\u{3}text")
        let commands: [Command] = [
            .unknown(Command.Unknown(name: "Foo", cmdID: "9")),
            .unknown(Command.Unknown(name: "to -->< ken", cmdID: "\u{4}")),
            Batches.add("./a", "\u{0}data"), Batches.add("./a/Challenge", "hush"),
            .results(
                Command.Results(
                    cmdID: "2", msgRef: "1", cmdRef: "1",
                    items: [Item(data: .markup([element])), Item(data: .octets([1, 2, 3]))])),
        ]
        let message = SyncML(hdr: hdr, body: SyncBody(commands: commands))
        #expect(throws: OMADMError.self) { try message.redacted().serialize() }
        let text = String(decoding: message.transcript(), as: UTF8.self)
        let expected = [
            "\u{FFFD}source", "<Foo><CmdID>9</CmdID></Foo>", "<Unknown><CmdID>\u{FFFD}</CmdID></Unknown>",
            "\u{FFFD}data", "***", "a=\"\u{FFFD}value\"", "\u{FFFD}text", "(3 octets)", "</SyncML>",
        ]
        for part in expected { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(!text.contains("hush") && (try? SyncML(parsing: Array(text.utf8))) != nil)
    }

    @Test(arguments: SyncMLFixture.all)
    func `the transcript of a message without secrets is the message`(fixture: SyncMLFixture) throws {
        let message = try fixture.message.redacted()
        #expect(try message.transcript() == message.serialize())
    }
}
