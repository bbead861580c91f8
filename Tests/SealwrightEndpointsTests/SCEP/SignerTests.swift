// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 2.3: the certificates that devices sign first requests with")
struct SignerTests {
    /// What is odd about a signer certificate.
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case version3 = "v3, self-signed"
        case version1 = "v1 with a serial number of 33 octets, as certmonger makes it"
        case expired
        case criticalAuthorityKeyIdentifier = "critical authorityKeyIdentifier, as Windows makes it"
        case wrongKeyUsage = "key usage keyCertSign"
        case otherSubject = "another subject than the request's"
        case foreign = "issued by a foreign CA"

        var testDescription: String { rawValue }
    }

    func certificate(_ kind: Kind, for forge: Forge, _ key: SoftwareKey, at now: Timestamp) throws -> [UInt8] {
        let subject = forge.signer.subject
        switch kind {
        case .version3: return forge.signer.encoded
        case .version1: return try version1(forge.signer, key, at: now)
        case .expired: return try Forge.selfSigned(subject, key, at: now.adding(seconds: -3 * 365 * 86_400))
        case .criticalAuthorityKeyIdentifier:
            let identifier = AuthorityKeyIdentifier(keyIdentifier: forge.signer.subjectPublicKeyInfo.keyIdentifier)
            return try Forge.selfSigned(
                subject, key, at: now,
                extensions: [
                    CertificateExtension(
                        oid: .authorityKeyIdentifier, isCritical: true, value: identifier.certificateExtension.value)
                ])
        case .wrongKeyUsage:
            return try Forge.selfSigned(
                subject, key, at: now, extensions: [KeyUsage([.keyCertSign]).certificateExtension])
        case .otherSubject:
            return try Forge.selfSigned(DistinguishedName(rfc4514: "CN=somebody"), key, at: now)
        case .foreign:
            let issuer = try TestKeys.shared.key(.ecP256, 77)
            let tbs = TBSCertificate(
                serialNumber: .random(), signature: .ecdsa(.sha256),
                issuer: try DistinguishedName(rfc4514: "CN=Bootstrap CA"), notBefore: now.adding(seconds: -60),
                notAfter: now.adding(seconds: 86_400), subject: subject,
                subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey), extensions: []
            ).derBytes
            return TBSCertificate.certificate(
                tbs: tbs, signature: try issuer.signSynchronously(tbs, algorithm: .ecdsa(.sha256)),
                algorithm: .ecdsa(.sha256))
        }
    }

    /// Without `[0] version` and extensions, dates in GeneralizedTime.
    func version1(_ certificate: CertificateView, _ key: SoftwareKey, at now: Timestamp) throws -> [UInt8] {
        var tbs = DERWriter()
        tbs.sequence { writer in
            writer.append(SerialNumber(octets: [0x00, 0x92, 0xEF] + [UInt8](repeating: 0x5A, count: 30)))
            writer.append(AlgorithmIdentifier(.rsaPKCS1(.sha256)))
            writer.append(certificate.issuer)
            writer.sequence { writer in
                writer.generalizedTime(now)
                writer.generalizedTime(now.adding(seconds: 60))
            }
            writer.append(certificate.subject)
            writer.append(certificate.subjectPublicKeyInfo)
        }
        let signature = try key.signSynchronously(tbs.bytes, algorithm: .rsaPKCS1(.sha256))
        return TBSCertificate.certificate(tbs: tbs.bytes, signature: signature, algorithm: .rsaPKCS1(.sha256))
    }

    @Test(arguments: Kind.allCases)
    func `a first request is served whatever its throw-away certificate looks like`(kind: Kind) async throws {
        let bench = try await Workbench()
        let key = try LabKeys.device()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.sign(with: try CertificateView(parsing: certificate(kind, for: forge, key, at: bench.clock.now)), key)
        let answer = try await bench.send(forge)
        #expect(try answer.certificate(key).subject.commonName == "laptop-7")
        // The reply is encrypted to the certificate that signed, named as the device names it.
        let recipient = try #require(answer.envelope?.recipients.first)
        #expect(recipient.rid.identifies(forge.signer))
    }

    @Test(arguments: Kind.allCases.filter { $0 != .version3 })
    func `the kind of certificate does not stand in for a challenge`(kind: Kind) async throws {
        let bench = try await Workbench()
        let key = try LabKeys.device()
        var forge = try bench.request()
        forge.sign(with: try CertificateView(parsing: certificate(kind, for: forge, key, at: bench.clock.now)), key)
        let answer = try await bench.send(forge)
        #expect(answer.refuses(.badRequest), "\(answer)")
        #expect(try await bench.issuedCount == 0)
    }

    @Test func `an old certificate of ours renews with PKCSReq`() async throws {
        let bench = try await Workbench()
        let old = try await bench.enrolled()
        #expect(try await bench.send(bench.renewal(old, type: "19")).status == .success)
    }

    @Test func `a first request signed by another key than it asks for is badRequest`() async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge(), key: LabKeys.device(1))
        let key = try LabKeys.device(2)
        forge.sign(
            with: try CertificateView(parsing: Forge.selfSigned(forge.signer.subject, key, at: bench.clock.now)), key)
        let answer = try await bench.send(forge)
        #expect(answer.refuses(.badRequest), "\(answer)")
        #expect(try await bench.usableChallenges == 1)
        #expect(try await bench.issuedCount == 0)
    }

    @Test func `a policy may let another key sign`() async throws {
        let bench = try await Workbench(policy: EnrollmentPolicy(signerKeyMustMatch: false))
        var forge = try await bench.request(challenge: bench.challenge(), key: LabKeys.device(1))
        let key = try LabKeys.device(2)
        forge.sign(
            with: try CertificateView(parsing: Forge.selfSigned(forge.signer.subject, key, at: bench.clock.now)), key)
        let certificate = try await bench.send(forge).certificate(key)
        #expect(certificate.publicKey == (try LabKeys.device(1)).publicKey)
    }

    @Test func `an EC signer cannot be answered: badAlg`() async throws {
        let bench = try await Workbench()
        let forge = try await bench.request(challenge: bench.challenge(), key: TestKeys.shared.key(.ecP256, 78))
        let answer = try await bench.send(forge)
        #expect(answer.refuses(.badAlg), "\(answer)")
        #expect(try await bench.usableChallenges == 1)
    }

    @Test func `a signature by another key than the certificate's is badMessageCheck`() async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.signerKey = try LabKeys.device(1)
        #expect(try await bench.send(forge).refuses(.badMessageCheck))
        #expect(try await bench.usableChallenges == 1)
    }
}
