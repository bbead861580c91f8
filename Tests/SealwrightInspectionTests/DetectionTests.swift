// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightInspection
import SealwrightTesting
import Testing

@Suite("Inspection: finding out what an input is")
struct DetectionTests {
    @Test(arguments: Fixture.allCases)
    func `DER, PEM and bare Base64 are told alike`(fixture: Fixture) throws {
        let der = try fixture.der
        let expected = try Inspector.fixed.inspect(der)
        #expect(expected.type == fixture.type)
        for text in [
            PEM.encode(der, label: "ANYTHING"), Base64.encode(der), Base64.encode(der, lineLength: 64) + "\r\n",
            "\u{FEFF}" + PEM.encode(der, label: "ANYTHING"),
            "some remark\n" + PEM.encode(der, label: "ANYTHING") + "another",
        ] {
            #expect(try Inspector.fixed.inspect(Array(text.utf8)) == expected)
        }
    }

    @Test(arguments: [KeyType.rsa2048, .ecP256, .ecP384, .ed25519])
    func `private keys show kind and size and nothing else`(type: KeyType) throws {
        let key = try TestKeys.shared.key(type)
        let material = try key.material()
        let der = PrivateKeyInfo(material).derBytes
        let report = try Inspector.fixed.inspect(der)
        #expect(report.type == .privateKey)
        #expect(report.codes == ["inspect.key-unprotected"])
        let text = report.text()
        #expect(text.contains(key.publicKey.keyDescription))
        for secret in Self.secrets(of: material) {
            #expect(!text.contains(Hex.encode(secret)) && !text.contains(Base64.encode(secret)))
        }
    }

    private static func secrets(of material: PrivateKeyMaterial) -> [[UInt8]] {
        switch material {
        case .rsa(let numbers): [numbers.d, numbers.p, numbers.q, numbers.dp, numbers.dq, numbers.qInv]
        case .ec(_, let scalar, _): [scalar]
        case .ed25519(let seed): [seed]
        }
    }

    @Test func `a key under a password opens with it and only with it`() throws {
        let key = try TestKeys.shared.key(.rsa2048)
        let info = PrivateKeyInfo(try key.material())
        let der = try EncryptedPrivateKeyInfo(encrypting: info, password: Array("secret".utf8), iterations: 1_000)
            .derBytes
        let closed = try Inspector.fixed.inspect(der)
        #expect(closed.type == .encryptedPrivateKey)
        #expect(closed.value("Cipher") == "aes256-CBC" || closed.value("Cipher")?.isEmpty == false)
        #expect(closed.value("Kind") == nil)
        let opened = try Inspector(now: Fixture.now, password: Array("secret".utf8)).inspect(der)
        #expect(opened.value("Kind") == "RSA 2048")
        let fault = #expect(throws: InspectionError.self) {
            try Inspector(now: Fixture.now, password: Array("wrong".utf8)).inspect(der)
        }
        #expect(fault?.code == "format.verification-failed")
    }

    @Test func `key and certificate that belong together show one digest`() throws {
        let key = try TestKeys.shared.key(.rsa2048)
        let certificate = try Inspector.fixed.inspect(Maker(key: key).certificate())
        let info = try Inspector.fixed.inspect(PrivateKeyInfo(try key.material()).derBytes)
        #expect(certificate.value("Key SHA-256") == info.value("Key SHA-256"))
    }

    @Test func `a public key alone`() throws {
        let report = try Inspector.fixed.inspect(SubjectPublicKeyInfo(TestKeys.shared.key(.ecP384).publicKey).encoded)
        #expect(report.type == .publicKey && report.value("Public key") == "EC P-384")
    }

    @Test func `the answer to GetCACaps`() throws {
        let report = try Inspector.fixed.inspect(
            Array("AES\nSHA-256\r\nPOSTPKIOperation\nRenewal\nSomethingElse\n".utf8))
        #expect(report.type == .capabilities && report.findings.isEmpty)
        #expect(report.value("SomethingElse") == "not known here")
        #expect(try Inspector.fixed.inspect(Array("DES3\n".utf8)).codes.contains("inspect.capability-missing"))
    }

    @Test func `a bundle is told block by block`() throws {
        let pem = try [Fixture.certificate, .root].map { PEM.encode(try $0.der, label: "CERTIFICATE") }.joined()
        let key = PEM.encode(PrivateKeyInfo(try TestKeys.shared.key(.ecP256).material()).derBytes, label: "PRIVATE KEY")
        let report = try Inspector.fixed.inspect(Array((pem + key).utf8))
        #expect(report.type == .bundle)
        #expect(report.summary == ["3 PEM blocks: 2 certificates and 1 private key."])
        #expect(
            report.sections.map(\.title) == ["Block 1: certificate", "Block 2: certificate", "Block 3: private key"])
        let broken = pem + PEM.encode([0x30, 0x03, 1, 2, 3], label: "CERTIFICATE")
        let withError = try Inspector.fixed.inspect(Array(broken.utf8))
        #expect(withError.findings.contains { $0.severity == .error } && withError.sections.count == 2)
    }

    @Test func `a label that lies is told`() throws {
        let text = PEM.encode(try Fixture.csr.der, label: "CERTIFICATE")
        let report = try Inspector.fixed.inspect(Array(text.utf8))
        #expect(report.type == .csr && report.codes.contains("inspect.label-wrong"))
    }

    @Test func `a SCEP message can be looked at as plain CMS`() throws {
        let report = try Inspector.fixed.inspect(Fixture.scepRequest.bytes, as: .cms)
        #expect(report.type == .cms && report.value("messageType") != nil)
    }

    @Test(arguments: [
        ("", "inspect.empty"), (" \n\t", "inspect.empty"), ("hello, world", "inspect.unrecognized"),
        ("-----BEGIN X-----\nAAAA\n", "format.invalid-text"), ("MAMCAQE=", "inspect.unrecognized"),
    ])
    func `what is nothing known is refused with a code`(text: String, code: String) throws {
        let fault = #expect(throws: InspectionError.self) { try Inspector.fixed.inspect(Array(text.utf8)) }
        #expect(fault?.code == code)
        #expect(fault?.description.contains("\n") == false)
    }

    @Test(arguments: InspectionType.allCases.filter { ![.bundle, .capabilities, .certificate].contains($0) })
    func `asking for the wrong type is an error of the format`(type: InspectionType) throws {
        let fault = #expect(throws: InspectionError.self) {
            try Inspector.fixed.inspect(Fixture.certificate.bytes, as: type)
        }
        #expect(fault.map { $0.code.hasPrefix("format.") || $0.code.hasPrefix("scep.") } == true)
    }

    @Test func `a broken PKCS12 and old OpenSSL keys are named`() throws {
        let pfx: [UInt8] = [0x30, 0x0A, 0x02, 0x01, 0x03, 0x30, 0x05, 0x06, 0x03, 0x2A, 0x03, 0x04]
        let broken = #expect(throws: InspectionError.self) { try Inspector.fixed.inspect(pfx) }
        #expect(broken?.description.contains("PKCS#12") == true)
        let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"
        let fault = #expect(throws: InspectionError.self) { try Inspector.fixed.inspect(Array(old.utf8)) }
        #expect(fault?.code == "inspect.unsupported")
    }

    @Test func `every word of the command line has a type`() {
        for word in InspectionType.arguments { #expect(InspectionType(argument: word.uppercased()) != nil) }
        #expect(InspectionType(argument: "p12") == .pkcs12)
        #expect(InspectionType(argument: "p13") == nil)
    }
}
