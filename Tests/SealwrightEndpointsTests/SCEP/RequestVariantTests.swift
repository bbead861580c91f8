// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 3: every way a request is written is answered in kind")
struct RequestVariantTests {
    static let transports: [KeyTransport] = [
        .pkcs1v15, .oaep(digest: .sha1, mgfDigest: .sha1), .oaep(digest: .sha256, mgfDigest: .sha256),
    ]

    /// An endpoint with every legacy algorithm switched on.
    static var lenient: ServerSettings {
        var settings = ServerSettings.generic
        settings.ciphers = Set(ContentCipher.allCases)
        settings.digests = Set(DigestAlgorithm.allCases)
        return settings
    }

    // MARK: Digest, cipher, transport

    @Test(arguments: DigestAlgorithm.allCases, ContentCipher.allCases)
    func `modern algorithms are served, legacy ones refused on generic and served when enabled`(
        digest: DigestAlgorithm, cipher: ContentCipher
    ) async throws {
        let key = try LabKeys.device()
        let isModern = !digest.isLegacy && !cipher.isLegacy
        for (settings, isServed) in [(ServerSettings.generic, isModern), (Self.lenient, true)] {
            let bench = try await Workbench(settings)
            let challenge = try await bench.challenge(uses: Self.transports.count)
            for transport in Self.transports {
                var forge = try bench.request("CN=variant", challenge: challenge)
                (forge.digest, forge.cipher, forge.transport) = (digest, cipher, transport)
                let answer = try await bench.send(forge)
                guard isServed else {
                    #expect(answer.refuses(.badAlg), "\(digest) \(cipher) \(transport): \(answer)")
                    #expect(answer.text?.isEmpty == false)
                    continue
                }
                #expect(try answer.certificate(key).publicKey == key.publicKey)
                #expect(answer.message?.digest == digest)
                #expect(answer.message?.signerInfo.signatureAlgorithm.oid == .rsaEncryption)
                #expect(answer.envelope?.cipher == cipher)
                #expect(answer.envelope?.recipients.first?.transport == transport)
            }
            #expect(try await bench.issuedCount == (isServed ? Self.transports.count : 0))
        }
    }

    @Test func `a legacy algorithm that is allowed leaves an audit line naming the device`() async throws {
        let bench = try await Workbench(Self.lenient)
        var forge = try await bench.request("CN=old router", challenge: bench.challenge())
        (forge.digest, forge.cipher) = (.md5, .desCBC)
        #expect(try await bench.send(forge).status == .success)
        let events = try await bench.store.auditRecords(after: 0, limit: 100).map(\.event)
        let event = try #require(events.first { $0.action == "scep.legacy-algorithm" })
        #expect(event.object == "CN=old router")
        #expect(event.details["algorithms"]?.contains("md5") == true)
    }

    @Test func `a refusal of a legacy digest is signed with SHA-256`() async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.digest = .md5
        let answer = try await bench.send(forge)
        #expect(answer.message?.digest == .sha256)
        #expect(answer.recipientNonce?.octets == [UInt8](1...16))
        #expect(try await bench.usableChallenges == 1)
    }

    @Test(arguments: [
        SignatureAlgorithm.rsaPSS(digest: .sha256, mgfDigest: .sha256, saltLength: 32), .rsaPKCS1(.sha256),
        .rsaPKCS1(.sha512),
    ])
    func `other names of the signature algorithm are read`(algorithm: SignatureAlgorithm) async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.signatureAlgorithm = algorithm
        forge.digest = algorithm.digest ?? .sha256
        #expect(try await bench.send(forge).status == .success)
    }

    // MARK: BER

    @Test(arguments: [ContentCipher.aes128CBC, .aes256CBC, .aes256GCM], [1, 2, 1000])
    func `indefinite lengths and segmented strings are served`(cipher: ContentCipher, segment: Int) async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.cipher = cipher
        forge.editEnvelope = { try BER.reencode($0, segment: segment) }
        let der = try forge.message()
        let attributes = try #require(try PKIMessage(parsing: der).signerInfo.signedAttributesBytes)
        let ber = try BER.reencode(
            der, segment: segment, verbatim: Set(forge.certificates + [[0xA0] + attributes.dropFirst()]))
        let answer = try await bench.post(ber)
        #expect(answer.status == .success, "\(answer)")
        // What we write is DER whatever came.
        _ = try ASN1Element(parsing: answer.reply.octets, rules: .der)
        // The same request in DER is the same request.
        #expect(try await bench.post(der).certificate(LabKeys.device()) == answer.certificate(LabKeys.device()))
        #expect(try await bench.issuedCount == 1)
    }

    // MARK: Attributes

    @Test func `a missing senderNonce is badRequest`() async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.editAttributes = { $0.removeAll { $0.firstIndex(of: OID.scepSenderNonce.derBytes) != nil } }
        let answer = try await bench.send(forge)
        #expect(answer.refuses(.badRequest), "\(answer)")
        #expect(answer.recipientNonce == nil)
        #expect(try await bench.usableChallenges == 1)
    }

    @Test func `a missing transactionID leaves nothing to answer with: 400`() async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.editAttributes = { $0.removeAll { $0.firstIndex(of: OID.scepTransactionID.derBytes) != nil } }
        let answer = try await bench.send(forge)
        #expect(answer.reply.status == .badRequest)
        #expect(answer.reply.mediaType.hasPrefix("text/plain"))
    }

    @Test(arguments: [
        OID.scepTransactionID, .scepSenderNonce, .scepMessageType, .contentType, .messageDigest,
    ])
    func `a repeated attribute is badRequest`(type: OID) async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.editAttributes = { attributes in
            attributes += attributes.filter { $0.firstIndex(of: type.derBytes) != nil }
        }
        let answer = try await bench.send(forge)
        #expect(answer.refuses(.badRequest), "\(answer)")
        #expect(try await bench.usableChallenges == 1)
    }

    @Test(arguments: [
        DER.string(String(repeating: "x", count: 512)), DER.string("UTF-8 ü", as: .utf8String),
        DER.string("IA5@example", as: .ia5String), DER.string("T61", as: .teletexString),
        DER.string("hRtyRK/+E/Rmw7yNbP62EF/9woY="),
        DER.string("12345678901234567890123456789012345678901234567890123456789012345678901234567"),
    ])
    func `a transactionID of any form is repeated octet for octet`(value: [UInt8]) async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.transactionID = value
        let answer = try await bench.send(forge)
        #expect(answer.status == .success, "\(answer)")
        #expect(answer.values(of: .scepTransactionID) == [value])
    }

    @Test func `attributes in UTF8String where the RFC says PrintableString are read`() async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.editAttributes = { attributes in
            attributes.removeAll { $0.firstIndex(of: OID.scepMessageType.derBytes) != nil }
            attributes.append(DER.attribute(.scepMessageType, DER.string("19", as: .utf8String)))
        }
        #expect(try await bench.send(forge).status == .success)
    }

    @Test(arguments: [1, 16, 64])
    func `nonces of 1 to 64 octets are repeated`(count: Int) async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.senderNonce = DER.octets(SecureRandom.bytes(count))
        #expect(try await bench.send(forge).values(of: .scepRecipientNonce) == [forge.senderNonce])
    }

    // MARK: Replies

    @Test func `a reply holds every attribute once and the RA's certificate`() async throws {
        let bench = try await Workbench()
        let answer = try await bench.send(bench.request(challenge: bench.challenge()))
        for type in [
            OID.contentType, .messageDigest, .signingTime, .scepMessageType, .scepPKIStatus, .scepTransactionID,
            .scepSenderNonce, .scepRecipientNonce,
        ] {
            #expect(answer.values(of: type).count == 1, "\(type)")
        }
        #expect(answer.values(of: .scepPKIStatus) == [DER.string("0")])
        #expect(answer.values(of: .scepFailInfo).isEmpty)
        #expect(try answer.message?.signedData.certificates == [bench.ra.encoded])
        #expect(answer.reply.freshness == nil)
    }

    @Test(arguments: [true, false])
    func `the chain stands beside the certificate only where the settings say so`(replyChain: Bool) async throws {
        var settings = ServerSettings.generic
        settings.replyChain = replyChain
        let bench = try await Workbench(settings)
        let content = try await bench.send(bench.request(challenge: bench.challenge())).content(LabKeys.device())
        let chain = bench.registry.chain(of: try bench.issuing.id).map(\.certificate.encoded)
        #expect(content.certificates.count == (replyChain ? 1 + chain.count : 1))
        if replyChain { #expect(Set(content.certificates).isSuperset(of: chain)) }
    }
}
