// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightTesting
import Testing

@Suite("Hostile bytes: every message ends in a reply or in HTTP 400")
struct HostileTests {
    let lab: Lab
    init() throws { lab = try Lab.shared.get() }

    @Test func `every truncation of a good message ends, and none is decided`() throws {
        let message = try Forge(lab).message()
        let server = TestServer(lab)
        for length in 0..<message.count {
            let ending = try server.judge(Array(message.prefix(length))).ending
            #expect(ending.request == nil, "\(length) octets")
        }
    }

    /// A flip may pass only where neither signature nor decryption covers the octet, and then changes nothing.
    @Test(arguments: [UInt8(0x01), 0x20, 0x80, 0xFF])
    func `every byte flip of a good message is refused, or changes nothing`(mask: UInt8) throws {
        let forge = try Forge(lab)
        let message = try forge.message()
        let free = try uncovered(message, forge)
        let server = TestServer(lab)
        let original = try #require(try server.judge(message).ending.request)
        for index in message.indices {
            var flipped = message
            flipped[index] ^= mask
            guard let request = try server.judge(flipped).ending.request else { continue }
            #expect(free.contains(index), "a flip at \(index) passed")
            #expect(request.transactionID == original.transactionID)
            #expect(request.messageType == original.messageType)
            #expect(
                request.content.certificationRequest?.encoded == original.content.certificationRequest?.encoded)
            #expect(request.signer.publicKey == original.signer.publicKey)
        }
    }

    /// The octets that a flip may change without effect, each range with its reason.
    func uncovered(_ message: [UInt8], _ forge: Forge) throws -> Set<Int> {
        func range(_ part: [UInt8]) throws -> Range<Int> {
            let start = try #require(message.indices.first { message[$0...].starts(with: part) })
            return start..<start + part.count
        }
        var free: Set<Int> = []
        let parsed = try PKIMessage(parsing: message)
        let content = try range(try #require(parsed.signedData.content))
        // The version of SignedData and the announced digest algorithms; nothing is decided by them.
        free.formUnion(0..<content.lowerBound)
        // The transient signer certificate: its own signature, dates, names and extensions are not judged. A flip in
        // its key makes the signature of the message fail.
        let certificate = try range(forge.signer.encoded)
        free.formUnion(certificate)
        free.subtract(try range(forge.signer.subjectPublicKeyInfo.keyBits))
        // The version of the SignerInfo and the issuer in its name: names are compared without regard to case, and
        // with one certificate in the message the serial number finds it.
        let attributes = try range(
            Array(try #require(parsed.signerInfo.signedAttributesBytes).dropFirst()))
        free.formUnion(certificate.upperBound..<attributes.lowerBound)
        // The names of algorithms and their parameters behind the attributes.
        let signature = try range(parsed.signerInfo.signature)
        free.formUnion(attributes.upperBound..<signature.lowerBound)
        return free
    }

    @Test func `random bytes and cut-and-paste messages end`() throws {
        let messages = try [Forge(lab).message(), Forge(lab, key: lab.secondDeviceKey).message()]
        let server = TestServer(lab)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let a = messages[0], b = messages[1]
            let cut = Int.random(in: 0..<min(a.count, b.count), using: &generator)
            let ending = try server.judge(Array(a[..<cut] + b[cut...])).ending
            if let request = ending.request { #expect(cut == 0 || request.transactionID.text == "FORGED-0001") }
            let noise = SecureRandom.bytes(Int.random(in: 0..<400, using: &generator))
            #expect(try server.judge(noise).ending.unreadable != nil)
        }
    }

    @Test func `deep nesting and huge lengths end`() throws {
        let server = TestServer(lab)
        let nested = [UInt8](repeating: 0x30, count: 1) + (0..<50_000).flatMap { _ in [UInt8(0x80), 0x30] }
        for bytes in [
            nested, [0x30, 0x88, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x80], [],
            [UInt8](repeating: 0x30, count: 100_000), [UInt8](repeating: 0, count: 100_000),
        ] {
            #expect(try server.judge(bytes).ending.unreadable != nil)
        }
    }

    @Test func `every byte flip of a good reply is refused by the client, or changes nothing`() throws {
        let server = TestServer(lab)
        let request = PKCSReq(
            subject: try DistinguishedName(rfc4514: "CN=flip"), publicKey: lab.deviceKey.publicKey,
            key: lab.deviceKey.keyID)
        var transaction = try ClientTransaction(
            request, authority: lab.authority,
            settings: ClientSettings(capabilities: ServerSettings.generic.capabilities()), at: Lab.now)
        let client = TestClient(lab: lab) { message in
            let reply = try #require(try server.reply(to: message))
            #expect(try self.unchangedAfterFlips(of: reply, to: message))
            return reply
        }
        guard case .finished = try client.run(&transaction) else {
            Issue.record("did not finish")
            return
        }
    }

    /// Whoever sits between device and server may answer GetCACert.
    ///
    /// Each name was compared with each, and made comparable anew each time.
    @Test func `the issuing one among sixty authorities with long names is found in little time`() throws {
        var authorities: [Identity] = []
        for number in 0..<62 {
            let subject = "CN=\(number)" + String(repeating: "\u{DF}", count: 4_000)
            authorities.append(
                try Identity.make(subject, key: lab.curveKey, issuer: authorities.last, isAuthority: true))
        }
        let list = try CACertificates(authorities.map(\.certificate))
        let duration = processorTime {
            #expect(list.issuing == authorities.last?.certificate)
        }
        #expect(duration < .seconds(5), "\(duration)")
    }

    func unchangedAfterFlips(of reply: [UInt8], to message: [UInt8]) throws -> Bool {
        let request = try PKIMessage(parsing: message).attributes
        let transactionID = try #require(try request.transactionID())
        let nonce = try #require(try request.senderNonce())
        let content = try PKIMessage(parsing: reply).signedData.content
        for index in reply.indices {
            var flipped = reply
            flipped[index] ^= 0x20
            let read = try? CertRep(parsing: flipped, from: lab.authority, transactionID: transactionID, nonce: nonce)
            guard read != nil else { continue }
            guard try PKIMessage(parsing: flipped).signedData.content == content else { return false }
        }
        return true
    }
}
