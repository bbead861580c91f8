// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("Enrolment: keys that had certificates before")
struct KeyReuseTests {
    private static let strict = EnrollmentPolicy(keyReuse: .refuse)

    private func revoke(_ credential: Credential, _ reason: CRLReason, in bench: Bench) async throws {
        _ = try await RevocationService(store: bench.store, observers: [], clock: bench.clock)
            .revoke(credential.serial, reason: reason, actor: "test")
    }

    @Test func `a compromised key never gets a certificate again, whoever asks`() async throws {
        let bench = try await Bench()
        let key = try TestKeys.shared.key(.ecP256, 77)
        let credential = try await bench.issue(bench.device("CN=stolen", key: key))
        try await revoke(credential, .keyCompromise, in: bench)
        for subject in ["CN=stolen", "CN=other"] {
            #expect(try await bench.enroll(bench.device(subject, key: key)).reason == .keyCompromised)
        }
        bench.clock.advance(by: 3 * 365 * 86_400)
        #expect(try await bench.store.isCompromised(keyDigest: credential.keyDigest))
    }

    @Test func `the same key written in another way is the same key`() async throws {
        let bench = try await Bench()
        let key = try TestKeys.shared.key(.rsa2048, 78)
        let credential = try await bench.issue(bench.device("CN=stolen", key: key))
        try await revoke(credential, .keyCompromise, in: bench)
        let order = OperatorRequest(
            certificationRequest: VerifiedRequest(verifiedBefore: try Self.oddRequest(key)),
            profile: "device", authority: TestHierarchy.issuingID, operator: "operator:test")
        #expect(await bench.service.issue(order).reason == .keyCompromised)
    }

    /// A request whose key has no NULL in its AlgorithmIdentifier.
    private static func oddRequest(_ key: SoftwareKey) throws -> CertificationRequest {
        var fields = try ASN1Element(parsing: SubjectPublicKeyInfo(key.publicKey).encoded).fields()
        _ = try fields.next()
        let bits = try fields.next()
        var writer = DERWriter()
        writer.sequence { writer in
            writer.sequence { $0.oid(.rsaEncryption) }
            writer.append(bits.encoded)
        }
        let odd = try SubjectPublicKeyInfo(parsing: ASN1Element(parsing: writer.bytes))
        let info = CertificationRequest.prepare(
            subject: try DistinguishedName(rfc4514: "CN=again"), subjectPublicKeyInfo: odd)
        let algorithm = key.defaultSignatureAlgorithm
        let der = info.finish(
            signature: try key.signSynchronously(info.derBytes, algorithm: algorithm), algorithm: algorithm)
        return try CertificationRequest(parsing: der)
    }

    @Test(arguments: [CRLReason.superseded, .affiliationChanged, .cessationOfOperation])
    func `other reasons leave the key as it is`(reason: CRLReason) async throws {
        let bench = try await Bench(Self.strict)
        let key = try TestKeys.shared.key(.ecP256, 79)
        let credential = try await bench.issue(bench.device("CN=one", key: key))
        try await revoke(credential, reason, in: bench)
        _ = try await bench.issue(bench.device("CN=two", key: key))
    }

    @Test func `a key of another subject's valid certificate is refused where the endpoint says so`() async throws {
        let bench = try await Bench(Self.strict)
        let key = try TestKeys.shared.key(.ecP256, 80)
        _ = try await bench.issue(bench.device("CN=one", key: key))
        let reason = try #require(try await bench.enroll(bench.device("CN=two", key: key)).reason)
        #expect(reason == .keyInUse(by: "CN=one"))
        // Whose it is stands in what the administrator reads, not in what the device is told.
        #expect(!reason.sentence.contains("CN=one") && reason.hint.contains("CN=one"))
        // The same subject may have another.
        _ = try await bench.issue(bench.device("CN=one", key: key))
        bench.clock.advance(by: 400 * 86_400)
        _ = try await bench.issue(bench.device("CN=two", key: key))
    }

    @Test func `on hold still counts as in use`() async throws {
        let bench = try await Bench(Self.strict)
        let key = try TestKeys.shared.key(.ecP256, 81)
        let credential = try await bench.issue(bench.device("CN=one", key: key))
        try await revoke(credential, .certificateHold, in: bench)
        #expect(try await bench.enroll(bench.device("CN=two", key: key)).reason == .keyInUse(by: "CN=one"))
    }

    @Test func `a renewal keeps its key`() async throws {
        let bench = try await Bench(Self.strict)
        let (device, _) = try await bench.enrolled("CN=one")
        _ = try await bench.issue(device, .renewal)
    }

    @Test func `by default a key may serve several subjects`() async throws {
        let bench = try await Bench()
        let key = try TestKeys.shared.key(.ecP256, 82)
        for subject in ["CN=one", "CN=two"] { _ = try await bench.issue(bench.device(subject, key: key)) }
    }
}
