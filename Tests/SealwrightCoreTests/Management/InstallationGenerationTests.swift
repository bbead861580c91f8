// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Truth of certificates on devices: generations")
struct InstallationGenerationTests {
    private typealias Sample = ManagementSample
    private let truth = CertificateInstallationTruth()
    private let second = ChallengeID(rawValue: "ch_2")

    private func installed() -> CertificateInstallation {
        truth.next(
            truth.delivered(Sample.installation(), at: Sample.at(10)),
            enrollment: Sample.enrollment(.issued, credential: 1), credential: Sample.credential(),
            report: InstallationReport(status: 1, thumbprint: Sample.thumbprint(1), at: Sample.at(100)))
    }

    private func shows(_ number: Int, at seconds: Int64 = 2_000) -> InstallationReport {
        InstallationReport(status: 1, thumbprint: Sample.thumbprint(number), at: Sample.at(seconds))
    }

    @Test func `a renewal begins anew and remembers what the device has`() {
        let next = installed().nextGeneration(challenge: second, at: Sample.at(1_000))
        #expect(next.stage == .ordered && next.generation == 2 && next.challenge == second)
        #expect(next.previousCredential?.rawValue == "cr_1")
        #expect(next.previousThumbprint == Sample.thumbprint(1).lowercased())
        #expect(next.renewAt == nil && next.id == installed().id)
        // Ordered again before it was carried out: the device still has the first one.
        let third = next.nextGeneration(challenge: nil, at: Sample.at(1_001))
        #expect(third.generation == 3 && third.previousCredential?.rawValue == "cr_1")
    }

    @Test func `an order for a known name is its next generation, as it is ordered now`() {
        let order = CertificateInstallation(
            id: CertificateInstallationID(rawValue: "ci_9"), device: Sample.device, kind: .scep,
            uniqueID: installed().uniqueID, specification: "now", subject: "CN=now", challenge: second,
            orderedAt: Sample.at(1_000))
        let next = order.replacing(installed())
        #expect(next.id == installed().id && next.generation == 2 && next.challenge == second)
        #expect(next.subject == "CN=now" && next.specification == "now" && next.orderedAt == Sample.at(1_000))
        #expect(next.previousCredential?.rawValue == "cr_1")
    }

    @Test func `what a device gave up is not ordered again, whatever generation it was`() {
        let end = Sample.at(1_000 + 8 * 86_400)
        let renewal = installed().nextGeneration(challenge: second, at: Sample.at(1_000))
        let failed = truth.retried(
            truth.undelivered(renewal, because: "no answer", at: Sample.at(1_000)), until: end)
        for record in [installed(), renewal, failed] {
            let left = truth.withdrawn(record, because: "the device left management", at: Sample.at(1_100))
            #expect(left.stage == .failed && left.previousCredential == nil)
            #expect(truth.retried(left, until: end).renewAt == nil)
        }
    }

    @Test func `the old certificate, still shown while the renewal goes on, is neither success nor mismatch`() {
        var record = installed().nextGeneration(challenge: second, at: Sample.at(1_000))
        let before = truth.next(record, enrollment: nil, credential: nil, report: shows(1))
        #expect(before == record)
        record = truth.delivered(record, at: Sample.at(1_010))
        #expect(truth.next(record, enrollment: nil, credential: nil, report: shows(1)) == record)
        let enrollment = Sample.enrollment(.issued, challenge: second, credential: 2)
        record = truth.next(record, enrollment: enrollment, credential: Sample.credential(2), report: shows(1))
        #expect(record.stage == .issued)
        record = truth.next(record, enrollment: enrollment, credential: Sample.credential(2), report: shows(2))
        #expect(record.stage == .installed && record.credential?.rawValue == "cr_2")
    }

    @Test func `the enrolment of the first generation says nothing about the second`() {
        let record = installed().nextGeneration(challenge: second, at: Sample.at(1_000))
        let after = truth.next(
            record, enrollment: Sample.enrollment(.issued, credential: 1), credential: Sample.credential(1))
        #expect(after == record)
    }

    @Test func `a renewal that failed is tried again before the certificate ends, a first order is not`() throws {
        let end = Sample.at(1_000 + 8 * 86_400)
        let renewal = truth.undelivered(
            installed().nextGeneration(challenge: second, at: Sample.at(1_000)), because: "no answer",
            at: Sample.at(1_000))
        let retried = truth.retried(renewal, until: end)
        let moment = try #require(retried.renewAt)
        #expect(moment > Sample.at(1_000) && moment < end)
        #expect(truth.retried(retried, until: end) == retried)
        let first = truth.undelivered(Sample.installation(), because: "no answer", at: Sample.at(10))
        #expect(truth.retried(first, until: end) == first)
        #expect(truth.retried(installed(), until: end) == installed())
    }

    /// Every order of evidence, many times over.
    @Test func `stages never go back within a generation, and the same evidence again changes nothing`() {
        var generator = SplitMix(state: 20_260_601)
        let ends = [
            Sample.enrollment(.pending), Sample.enrollment(.issuing), Sample.enrollment(.issued, credential: 1),
            Sample.enrollment(.denied), Sample.enrollment(.failed),
        ]
        for _ in 1...2_000 {
            var record = Sample.installation()
            let end = ends[Int.random(in: 0...4, using: &generator)]
            for step in 1...8 {
                let before = record
                let enrollment = step < 3 ? nil : step < 5 ? Sample.enrollment(.pending) : end
                let credential = enrollment?.credential == nil ? nil : Sample.credential()
                let report = Self.report(&generator, at: Int64(step * 100))
                if Bool.random(using: &generator) { record = truth.delivered(record, at: Sample.at(Int64(step))) }
                record = truth.next(record, enrollment: enrollment, credential: credential, report: report)
                let again = truth.next(record, enrollment: enrollment, credential: credential, report: report)
                #expect(again == record)
                #expect(Self.rank(record.stage) >= Self.rank(before.stage), "\(before.stage) \(record.stage)")
                #expect(record.stage != .installed || record.thumbprint == record.issuedThumbprint)
                #expect(record.stage != .failed || record.reason != nil)
                #expect(
                    (record.stage == .mismatched)
                        == (record.stage.isSettled && record.failedAt == nil
                            && record.thumbprint != record.issuedThumbprint))
            }
        }
    }

    private static func report(_ generator: inout SplitMix, at seconds: Int64) -> InstallationReport? {
        let statuses = [nil, 1, 1, 1, 2, 16, 32]
        let status = statuses[Int.random(in: 0...6, using: &generator)]
        let thumbprints = [nil, "", Sample.thumbprint(1), Sample.thumbprint(2)]
        let thumbprint = thumbprints[Int.random(in: 0...3, using: &generator)]
        guard Bool.random(using: &generator) else { return nil }
        return InstallationReport(
            status: status, errorCode: status == 16 ? 5 : nil, thumbprint: thumbprint, at: Sample.at(seconds))
    }

    /// Stages in their order; what is settled may become settled otherwise.
    private static func rank(_ stage: CertificateInstallation.Stage) -> Int {
        switch stage {
        case .ordered: 0
        case .delivered: 1
        case .requested: 2
        case .issued: 3
        case .installed, .failed, .mismatched, .removed: 4
        }
    }
}

/// Random numbers that are the same in every run.
///
/// Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", 2014, figure 1.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
