// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite("Bleichenbacher and Vaudenay: one answer before a valid PKCS#10")
struct UniformityTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    struct Told: Hashable {
        let status: [[UInt8]]
        let failInfo: [[UInt8]]
        let text: [[UInt8]]
        let digest: DigestAlgorithm?
        let length: Int
    }

    func told(_ message: [UInt8]) throws -> Told {
        let reply = try Reply(TestServer(lab).reply(to: message), signedBy: lab.ra)
        return Told(
            status: reply.values(of: .scepPKIStatus), failInfo: reply.values(of: .scepFailInfo),
            text: reply.values(of: .scepFailInfoText), digest: reply.message.digest,
            length: reply.message.signedData.content?.count ?? -1)
    }

    var expected: Told {
        get throws {
            Told(
                status: [DER.string("2")], failInfo: [DER.string("1")],
                text: [DER.string(Refusal.messageCheckFailed("").text, as: .utf8String)], digest: .sha256, length: 0)
        }
    }

    @Test func `a thousand malformed paddings get one and the same answer`() throws {
        guard case .rsa(let key)? = lab.ra.certificate.publicKey else {
            Issue.record("not an RSA key")
            return
        }
        var answers: Set<Told> = []
        let good = try Forge(lab)
        for round in 0..<1000 {
            var forge = good
            forge.plaintext = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: round % 48)
            if round % 2 == 0 {
                // The content key, wrongly padded or of a wrong length.
                let wrong = try key.encrypt(SecureRandom.bytes(1 + round % 40), transport: .pkcs1v15)
                forge.editEnvelope = { try self.replacingEncryptedKey(in: $0, by: round % 4 == 0 ? wrong : nil) }
            } else {
                // The last block of the contents, so that the padding of most is malformed.
                forge.editEnvelope = { envelope in
                    var envelope = envelope
                    envelope[envelope.count - 1 - round % 32] ^= UInt8(truncatingIfNeeded: 1 + round / 32)
                    return envelope
                }
            }
            answers.insert(try told(forge.message()))
        }
        #expect(try answers == [expected])
    }

    /// The envelope with another encrypted key; random octets below the modulus when none is given.
    func replacingEncryptedKey(in envelope: [UInt8], by other: [UInt8]?) throws -> [UInt8] {
        let key = try #require(try EnvelopedData(parsing: envelope).recipients.first?.encryptedKey)
        let random = [0] + SecureRandom.bytes(key.count - 1)
        return try replacing(key, by: other ?? random, in: envelope)
    }

    @Test func `contents that are no PKCS#10, and a PKCS#10 whose signature fails, get the same answer`() throws {
        let good = try Forge(lab).plaintext
        var broken = good
        broken[broken.count - 1] ^= 1
        for plaintext in [[], [0x30, 0x00], Array(good.dropLast()), good + [0], broken, SecureRandom.bytes(800)] {
            var forge = try Forge(lab)
            forge.plaintext = plaintext
            #expect(try told(forge.message()) == expected)
        }
    }

    @Test func `an envelope that cannot be read, or is for nobody here, gets the same answer`() throws {
        var unreadable = try Forge(lab)
        unreadable.content = .some([0x30, 0x03, 0x02, 0x01, 0x01])
        #expect(try told(unreadable.message()) == expected)
        var foreign = try Forge(lab)
        foreign.recipient = try EnvelopedData.Recipient(certificate: lab.stranger.certificate)
        #expect(try told(foreign.message()) == expected)
    }

    @Test func `a PKCS#10 in the clear where ciphertext belongs is not taken for decrypted`() throws {
        var forge = try Forge(lab)
        let csr = forge.plaintext
        forge.editEnvelope = { envelope in
            let ciphertext = try EnvelopedData(parsing: envelope).encryptedContent
            let padded = csr + [UInt8](repeating: 0, count: ciphertext.count - csr.count)
            return try replacing(ciphertext, by: padded, in: envelope)
        }
        #expect(try told(forge.message()) == expected)
    }

    @Test func `the truth goes to the audit trail`() throws {
        var forge = try Forge(lab)
        forge.plaintext = [0x30, 0x00]
        let refusal = try TestServer(lab).judge(forge.message()).ending.refusal
        #expect(refusal?.detail == "the contents are no PKCSReq contents")
        #expect(refusal?.code == "scep.message-check-failed")
    }
}
