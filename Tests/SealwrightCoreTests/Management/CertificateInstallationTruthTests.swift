// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Truth of certificates on devices: delivered, requested, issued, installed")
struct CertificateInstallationTruthTests {
    private typealias Sample = ManagementSample
    private let truth = CertificateInstallationTruth()

    private func report(
        _ status: Int?, _ thumbprint: String? = nil, errorCode: Int32? = nil, at seconds: Int64 = 100
    ) -> InstallationReport {
        InstallationReport(status: status, errorCode: errorCode, thumbprint: thumbprint, at: Sample.at(seconds))
    }

    /// A record whose certificate was issued.
    private var issued: CertificateInstallation {
        truth.next(
            truth.delivered(Sample.installation(), at: Sample.at(10)),
            enrollment: Sample.enrollment(.issued, credential: 1), credential: Sample.credential())
    }

    /// A record whose certificate is in place.
    private var installed: CertificateInstallation { told(issued, report(1, Sample.thumbprint(1))) }

    /// The record after a report, the authority having issued.
    private func told(_ record: CertificateInstallation, _ report: InstallationReport) -> CertificateInstallation {
        truth.next(
            record, enrollment: Sample.enrollment(.issued, credential: 1), credential: Sample.credential(),
            report: report)
    }

    @Test func `each stage has its own witness and its own moment`() {
        var record = Sample.installation()
        #expect(record.stage == .ordered)
        record = truth.delivered(record, at: Sample.at(10))
        #expect(record.stage == .delivered)
        record = truth.next(record, enrollment: Sample.enrollment(.issuing), credential: nil)
        #expect(record.stage == .requested && record.requestedAt == Sample.at(20))
        record = truth.next(
            record, enrollment: Sample.enrollment(.issued, credential: 1), credential: Sample.credential())
        #expect(record.stage == .issued && record.issuedAt == Sample.at(30))
        #expect(record.issuedThumbprint == Sample.thumbprint(1).lowercased())
        record = told(record, report(1, Sample.thumbprint(1)))
        #expect(record.stage == .installed && record.installedAt == Sample.at(100))
        #expect(record.deliveredAt == Sample.at(10) && record.reason == nil)
    }

    @Test func `what was taken off by order is removed, is not renewed and counts as no failure`() {
        let removed = truth.removed(installed, at: Sample.at(200))
        #expect(removed.stage == .removed && removed.renewAt == nil && removed.outcomeCode == "ok")
        #expect(removed.stage.isSettled && !removed.isGivenUp)
        #expect(truth.removed(removed, at: Sample.at(300)) == removed)
        // That there is nothing is no news; that it is back is.
        #expect(told(removed, .absent(at: Sample.at(300))) == removed)
        #expect(told(removed, report(1, Sample.thumbprint(1), at: 300)).stage == .installed)
        // What failed before it was taken away is no failure any more.
        var failed = truth.undelivered(Sample.installation(), because: "no", at: Sample.at(50))
        failed.errorCode = 5
        let cleared = truth.removed(failed, at: Sample.at(60))
        #expect(cleared.stage == .removed && cleared.errorCode == nil && cleared.failedAt == Sample.at(60))
        #expect(removed.nextGeneration(challenge: nil, at: Sample.at(400)).stage == .ordered)
    }

    @Test func `the device's word alone is no installation`() {
        let record = truth.delivered(Sample.installation(), at: Sample.at(10))
        let claimed = truth.next(record, enrollment: nil, credential: nil, report: report(1))
        #expect(claimed.stage == .delivered)
        let shown = truth.next(record, enrollment: nil, credential: nil, report: report(1, Sample.thumbprint(7)))
        #expect(shown.stage == .mismatched)
        #expect(shown.reason?.contains("none was issued") == true)
        #expect(shown.installedAt == nil)
    }

    @Test func `another certificate than was issued is a mismatch, which names both`() {
        let record = told(issued, report(1, Sample.thumbprint(2)))
        #expect(record.stage == .mismatched && record.installedAt == nil && record.renewAt == nil)
        #expect(record.reason?.contains(Sample.thumbprint(1).lowercased()) == true)
        #expect(record.reason?.contains(Sample.thumbprint(2).lowercased()) == true)
        #expect(record.outcomeCode == "management.certificate-mismatch")
        // The right one shown later counts.
        let after = told(record, report(1, Sample.thumbprint(1), at: 200))
        #expect(after.stage == .installed && after.installedAt == Sample.at(200) && after.reason == nil)
        // And a certificate that somebody puts in its place is found.
        #expect(told(installed, report(1, Sample.thumbprint(2))).stage == .mismatched)
    }

    @Test(arguments: ["", "not a thumbprint", String(repeating: "A", count: 39), String(repeating: "9", count: 400)])
    func `a claim that shows no certificate, or something that is none, is a mismatch`(shown: String) {
        let record = told(issued, report(1, shown))
        #expect(record.stage == .mismatched)
        #expect((record.thumbprint?.count ?? 0) <= 80)
    }

    @Test(arguments: [" ", ":"])
    func `thumbprints are compared whatever their case and separators`(separator: String) {
        let digits = Array(Sample.thumbprint(1))
        let spaced = stride(from: 0, to: digits.count, by: 2).map { String(digits[$0...($0 + 1)]) }
            .joined(separator: separator)
        #expect(told(issued, report(1, spaced)).stage == .installed)
    }

    @Test func `a certificate that has ended is not shown any more, and that is no mismatch`() {
        let ended = InstallationReport(status: 1, thumbprint: "", at: Sample.at(Sample.year + 1))
        #expect(told(installed, ended) == installed)
        #expect(told(installed, report(1, "")).stage == .mismatched)
    }

    @Test(arguments: [nil, 2, 32, 0, 5, -1, Int.max])
    func `what says nothing changes nothing`(status: Int?) {
        let record = told(issued, report(status, Sample.thumbprint(1), errorCode: 5))
        #expect(record == issued)
    }

    @Test func `an order that was given up and carried out all the same goes on from the authority's record`() {
        let givenUp = truth.undelivered(Sample.installation(), because: "taken back", at: Sample.at(10))
        #expect(givenUp.stage == .failed && givenUp.isGivenUp)
        // The sample's request came at 20.
        let issued = truth.next(
            givenUp, enrollment: Sample.enrollment(.issued, credential: 1), credential: Sample.credential())
        #expect(issued.stage == .issued && issued.reason == nil && !issued.isGivenUp)
        #expect(told(issued, report(1, Sample.thumbprint(1))).stage == .installed)
        let denied = truth.next(givenUp, enrollment: Sample.enrollment(.denied), credential: nil)
        #expect(denied.stage == .failed && denied.reason?.contains("denied") == true)
        // A request from before the failure is what failed.
        let later = truth.undelivered(Sample.installation(), because: "no answer", at: Sample.at(30))
        let same = truth.next(
            later, enrollment: Sample.enrollment(.issued, credential: 1), credential: Sample.credential())
        #expect(same.stage == .failed && same.reason == "no answer")
    }

    @Test func `a device that has nothing under the name has no certificate, however far it was`() {
        let delivered = truth.delivered(Sample.installation(), at: Sample.at(10))
        let mismatched = told(issued, report(1, Sample.thumbprint(2)))
        let day: Int64 = 86_400
        for (record, moment) in [(installed, 200), (mismatched, 200), (delivered, day + 11), (issued, day + 11)] {
            let gone = told(record, .absent(at: Sample.at(moment)))
            #expect(gone.stage == .failed && gone.failedAt == Sample.at(moment))
            #expect(gone.reason == "the device has nothing under this name any more")
            #expect(gone.renewAt == nil && gone.previousCredential == nil && gone.previousThumbprint == nil)
            // What it shows again it has.
            #expect(told(gone, report(1, Sample.thumbprint(1), at: moment + 1)).stage == .installed)
        }
        let absent = InstallationReport.absent(at: Sample.at(200))
        // A device that works on an order may have written down nothing yet.
        #expect(told(issued, absent) == issued)
        let ordered = Sample.installation()
        #expect(truth.next(ordered, enrollment: nil, credential: nil, report: absent) == ordered)
        let failed = told(issued, report(16, errorCode: 5))
        #expect(told(failed, absent) == failed)
    }

    // MARK: Failures

    @Test func `a failure has a reason and the device's number`() {
        let record = told(issued, report(16, errorCode: Int32(bitPattern: 0x8009_4014)))
        #expect(record.stage == .failed && record.failedAt == Sample.at(100))
        #expect(record.errorCode == -2_146_877_420)
        #expect(record.reason?.hasSuffix("0x80094014") == true)
        #expect(record.issuedAt != nil && record.outcomeCode == "management.installation-failed")
        let short = told(issued, report(16, errorCode: 5))
        #expect(short.reason?.hasSuffix("0x00000005") == true)
        #expect(told(issued, report(16)).reason?.isEmpty == false)
        let explained = InstallationReport(status: 16, errorCode: 5, reason: "the key store is full", at: Sample.at(1))
        #expect(told(issued, explained).reason == "the key store is full")
    }

    @Test(arguments: [Enrollment.State.denied, .failed])
    func `the authority's refusal is the reason, whoever tells of it first`(state: Enrollment.State) {
        let refused = Sample.enrollment(state, reason: "enrollment.key-refused")
        let delivered = truth.delivered(Sample.installation(), at: Sample.at(10))
        let first = truth.next(delivered, enrollment: refused, credential: nil)
        #expect(first.stage == .failed && first.failedAt == Sample.at(25) && first.requestedAt == Sample.at(20))
        #expect(first.reason?.contains("enrollment.key-refused") == true)
        let then = truth.next(first, enrollment: refused, credential: nil, report: report(16, errorCode: 7))
        #expect(then.errorCode == 7 && then.reason == first.reason && then.failedAt == first.failedAt)
        let deviceFirst = truth.next(delivered, enrollment: nil, credential: nil, report: report(16, errorCode: 7))
        #expect(truth.next(deviceFirst, enrollment: refused, credential: nil).reason == first.reason)
    }

    @Test func `an order that did not arrive failed, but not what was settled before`() {
        let record = truth.undelivered(
            Sample.installation(), because: "the device answered 507", at: Sample.at(15))
        #expect(record.stage == .failed && record.reason == "the device answered 507")
        #expect(record.deliveredAt == nil)
        #expect(truth.undelivered(installed, because: "late", at: Sample.at(500)) == installed)
        #expect(truth.undelivered(record, because: "late", at: Sample.at(500)) == record)
    }

    @Test func `a device that shows the issued certificate after a failure has it`() {
        let failed = told(issued, report(16, errorCode: 5))
        let after = told(failed, report(1, Sample.thumbprint(1), at: 300))
        #expect(after.stage == .installed && after.failedAt == nil && after.errorCode == nil && after.reason == nil)
        #expect(told(installed, report(16, errorCode: 5)) == installed)
    }

    // MARK: What belongs to the order

    @Test func `an enrolment of another challenge and another enrolment's certificate are disregarded`() {
        let record = Sample.installation()
        let foreign = Sample.enrollment(.issued, challenge: ChallengeID(rawValue: "ch_2"), credential: 1)
        #expect(truth.next(record, enrollment: foreign, credential: Sample.credential()) == record)
        let without = Sample.installation(challenge: nil)
        let nobodys = Sample.enrollment(.issued, challenge: nil, credential: 1)
        #expect(truth.next(without, enrollment: nobodys, credential: Sample.credential()) == without)
        let mixed = truth.next(
            record, enrollment: Sample.enrollment(.issued, credential: 1), credential: Sample.credential(2))
        #expect(mixed.stage == .requested && mixed.credential == nil)
    }

    @Test func `a request proves that the order arrived, though its answer was lost`() {
        let record = truth.next(Sample.installation(), enrollment: Sample.enrollment(.pending), credential: nil)
        #expect(record.stage == .requested && record.deliveredAt == Sample.at(20))
    }

    @Test func `what a device tells before the order arrived is of an earlier one`() {
        let record = Sample.installation()
        for status in [1, 16] {
            let after = truth.next(
                record, enrollment: nil, credential: nil, report: report(status, Sample.thumbprint(5), errorCode: 5))
            #expect(after == record)
        }
    }

    @Test func `a device's word that came before the authority's record was read is not lost`() {
        let delivered = truth.delivered(Sample.installation(), at: Sample.at(10))
        let early = truth.next(
            delivered, enrollment: nil, credential: nil, report: report(1, Sample.thumbprint(1)))
        #expect(early.stage == .mismatched)
        let after = truth.next(
            early, enrollment: Sample.enrollment(.issued, credential: 1), credential: Sample.credential())
        #expect(after.stage == .installed && after.installedAt != nil && after.reason == nil && after.renewAt != nil)
    }

    // MARK: PFX

    @Test func `a PFX is issued before it is ordered, and ordered until it is delivered`() {
        var record = Sample.installation(.pfx, challenge: nil)
        record = record.issued(Sample.credential())
        #expect(record.stage == .ordered && record.issuedAt != nil)
        #expect(record.issued(Sample.credential(2)) == record)
        record = truth.delivered(record, at: Sample.at(40))
        #expect(record.stage == .delivered)
        let done = truth.next(
            record, enrollment: nil, credential: Sample.credential(), report: report(0, Sample.thumbprint(1)))
        #expect(done.stage == .installed && done.renewAt != nil)
        let failed = truth.next(
            record, enrollment: nil, credential: Sample.credential(), report: report(0x8007_0056))
        #expect(failed.stage == .failed && failed.errorCode == Int32(bitPattern: 0x8007_0056))
        let signed = truth.next(
            record, enrollment: nil, credential: Sample.credential(), report: report(-2_147_024_810))
        #expect(signed.errorCode == failed.errorCode)
        let absurd = truth.next(record, enrollment: nil, credential: nil, report: report(.min))
        #expect(absurd.stage == .failed && absurd.errorCode == nil)
    }
}
