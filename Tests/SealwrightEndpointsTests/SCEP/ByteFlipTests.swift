// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("Every byte flip of one good message ends in a refusal, or in the good message's own answer")
struct ByteFlipTests {
    /// Where a flip may go unnoticed, and why that gives nobody anything.
    enum Uncovered: String, CaseIterable {
        /// Told by the content; nothing is decided by it.
        case signedDataVersion
        /// A hint for readers that stream; the SignerInfo says which digest it is.
        case digestAlgorithms
        /// Names and dates of the transient certificate: only its key says something, and the name in the SignerInfo
        /// is read past when one certificate is there.
        case transientCertificateNames
        /// Extensions of the transient certificate.
        case transientCertificateExtensions
        /// The transient certificate's version and algorithm: it is not judged as a certificate.
        case transientCertificateForm
        /// The transient certificate's own signature.
        case transientCertificateSignature
        /// Told by the form of the name that follows.
        case signerInfoVersion
        /// The issuer in the SignerInfo: clients re-encode it, so the serial number decides.
        case signerName
        /// NULL or whatever else stands for the absent parameters of an algorithm.
        case algorithmParameters
    }

    /// The octets of a good message that neither its signature nor its decryption covers.
    static func uncovered(_ message: [UInt8]) throws -> [Uncovered: [Range<Int>]] {
        var contentInfo = try ASN1Element(parsing: message).fields()
        _ = try contentInfo.next()
        var data = try contentInfo.next().explicitContent().fields()
        let version = try data.next()
        let digests = try data.next()
        _ = try data.next()
        let certificates = try data.next()
        var signerInfos = try data.next().fields(of: .set)
        var certificate = try ASN1Element(parsing: certificates.content).fields()
        let tbs = try certificate.next()
        let algorithm = try certificate.next()
        let signature = try certificate.next()
        var fields = try tbs.fields()
        let certificateVersion = try fields.next()
        _ = try fields.next()
        let tbsAlgorithm = try fields.next()
        let issuer = try fields.next()
        let validity = try fields.next()
        let subject = try fields.next()
        var keyInfo = try fields.next().fields()
        let keyAlgorithm = try keyInfo.next()
        let extensions = try fields.nextIf(.context(3))
        var signer = try signerInfos.next().fields()
        let signerVersion = try signer.next()
        var sid = try signer.next().fields()
        let sidIssuer = try sid.next()
        let digest = try signer.next()
        _ = try signer.next()
        let signatureAlgorithm = try signer.next()
        return [
            .signedDataVersion: [version.range],
            .digestAlgorithms: [digests.range],
            .transientCertificateNames: [issuer.range, validity.range, subject.range],
            .transientCertificateExtensions: extensions.map { [$0.range] } ?? [],
            .transientCertificateForm: [certificateVersion.range, tbsAlgorithm.range, algorithm.range],
            .transientCertificateSignature: [signature.range],
            .signerInfoVersion: [signerVersion.range],
            .signerName: [sidIssuer.range],
            .algorithmParameters: try [keyAlgorithm, digest, signatureAlgorithm].flatMap { algorithm in
                var fields = try algorithm.fields()
                return try fields.all().dropFirst().map(\.range)
            },
        ]
    }

    @Test func `no flip yields another certificate`() async throws {
        let bench = try await Workbench()
        // Usable without end, so that nothing but the message's own integrity stands between a flip and a certificate.
        let challenge = try await bench.challenge(uses: 1_000_000)
        var forge = try bench.request("CN=flipped", challenge: challenge)
        forge.sign(
            with: try CertificateView(
                parsing: Forge.selfSigned(
                    forge.signer.subject, LabKeys.device(), at: bench.clock.now,
                    extensions: [KeyUsage([.digitalSignature, .keyEncipherment]).certificateExtension])),
            try LabKeys.device())
        let good = try forge.message()
        let uncovered = try Self.uncovered(good)

        var unnoticed: [Int: Answer] = [:]
        var tally: [String: Int] = [:]
        var slowest = Duration.zero
        let clock = ContinuousClock()
        let total = try await clock.measure {
            for index in good.indices {
                var flipped = good
                // The lowest bit, the highest and all of them in turn.
                flipped[index] ^= index % 3 == 0 ? 0x01 : index % 3 == 1 ? 0x80 : 0xFF
                let start = clock.now
                let answer = try await bench.post(flipped)
                slowest = max(slowest, clock.now - start)
                switch answer.status {
                case .success: unnoticed[index] = answer
                case .failure: tally[answer.failInfo?.name ?? "?", default: 0] += 1
                case .pending: Issue.record("octet \(index) is PENDING")
                case nil:
                    tally["400", default: 0] += 1
                    #expect(answer.reply.status == .badRequest, "octet \(index): \(answer)")
                }
            }
        }
        let certificate = try await bench.post(good).certificate(LabKeys.device())
        let count = good.count
        print("\(count) flips in \(total), slowest \(slowest): \(tally), unnoticed \(unnoticed.count)")

        for (index, answer) in unnoticed.sorted(by: { $0.key < $1.key }) {
            let reason = uncovered.first { $0.value.contains { $0.contains(index) } }?.key
            #expect(reason != nil, "octet \(index) of \(count) is not covered by anything")
            // The answer is the good message's, encrypted to the key that signed it.
            #expect(try answer.certificate(LabKeys.device()) == certificate)
        }
        #expect(try await bench.issuedCount == 1)
        #expect(try await bench.challenges.list().items.map(\.used) == [1])
        #expect(Set(tally.keys).isSubset(of: ["400", "badAlg", "badMessageCheck", "badRequest", "badCertId"]))
    }

    @Test func `a thousand cuts, pastes and swaps issue nothing`() async throws {
        let bench = try await Workbench()
        let good = try await bench.request(challenge: bench.challenge(uses: 1_000_000)).message()
        var random = Sequence64(state: 0x5EA1)
        for round in 0..<1000 {
            var message = good
            for _ in 0...round % 3 {
                let start = random.next(below: message.count)
                let end = min(message.count, start + 1 + random.next(below: 40))
                let piece = Array(message[start..<end])
                switch random.next(below: 4) {
                case 0: message.removeSubrange(start..<end)
                case 1: message.insert(contentsOf: piece, at: random.next(below: message.count))
                case 2: message.replaceSubrange(start..<end, with: piece.reversed())
                default: message.replaceSubrange(start..<end, with: piece.map { _ in UInt8(random.next(below: 256)) })
                }
            }
            let answer = try await bench.post(message)
            if answer.status == .success { #expect(try answer.certificate(LabKeys.device()).version == 3) }
            #expect(answer.status != .pending)
        }
        _ = try await bench.post(good)
        #expect(try await bench.issuedCount == 1)
    }

    @Test func `a message cut short anywhere is unreadable`() async throws {
        let bench = try await Workbench()
        let good = try await bench.request(challenge: bench.challenge()).message()
        for length in good.indices {
            let answer = try await bench.post(Array(good.prefix(length)))
            #expect(answer.reply.status == .badRequest, "\(length) octets")
        }
        #expect(try await bench.issuedCount == 0)
        #expect(try await bench.usableChallenges == 1)
    }
}

/// The same numbers in every run, so that a failure can be repeated.
private struct Sequence64 {
    var state: UInt64

    /// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (SplitMix64).
    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return bound > 0 ? Int((mixed ^ (mixed >> 31)) % UInt64(bound)) : 0
    }
}

extension ASN1Element {
    /// The octets it takes in the parsed buffer.
    fileprivate var range: Range<Int> { encoded.startIndex..<encoded.endIndex }
}
