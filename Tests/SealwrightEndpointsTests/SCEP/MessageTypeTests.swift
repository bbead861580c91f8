// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("RFC 8894 section 3.2.1.2: only a request for a certificate gets one")
struct MessageTypeTests {
    @Test(arguments: ["3", "4", "17", "18", "20", "21", "22", "99", "0", "9999", "PKCSReq", "", "-19", "19x", "0x13"])
    func `a good challenge under another message type issues nothing`(type: String) async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.messageType = type
        let answer = try await bench.send(forge)
        #expect(answer.status == .failure, "\(answer)")
        #expect(try await bench.issuedCount == 0)
        #expect(try await bench.usableChallenges == 1)
    }

    @Test func `a message without a type issues nothing`() async throws {
        let bench = try await Workbench()
        var forge = try await bench.request(challenge: bench.challenge())
        forge.editAttributes = { $0.removeAll { $0.firstIndex(of: OID.scepMessageType.derBytes) != nil } }
        #expect(try await bench.send(forge).refuses(.badRequest))
        #expect(try await bench.usableChallenges == 1)
    }

    @Test func `19 with a good challenge issues`() async throws {
        let bench = try await Workbench()
        #expect(try await bench.send(bench.request(challenge: bench.challenge())).status == .success)
    }

    @Test(arguments: ["3", "4", "17", "18", "19", "20", "21", "22", "99", "PKCSReq"])
    func `a live certificate issues by 17, its old name 18, and 19`(type: String) async throws {
        let bench = try await Workbench()
        let old = try await bench.enrolled()
        let answer = try await bench.send(bench.renewal(old, type: type))
        let issues = ["17", "18", "19"].contains(type)
        #expect(answer.status == (issues ? .success : .failure), "\(answer)")
        #expect(try await bench.issuedCount == (issues ? 2 : 1))
    }
}

@Suite("RFC 8894 sections 4.5 and 4.6: GetCert and GetCRL")
struct RetrievalTests {
    /// A question about a certificate by one who holds `signer`.
    func question(
        _ type: String, about wanted: IssuerAndSerialNumber, signedBy signer: CertificateView, _ key: SoftwareKey,
        _ bench: Workbench
    ) throws -> Forge {
        var forge = try bench.request()
        forge.sign(with: signer, key)
        forge.messageType = type
        forge.plaintext = wanted.derBytes
        return forge
    }

    @Test func `a device gets its own certificate, and the one before`() async throws {
        let bench = try await Workbench()
        let key = try LabKeys.device()
        let old = try await bench.enrolled()
        let new = try await bench.send(bench.renewal(old, new: LabKeys.device(1))).certificate(key)
        for wanted in [old, new] {
            let forge = try question("21", about: IssuerAndSerialNumber(wanted), signedBy: old, key, bench)
            #expect(try await bench.send(forge).certificate(key) == wanted)
        }
    }

    @Test func `another's certificate, an unknown serial and an unknown issuer are badCertId, indistinguishable`()
        async throws
    {
        let bench = try await Workbench()
        let own = try await bench.enrolled()
        let other = try await bench.enrolled("CN=other", key: LabKeys.device(1))
        let unknown = IssuerAndSerialNumber(issuer: own.issuer, serialNumber: .random())
        var texts: Set<String?> = []
        for wanted in [IssuerAndSerialNumber(other), unknown] {
            let answer = try await bench.send(
                question("21", about: wanted, signedBy: own, LabKeys.device(), bench))
            #expect(answer.refuses(.badCertId), "\(answer)")
            texts.insert(answer.text)
        }
        #expect(texts.count == 1)
        let nobody = IssuerAndSerialNumber(
            issuer: try DistinguishedName(rfc4514: "CN=Nobody"), serialNumber: own.serialNumber)
        let answer = try await bench.send(question("21", about: nobody, signedBy: own, LabKeys.device(), bench))
        #expect(answer.refuses(.badCertId), "\(answer)")
    }

    @Test func `a stranger gets no certificate`() async throws {
        let bench = try await Workbench()
        let own = try await bench.enrolled()
        let key = try LabKeys.device(2)
        let stranger = try CertificateView(parsing: Forge.selfSigned(own.subject, key, at: bench.clock.now))
        let answer = try await bench.send(
            question("21", about: IssuerAndSerialNumber(own), signedBy: stranger, key, bench))
        #expect(answer.refuses(.badCertId), "\(answer)")
    }

    @Test func `GetCRL gives the authority's CRL to a device and to a stranger`() async throws {
        let bench = try await Workbench()
        let own = try await bench.enrolled()
        let key = try LabKeys.device()
        let stranger = try CertificateView(parsing: Forge.selfSigned(own.subject, key, at: bench.clock.now))
        let current = try #require(bench.publisher.current(try bench.issuing.id, kind: .full))
        for signer in [own, stranger] {
            let answer = try await bench.send(
                question("22", about: IssuerAndSerialNumber(own), signedBy: signer, key, bench))
            let content = try answer.content(key)
            #expect(content.crls == [current.der])
            #expect(content.certificates.isEmpty)
        }
    }

    @Test func `GetCRL by the CA's own certificate gives the CRL of its issuer`() async throws {
        let bench = try await Workbench()
        let own = try await bench.enrolled()
        let wanted = IssuerAndSerialNumber(try bench.issuing.certificate)
        let answer = try await bench.send(question("22", about: wanted, signedBy: own, LabKeys.device(), bench))
        let root = try #require(bench.publisher.current(try bench.root.id, kind: .full))
        #expect(try answer.content(LabKeys.device()).crls == [root.der])
    }

    @Test func `GetCRL for an unknown issuer is badCertId`() async throws {
        let bench = try await Workbench()
        let own = try await bench.enrolled()
        let nobody = IssuerAndSerialNumber(
            issuer: try DistinguishedName(rfc4514: "CN=Nobody"), serialNumber: own.serialNumber)
        let answer = try await bench.send(question("22", about: nobody, signedBy: own, LabKeys.device(), bench))
        #expect(answer.refuses(.badCertId), "\(answer)")
    }

    @Test func `our client fetches certificate and CRL`() async throws {
        let bench = try await Workbench()
        let client = LabClient(bench: bench)
        let own = try await bench.enrolled()
        let identity = ClientIdentity(certificate: own, key: try LabKeys.device().keyID)
        var certificate = try ClientTransaction(
            getCert: IssuerAndSerialNumber(own), identity: identity, authority: await client.authority(),
            settings: await client.settings())
        #expect(try await client.run(&certificate) == .finished(.certificate(own.encoded, others: [])))
        var crl = try ClientTransaction(
            getCRL: IssuerAndSerialNumber(own), identity: identity, authority: await client.authority(),
            settings: await client.settings())
        let current = try #require(bench.publisher.current(try bench.issuing.id, kind: .full))
        #expect(try await client.run(&crl) == .finished(.crl(current.der)))
    }
}
