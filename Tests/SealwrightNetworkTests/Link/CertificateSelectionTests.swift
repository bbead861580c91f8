// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightNetwork
import SealwrightTesting
import Testing

@Suite("TLSCertificateSerial: which certificate a serial number means")
struct CertificateSelectionTests {
    typealias Candidate = CertificateSelection.Candidate

    let root: TestAuthority
    let now = Timestamp.systemClock

    init() throws { root = try TestAuthority() }

    private func certificate(_ serial: [UInt8], end: Int64 = 86_400, of authority: TestAuthority? = nil) throws
        -> CertificateView
    {
        try (authority ?? root).identity {
            $0.serial = SerialNumber(octets: serial)
            $0.end = end
        }.certificate
    }

    private func failure(_ serial: String, _ store: [Candidate]) -> TLSDiagnosis? {
        do { _ = try CertificateSelection(serial: serial).find(in: store, at: now) } catch { return error }
        return nil
    }

    @Test(arguments: [
        "a4c09c9b7446048b", "00a4c09c9b7446048b", "00 a4 c0 9c 9b 74 46 04 8b", "A4:C0:9C:9B:74:46:04:8B",
        "0xa4c09c9b7446048b", "\u{200E}a4 c0 9c 9b 74 46 04 8b", "a4-c0-9c-9b-74-46-04-8b\u{FEFF}",
        "\ta4c09c9b7446048b ", "0000a4c09c9b7446048b", "0a4c09c9b7446048b",
    ])
    func `a number is the same however it is written`(serial: String) throws {
        let own = try certificate([0x00, 0xA4, 0xC0, 0x9C, 0x9B, 0x74, 0x46, 0x04, 0x8B])
        let store = [Candidate(try certificate([1]), hasPrivateKey: true), Candidate(own, hasPrivateKey: true)]
        #expect(try CertificateSelection(serial: serial).find(in: store, at: now).certificate == own)
    }

    @Test(arguments: ["", "  ", "::", "\u{200E}"])
    func `a blank setting is told as such`(serial: String) {
        #expect(failure(serial, [])?.code == .serialMissing)
    }

    @Test(arguments: ["a4c0", "keine", "a4 c0 9c zz", String(repeating: "a", count: 10_000)])
    func `what matches nothing names what there is`(serial: String) throws {
        let own = try certificate([0x12, 0x34])
        let diagnosis = failure(serial, [Candidate(own, hasPrivateKey: true)])
        #expect(diagnosis?.code == .serialNotFound)
        #expect((diagnosis?.evidence.utf8.count ?? 0) < 400)
    }

    @Test func `a number written from its end is not taken, and said to be one`() throws {
        let own = try certificate([0x12, 0x34, 0x56])
        let diagnosis = failure("563412", [Candidate(own, hasPrivateKey: true)])
        #expect(diagnosis?.code == .serialNotFound)
        #expect(diagnosis?.remedy == "Set TLSCertificateSerial to 123456.")
    }

    @Test func `a certificate without its key is another fault`() throws {
        let own = try certificate([0x12])
        #expect(failure("12", [Candidate(own, hasPrivateKey: false)])?.code == .privateKeyMissing)
    }

    @Test func `of one issuer the certificate that is valid now is taken, then the longest`() throws {
        let old = try certificate([0x12], end: -60)
        let short = try certificate([0x12], end: 3_600)
        let long = try certificate([0x12], end: 7_200)
        let store = [old, long, short].map { Candidate($0, hasPrivateKey: true) }
        #expect(try CertificateSelection(serial: "12").find(in: store, at: now).certificate == long)
    }

    @Test func `two issuers with one serial number need a name`() throws {
        let other = try TestAuthority("CN=Other Root", number: 713)
        let store = [try certificate([0x12]), try certificate([0x12], of: other)].map {
            Candidate($0, hasPrivateKey: true)
        }
        #expect(failure("12", store)?.code == .serialAmbiguous)
        let named = CertificateSelection(serial: "12", issuer: other.certificate.subject)
        #expect(try named.find(in: store, at: now).certificate.issuer == other.certificate.subject)
    }
}
