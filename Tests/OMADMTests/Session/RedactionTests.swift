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
}
