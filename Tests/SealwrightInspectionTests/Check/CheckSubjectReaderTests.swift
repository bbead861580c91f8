// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightInspection

@Suite("Check: reading files of any form")
struct CheckSubjectReaderTests {
    let lab: CheckLab

    init() throws { lab = try CheckLab() }

    private func read(_ octets: [UInt8], password: String? = nil) throws(CheckObstacle) -> CheckSubject {
        try CheckSubjectReader(password: password.map { Array($0.utf8) }).read(octets, name: "f", uri: "f")
    }

    private func facts(_ subject: CheckSubject) -> FileFacts? {
        if case .file(let facts) = subject.origin { facts } else { nil }
    }

    private func pem(_ certificates: CertificateView...) -> [UInt8] {
        certificates.flatMap { Array(PEM.encode($0.encoded, label: "CERTIFICATE").utf8) }
    }

    @Test func `DER, PEM, PEM chain, PKCS#7`() throws {
        let leaf = try lab.server()
        let der = try read(leaf.encoded)
        #expect(der.leaf == leaf && facts(der) == FileFacts(form: .der, key: .none))
        let chain = try read(pem(leaf, lab.issuing, lab.root))
        #expect(chain.leaf == leaf && chain.presented.count == 3 && facts(chain)?.form == .pem)
        let bundle = SignedData.certificatesOnly([lab.root, lab.issuing, leaf].map(\.encoded), keepOrder: true)
        let p7b = try read(bundle)
        #expect(p7b.leaf == leaf && facts(p7b)?.form == .pkcs7)
    }

    @Test func `the certificate of the key is the one that is meant`() throws {
        let leaf = try lab.server()
        let key = PrivateKeyInfo(try TestKeys.shared.key(.rsa2048, 702).material())
        let own = Array(PEM.encode(key.derBytes, label: "PRIVATE KEY").utf8)
        let other = PrivateKeyInfo(try TestKeys.shared.key(.rsa2048, 700).material())
        let foreign = Array(PEM.encode(other.derBytes, label: "PRIVATE KEY").utf8)
        let matching = try read(pem(lab.issuing, leaf) + own)
        #expect(matching.leaf == leaf && facts(matching)?.key == .matching)
        #expect(facts(try read(pem(leaf) + foreign))?.key == .other)
    }

    @Test func `a password that does not open the key beside a certificate is an error, and none is not`() throws {
        let key = PrivateKeyInfo(try TestKeys.shared.key(.rsa2048, 702).material())
        let locked = try EncryptedPrivateKeyInfo(encrypting: key, password: Array("right".utf8), iterations: 1_000)
        let block = Array(PEM.encode(locked.derBytes, label: "ENCRYPTED PRIVATE KEY").utf8)
        let file = try pem(lab.server()) + block
        for (password, state, isWrong) in [
            ("right", FileFacts.Key.matching, false), ("wrong", .closed, true), (nil, .closed, false),
        ] {
            let subject = try read(file, password: password)
            #expect(facts(subject)?.key == state && facts(subject)?.isPasswordWrong == isWrong)
            for profile in RequirementProfile.all {
                let report = CertificateCheck(lab.settings(profile)).report(on: subject)
                let faults = report.findings.filter { $0.code == .wrongPassword }
                #expect(faults.map(\.severity) == (isWrong ? [.error] : []), "\(report.findings)")
            }
        }
    }

    @Test func `a PKCS#12 may not ask for more work than the time allows`() throws {
        let key = PrivateKeyInfo(try TestKeys.shared.key(.rsa2048, 702).material())
        let password = Array("correct horse".utf8)
        var file = try PFX.write(key: key, certificate: try lab.server().encoded, password: password)
        // The rounds of the MAC are the last of three: 150,000, and now 3,000,000.
        let (rounds, more): ([UInt8], [UInt8]) = ([2, 3, 0x02, 0x49, 0xF0], [2, 3, 0x2D, 0xC6, 0xC0])
        let place = try #require(file.ranges(of: rounds).last)
        file.replaceSubrange(place, with: more)
        var obstacle: CheckObstacle?
        let time = processorTime {
            obstacle = #expect(throws: CheckObstacle.self) {
                try CheckSubjectReader(password: password, seconds: 2).read(file, name: "f", uri: "f")
            }
        }
        #expect(obstacle?.rule == .unreadable && obstacle?.evidence.contains("--timeout") == true)
        #expect(time < .seconds(1), "\(time)")
    }

    @Test func `many encrypted keys beside each other cost no more than one file may`() throws {
        let key = PrivateKeyInfo(try TestKeys.shared.key(.rsa2048, 702).material())
        let password = Array("correct horse".utf8)
        let leaf = try lab.server()
        let locked = try EncryptedPrivateKeyInfo(encrypting: key, password: password, iterations: 600_000)
        let block = Array(PEM.encode(locked.derBytes, label: "ENCRYPTED PRIVATE KEY").utf8)
        let time = try processorTime {
            let many = try CheckSubjectReader(password: Array("wrong".utf8), seconds: 2)
                .read(pem(leaf) + Array(repeating: block, count: 100).flatMap { $0 }, name: "f", uri: "f")
            #expect(many.leaf == leaf && facts(many)?.key == .closed)
        }
        // Three of a hundred fit into 2,000,000 rounds.
        #expect(time < .seconds(10), "\(time)")
        #expect(throws: FormatError.limitExceeded("iterations of all key derivations of the file", limit: 2_000_000)) {
            try CertificateBundle(
                reading: pem(leaf) + Array(repeating: block, count: 4).flatMap { $0 }, password: password,
                limits: .administrators(within: 2))
        }
    }

    @Test func `the work a PKCS#12 may ask for grows with the time, up to the usual`() {
        for (seconds, rounds) in [(-1, 2_000_000), (1, 2_000_000), (5, 5_000_000)] {
            let limits = PKCS12Limits.administrators(within: seconds)
            #expect(limits == PKCS12Limits(iterations: rounds, totalIterations: rounds))
        }
        for seconds in [10, 600, Int.max] { #expect(PKCS12Limits.administrators(within: seconds) == .administrators) }
    }

    @Test func `what is no certificate is told by its name`() throws {
        let key = PrivateKeyInfo(try TestKeys.shared.key(.rsa2048, 702).material())
        for (octets, rule, word) in [
            ([UInt8](), CheckRule.unreadable, "empty"), (Array("hello".utf8), .unreadable, "no certificate in PEM"),
            ([0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], .unreadable, "no certificate in PEM"),
            (Array(PEM.encode(key.derBytes, label: "PRIVATE KEY").utf8), .noCertificate, "a private key"),
            (try Fixture.csr.bytes, .noCertificate, "a certification request"),
            (try Fixture.crl.bytes, .noCertificate, "a CRL"),
            (try Fixture.ocspResponse.bytes, .noCertificate, "holds an OCSP response"),
            (Array(PEM.encode([4, 1, 0], label: "DH PARAMETERS").utf8), .noCertificate, "a block 'DH PARAMETERS'"),
            (Array(PEM.encode([1, 2, 3], label: "CERTIFICATE").utf8), .unreadable, "none that is known"),
        ] {
            do throws(CheckObstacle) {
                _ = try read(octets)
                Issue.record("read: \(word)")
            } catch {
                #expect(error.rule == rule && error.evidence.contains(word), "\(error)")
            }
        }
    }

    @Test func `a certificate cut anywhere ends in an obstacle or a subject`() throws {
        let octets = try lab.server().encoded
        for length in 0..<octets.count { _ = try? read(Array(octets.prefix(length))) }
        var changed = octets
        for index in octets.indices {
            changed[index] ^= 0xFF
            if let subject = try? read(changed) {
                _ = CertificateCheck(lab.settings(.modern)).report(on: subject)
            }
            changed[index] ^= 0xFF
        }
    }
}
