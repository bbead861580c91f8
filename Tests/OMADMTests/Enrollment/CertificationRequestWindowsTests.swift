// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightTesting
import Testing

@Suite("Certification requests of Windows' enrolment client")
struct CertificationRequestWindowsTests {
    let lab: EnrollmentLab

    init() throws { lab = try EnrollmentLab.shared.get() }

    func read(_ fixture: EnrollmentFixture) throws -> CertificationRequest {
        try CertificationRequest(parsing: fixture.octets)
    }

    @Test func `Windows 10 calls a text with NUL and exclamation mark a PrintableString`() throws {
        let request = try read(.pkcs10OfWindows10)
        let value = try #require(request.subject.attributes.first?.value)
        #expect(value.first == 0x13 && value.count == 66 && value.last == 0)
        #expect(request.deviceIDInSubjectOfWindows == EnrollmentLab.deviceID)
    }

    @Test(.enabled(if: ForeignProgram.areExpected(Repository.python), "scripts/bootstrap installs the judge"))
    func `a strict reader refuses what Windows 10 sends`() throws {
        let tools = try TemporaryFolder()
        try tools.write(EnrollmentFixture.pkcs10OfWindows10.octets, "r.der")
        try tools.write(EnrollmentFixture.pkcs10OfWindows11.octets, "other.der")
        let script =
            "import sys; from cryptography import x509; "
            + "x509.load_der_x509_csr(open(sys.argv[1], 'rb').read()).subject"
        try tools.run(Repository.python, "-c", script, "other.der")
        #expect(throws: ForeignProgram.Failure.self) { try tools.run(Repository.python, "-c", script, "r.der") }
    }

    @Test func `Windows 11 writes the same text as UTF8String without NUL`() throws {
        let request = try read(.pkcs10OfWindows11)
        #expect(request.subject.attributes.first?.value.first == 0x0C)
        #expect(request.deviceIDInSubjectOfWindows == EnrollmentLab.deviceID)
    }

    @Test(arguments: [EnrollmentFixture.pkcs10OfWindows10, .pkcs10OfWindows11])
    func `the extension of raw octets names the device`(fixture: EnrollmentFixture) throws {
        let request = try read(fixture)
        #expect(request.deviceIDInExtensionOfWindows == EnrollmentLab.deviceID)
        #expect(request.requestedExtensions.first?.value.count == 33)
    }

    @Test func `the request of Windows 11 asks for clientAuth too`() throws {
        let usage = try read(.pkcs10OfWindows11).requestedExtension(ExtendedKeyUsage.self)
        #expect(usage?.purposes == [.clientAuth])
    }

    @Test func `OIW's name of RSA with SHA-1 proves possession`() throws {
        let old = try read(.pkcs10OfWindows10)
        #expect(old.signatureAlgorithm.oid.dotted == "1.3.14.3.2.29")
        #expect(old.isProvenBySHA1OfWindows10 && old.isSelfSigned)
        let new = try read(.pkcs10OfWindows11)
        #expect(!new.isProvenBySHA1OfWindows10 && new.isSelfSigned)
    }

    @Test(arguments: ["DEVICE", "a!b!c", "!", "guid!"])
    func `other names are no names of Windows`(subject: String) throws {
        let request = try CertificationRequest(parsing: lab.request(lab.nextKey, subject: subject))
        let expected: String? = subject == "a!b!c" ? "b!c" : nil
        #expect(request.deviceIDInSubjectOfWindows == expected)
        #expect(request.deviceIDInExtensionOfWindows == nil)
    }

    @Test func `any changed octet of the signed part ends the proof`() throws {
        let good = try EnrollmentFixture.pkcs10OfWindows10.octets
        let signed = try CertificationRequest(parsing: good).certificationRequestInfo.count
        var readable = 0
        // The header of the whole stands before the signed part.
        for index in stride(from: 4, to: 4 + signed, by: 3) {
            var octets = good
            octets[index] ^= 1
            guard let request = try? CertificationRequest(parsing: octets) else { continue }
            readable += 1
            #expect(!request.isSelfSigned, "octet \(index)")
        }
        #expect(readable > 20)
        var signature = good
        signature[signature.count - 1] ^= 1
        #expect(try !CertificationRequest(parsing: signature).isSelfSigned)
    }
}
