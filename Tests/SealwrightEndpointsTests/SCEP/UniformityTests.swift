// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("Bleichenbacher and Vaudenay: one answer to everything before a valid PKCS#10")
struct UniformityTests {
    /// What goes wrong inside the envelope.
    enum Fault: CaseIterable {
        /// Random octets below the modulus: no padding at all after decryption.
        case keyPadding
        /// Well padded, but of another length than the cipher's key.
        case keyLength
        /// The right key and a last block whose padding is malformed.
        case contentPadding
        /// Well encrypted octets that are no PKCS#10.
        case content
        /// A PKCS#10 whose own signature does not verify.
        case signature
    }

    /// Everything a peer sees that does not change from one reply to the next.
    struct Seen: Hashable {
        let status: [[UInt8]]
        let failInfo: [[UInt8]]
        let text: [[UInt8]]
        let digest: DigestAlgorithm?
        let content: [UInt8]?
        let length: Int
    }

    func seen(_ answer: Answer) -> Seen {
        Seen(
            status: answer.values(of: .scepPKIStatus), failInfo: answer.values(of: .scepFailInfo),
            text: answer.values(of: .scepFailInfoText), digest: answer.message?.digest,
            content: answer.message?.signedData.content, length: answer.reply.octets.count)
    }

    func spoil(_ forge: inout Forge, with fault: Fault, round: Int, ra: RSAPublicKey) throws {
        switch fault {
        case .keyPadding: forge.editEnvelope = { try replacingKey(in: $0, by: [0] + SecureRandom.bytes(255)) }
        case .keyLength:
            let count = round % 2 == 0 ? round % 15 + 1 : 17 + round % 40
            let other = try ra.encrypt(SecureRandom.bytes(count), transport: .pkcs1v15)
            forge.editEnvelope = { try replacingKey(in: $0, by: other) }
        case .contentPadding:
            forge.editEnvelope = { envelope in
                var envelope = envelope
                let last = try #require(envelope.indices.last)
                // The last octet of the block before decides the last octet of the padding.
                envelope[last - 16] ^= UInt8(truncatingIfNeeded: 1 + round % 255)
                return envelope
            }
        case .content: forge.plaintext = SecureRandom.bytes(round % 700)
        case .signature:
            let last = try #require(forge.plaintext.indices.last)
            forge.plaintext[last - round % 200] ^= UInt8(truncatingIfNeeded: 1 + round % 255)
        }
    }

    @Test func `a thousand malformed messages of five kinds get one answer, octet for octet`() async throws {
        let bench = try await Workbench()
        let challenge = try await bench.challenge()
        guard case .rsa(let ra)? = try bench.ra.publicKey else {
            Issue.record("not an RSA key")
            return
        }
        var answers: [Seen: Int] = [:]
        let template = try bench.request(challenge: challenge)
        for fault in Fault.allCases {
            for round in 0..<200 {
                var forge = template
                forge.transactionID = DER.string(Hex.encode(SecureRandom.bytes(16)))
                try spoil(&forge, with: fault, round: round, ra: ra)
                answers[seen(try await bench.send(forge)), default: 0] += 1
            }
        }
        #expect(answers.count == 1, "\(answers.map { ($0.key.text, $0.key.length, $0.value) })")
        #expect(answers.keys.first?.failInfo == [DER.string("1")])
        #expect(answers.keys.first?.status == [DER.string("2")])
        #expect(try await bench.issuedCount == 0)
        #expect(try await bench.usableChallenges == 1)
    }

    @Test func `the truth is in the audit trail`() async throws {
        let bench = try await Workbench()
        guard case .rsa(let ra)? = try bench.ra.publicKey else {
            Issue.record("not an RSA key")
            return
        }
        for fault in Fault.allCases {
            var forge = try bench.request()
            try spoil(&forge, with: fault, round: 3, ra: ra)
            _ = try await bench.send(forge)
        }
        let events = try await bench.store.auditRecords(after: 0, limit: 100).map(\.event)
        let refused = events.filter { $0.action == "scep.refused" }
        #expect(refused.count == Fault.allCases.count)
        #expect(Set(refused.map(\.outcome)) == ["scep.message-check-failed"])
        #expect(Set(refused.compactMap { $0.details["detail"] }).count >= 3)
    }
}

/// The envelope with another encrypted key.
private func replacingKey(in envelope: [UInt8], by other: [UInt8]) throws -> [UInt8] {
    let key = try #require(try EnvelopedData(parsing: envelope).recipients.first?.encryptedKey)
    return try #require(envelope.replacing(first: key, by: other))
}
