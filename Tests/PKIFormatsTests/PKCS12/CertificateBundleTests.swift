// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("RFC 7468, RFC 5652 section 5 and RFC 7292: a certificate in any common form")
struct CertificateBundleTests {
    let bench: PKCS12Bench
    init() throws { bench = try PKCS12Bench.shared() }

    @Test func `DER is one certificate`() throws {
        let bundle = try CertificateBundle(reading: bench.read("leaf.der"))
        #expect(try bundle.certificate == bench.certificate("leaf"))
        #expect(bundle.form == .der && bundle.chain.isEmpty && bundle.privateKey == nil && !bundle.hasLockedKey)
    }

    @Test(arguments: [
        ["leaf.crt", "issuing.crt", "root.crt"], ["root.crt", "issuing.crt", "leaf.crt"],
        ["issuing.crt", "leaf.crt", "root.crt"],
    ])
    func `a PEM chain in any order has the same leaf and chain`(files: [String]) throws {
        let text = try files.map { try bench.text($0) }.joined(separator: "and some words between\n")
        let bundle = try CertificateBundle(reading: Array(text.utf8))
        #expect(try bundle.certificate == bench.certificate("leaf"))
        #expect(try bundle.chain == [bench.certificate("issuing"), bench.certificate("root")])
        #expect(bundle.form == .pem && bundle.certificates.count == 3)
    }

    @Test func `a key in the PEM file chooses the certificate`() throws {
        let text = try bench.text("issuing.key") + bench.text("full.pem")
        let bundle = try CertificateBundle(reading: Array(text.utf8))
        #expect(try bundle.certificate == bench.certificate("issuing"))
        #expect(try bundle.privateKey == bench.key("issuing"))
        #expect(bundle.isKeyMatching)
        #expect(try bundle.chain == [bench.certificate("root")])
    }

    @Test func `a key of another certificate is read and told`() throws {
        let text = try bench.text("ec.key") + bench.text("full.pem")
        let bundle = try CertificateBundle(reading: Array(text.utf8))
        #expect(try bundle.certificate == bench.certificate("leaf"))
        #expect(bundle.privateKey != nil && !bundle.isKeyMatching)
    }

    @Test func `of several keys the first counts and the others are counted`() throws {
        let text = try bench.text("leaf.key") + bench.text("issuing.key") + bench.text("leaf.key")
        let file = try text + ["leaf.crt", "issuing.crt", "root.crt"].map { try bench.text($0) }.joined()
        let bundle = try CertificateBundle(reading: Array(file.utf8))
        #expect(try bundle.certificate == bench.certificate("leaf") && bundle.chain.count == 2)
        #expect(bundle.otherKeyCount == 1 && bundle.otherCertificateCount == 0)
        let parted = try bench.text("leaf.key") + bench.text("leaf.crt") + bench.text("root.crt")
        let other = try CertificateBundle(reading: Array(parted.utf8))
        #expect(other.otherKeyCount == 0 && other.otherCertificateCount == 1)
    }

    @Test func `an encrypted key opens with its password only`() throws {
        let key = try bench.opensslOutput(["pkcs8", "-topk8", "-in", "leaf.key", "-passout", "pass:geheim"])
        let file = try key + bench.read("leaf.crt")
        let locked = try CertificateBundle(reading: file)
        #expect(locked.hasLockedKey && locked.privateKey == nil)
        #expect(try CertificateBundle(reading: file, password: Array("geheim".utf8)).privateKey == bench.key("leaf"))
        #expect(throws: FormatError.passwordWrong("the private key")) {
            try CertificateBundle(reading: file, password: Array("falsch".utf8))
        }
    }

    @Test func `a file of many encrypted keys is given up before they cost minutes`() throws {
        let key = try EncryptedPrivateKeyInfo(encrypting: bench.key("ec"), password: Array("p".utf8), iterations: 1)
        let block = PEM.encode(key.derBytes, label: "ENCRYPTED PRIVATE KEY")
        let leaf = try bench.text("leaf.crt")
        let eight = Array((String(repeating: block, count: 8) + leaf).utf8)
        #expect(try CertificateBundle(reading: eight, password: Array("p".utf8)).privateKey != nil)
        #expect(throws: FormatError.limitExceeded("encrypted parts of one file", limit: 8)) {
            try CertificateBundle(reading: Array(block.utf8) + eight, password: Array("p".utf8))
        }
    }

    @Test func `OpenSSL's traditional encrypted PEM is named, not taken for a wrong password`() throws {
        let file = try bench.opensslOutput(
            ["rsa", "-in", "leaf.key", "-traditional", "-aes256", "-passout", "pass:geheim"])
        #expect(throws: PrivateKeyFile.traditionalForm) {
            try PrivateKeyFile(reading: file, password: Array("geheim".utf8))
        }
        let bundle = try CertificateBundle(reading: file + bench.read("leaf.crt"), password: Array("geheim".utf8))
        #expect(bundle.hasTraditionalKey && bundle.hasLockedKey && bundle.privateKey == nil)
    }

    @Test(arguments: ["DER", "PEM"])
    func `PKCS#7 from openssl, in DER and PEM`(form: String) throws {
        let file = try bench.opensslOutput(["crl2pkcs7", "-nocrl", "-certfile", "full.pem", "-outform", form])
        let bundle = try CertificateBundle(reading: file)
        #expect(try bundle.certificate == bench.certificate("leaf"))
        #expect(try bundle.chain == [bench.certificate("issuing"), bench.certificate("root")])
        #expect(bundle.form == .pkcs7)
    }

    @Test func `Base64 without boundaries, and UTF-16 with and without byte order mark`() throws {
        let leaf = try bench.certificate("leaf")
        let base64 = try CertificateBundle(reading: Array(Base64.encode(leaf.encoded, lineLength: 76).utf8))
        #expect(base64.certificate == leaf && base64.form == .base64)
        let units = Array(try bench.text("leaf.crt").utf16)
        let little = units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        let big = units.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        for file in [[0xFF, 0xFE] + little, little, [0xFE, 0xFF] + big, big] {
            #expect(try CertificateBundle(reading: file).certificate == leaf)
        }
    }

    @Test func `openssl's trusted certificate is read without its settings`() throws {
        let file = try bench.opensslOutput(["x509", "-in", "leaf.crt", "-trustout", "-addtrust", "serverAuth"])
        #expect(try CertificateBundle(reading: file).certificate == bench.certificate("leaf"))
    }

    @Test func `a request, a key alone and rubbish hold no certificate`() throws {
        let request = try bench.opensslOutput(["req", "-new", "-key", "ec.key", "-subj", "/CN=x"])
        for file in [request, try bench.read("leaf.key"), try bench.read("leaf.p8")] {
            #expect(throws: FormatError.missing("a certificate")) { try CertificateBundle(reading: file) }
        }
        for file in [[], [0x30], Array("no certificate".utf8), [UInt8](repeating: 0xFF, count: 100)] {
            #expect(throws: FormatError.self) { try CertificateBundle(reading: file) }
        }
    }
}
