// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite("ITU-T X.690 section 8: requests in BER, as jscep and Apple send them")
struct BERTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    /// A request whose every layer is BER, except for what signatures cover.
    func message(_ cipher: ContentCipher, segment: Int) throws -> [UInt8] {
        var forge = try Forge(lab)
        forge.cipher = cipher
        forge.editEnvelope = { try BER.reencode($0, segment: segment) }
        let der = try forge.message()
        return try BER.reencode(der, segment: segment, verbatim: signed(der, forge.certificates))
    }

    /// The certificates and the signed attributes of a message.
    func signed(_ der: [UInt8], _ certificates: [[UInt8]]) throws -> Set<[UInt8]> {
        let info = try #require(try PKIMessage(parsing: der).signerInfo.signedAttributesBytes)
        return Set(certificates + [[0xA0] + info.dropFirst()])
    }

    @Test(arguments: [ContentCipher.aes128CBC, .aes256GCM], [1, 2, 1000])
    func `indefinite lengths and segmented strings are read`(cipher: ContentCipher, segment: Int) throws {
        let bytes = try message(cipher, segment: segment)
        #expect(bytes.starts(with: [0x30, 0x80, 0x06]))
        let request = try #require(try TestServer(lab).judge(bytes).ending.request)
        #expect(request.content.certificationRequest?.subject.commonName == "forged")
    }

    @Test func `sets in any order are read`() throws {
        var forge = try Forge(lab)
        forge.certificates += [lab.root.certificate.encoded]
        let der = try forge.message()
        let set = forge.certificates.sorted { $0.lexicographicallyPrecedes($1) }
        let reversed = try replacing(
            Array(set.joined()), by: Array(set.reversed().joined()), in: der)
        #expect(reversed != der)
        #expect(try TestServer(lab).judge(reversed).ending.request != nil)
    }

    @Test func `a reply in BER is read by the client`() throws {
        let server = TestServer(lab)
        let request = PKCSReq(
            subject: try DistinguishedName(rfc4514: "CN=ber"), publicKey: lab.deviceKey.publicKey,
            key: lab.deviceKey.keyID)
        var transaction = try ClientTransaction(
            request, authority: lab.authority,
            settings: ClientSettings(capabilities: ServerSettings.generic.capabilities()), at: Lab.now)
        let client = TestClient(lab: lab) { message in
            let reply = try #require(try server.reply(to: message))
            return try BER.reencode(reply, segment: 7, verbatim: signed(reply, [lab.ra.certificate.encoded]))
        }
        guard case .finished = try client.run(&transaction) else {
            Issue.record("not read")
            return
        }
    }
}
