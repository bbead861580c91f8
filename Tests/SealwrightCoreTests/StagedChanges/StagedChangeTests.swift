// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Staged changes: every transition")
struct StagedChangeTests {
    private static let certificate = ServerCertificateID(rawValue: "sc_1")
    private static let authority = AuthorityID(rawValue: "issuing-2")
    private static let laggard = DeviceID(rawValue: "d_late")
    private static let ready = ChangeProgress(confirmed: 100, total: 100, laggards: [])
    private static let behind = ChangeProgress(confirmed: 9, total: 10, laggards: [laggard])
    private static let subjects: [StagedChange.Subject] = [
        .requireHTTPS(candidate: nil), .requireHTTPS(candidate: certificate), .serverCertificate(certificate),
        .authority(authority),
    ]

    private static func change(
        _ subject: StagedChange.Subject, _ phase: StagedChange.Phase, threshold: Int = 99, before: HTTPSMode = .off
    ) -> StagedChange {
        StagedChange(
            id: StagedChangeID(rawValue: "sg_1"), subject: subject, phase: phase, threshold: threshold,
            httpsBefore: before, createdAt: Timestamp(seconds: 0), createdBy: "test", updatedAt: Timestamp(seconds: 0))
    }

    private static let advance = StagedChange.Event.advance(progress: ready, without: .none)
    private static let finalize = StagedChange.Event.finalize(progress: ready, without: .none)

    /// What an event answers and the phase after it, or the error's code.
    private static func result(
        _ subject: StagedChange.Subject, _ phase: StagedChange.Phase, _ event: StagedChange.Event
    ) -> String {
        var change = change(subject, phase)
        do {
            let actions = try change.handle(event)
            return "\(change.phase.rawValue) \(actions)"
        } catch {
            #expect(change.phase == phase, "an error must leave the change as it was")
            return error.code
        }
    }

    @Test func `requiring HTTPS goes through every phase with the actions of each`() throws {
        var change = Self.change(.requireHTTPS(candidate: Self.certificate), .planned)
        #expect(try change.handle(Self.advance) == [.judgeCandidate])
        #expect(change.phase == .planned)
        #expect(try change.handle(.judged(faults: [])) == [])
        #expect(change.phase == .checked)
        #expect(try change.handle(Self.advance) == [])
        #expect(change.phase == .trustStaged && change.wanted == .trust && change.gate == .trust)
        #expect(try change.handle(Self.advance) == [.activate(Self.certificate), .setHTTPS(.offered)])
        #expect(change.phase == .dual && change.wanted == .https && change.gate == .https)
        #expect(try change.handle(Self.advance) == [.setHTTPS(.required)])
        #expect(change.phase == .enforced)
        #expect(try change.handle(Self.finalize) == [])
        #expect(change.phase == .final && !change.isOpen && change.wanted == nil)
    }

    private static let replacements: [(StagedChange.Subject, StagedChange.Action)] = [
        (.serverCertificate(certificate), .activate(certificate)), (.authority(authority), .rotate(authority)),
    ]

    @Test(arguments: replacements)
    func `a replacement is made by its last step and not before`(
        subject: StagedChange.Subject, action: StagedChange.Action
    ) throws {
        var change = Self.change(subject, .checked)
        #expect(try change.handle(Self.advance) == [])
        #expect(throws: StagedChangeError.lastStepLeft(.trustStaged)) { try change.handle(Self.advance) }
        #expect(try change.handle(Self.finalize) == [action])
        #expect(change.phase == .final)
    }

    @Test func `without a candidate offering HTTPS shows no other certificate and needs no trust`() throws {
        var change = Self.change(.requireHTTPS(candidate: nil), .trustStaged)
        #expect(change.gate == nil)
        #expect(
            try change.handle(.advance(progress: Self.behind, without: .none)) == [.setHTTPS(.offered)])
    }

    @Test(arguments: subjects, StagedChange.Phase.allCases)
    func `every phase answers every event or refuses it with a reason`(
        subject: StagedChange.Subject, phase: StagedChange.Phase
    ) {
        let isHTTPS = subject.text.hasPrefix("https")
        let isOver = phase == .final || phase == .cancelled
        let isPossible = isHTTPS || (phase != .dual && phase != .enforced)
        guard isPossible else { return }
        func expect(_ event: StagedChange.Event, _ allowed: Set<StagedChange.Phase>) {
            let result = Self.result(subject, phase, event)
            if isOver {
                #expect(result == "change.already-over")
            } else {
                #expect(!result.hasPrefix("change.") == allowed.contains(phase), "\(event): \(result)")
            }
        }
        expect(Self.advance, isHTTPS ? [.planned, .checked, .trustStaged, .dual] : [.planned, .checked])
        expect(Self.finalize, isHTTPS ? [.enforced] : [.trustStaged])
        expect(.judged(faults: []), [.planned])
        expect(.stepBack, [.checked, .trustStaged, .dual, .enforced])
        expect(.cancel, Set(StagedChange.Phase.allCases))
        expect(.confirmed(.trust), [.trustStaged, .dual, .enforced])
        expect(.confirmed(.https), [.dual, .enforced])
    }

    @Test func `a candidate with faults stays planned and the faults are told`() {
        var change = Self.change(.serverCertificate(Self.certificate), .planned)
        #expect(throws: StagedChangeError.candidateRefused(["trust.expired"])) {
            try change.handle(.judged(faults: ["trust.expired"]))
        }
        #expect(change.phase == .planned)
    }

    private static let stepsBack: [(StagedChange.Phase, StagedChange.Phase, [StagedChange.Action])] = [
        (.checked, .planned, []), (.trustStaged, .checked, []),
        (.dual, .trustStaged, [.setHTTPS(.off), .rollBack(certificate)]), (.enforced, .dual, [.setHTTPS(.offered)]),
    ]

    @Test(arguments: stepsBack)
    func `each step can be taken back`(
        from: StagedChange.Phase, to: StagedChange.Phase, actions: [StagedChange.Action]
    ) throws {
        var change = Self.change(.requireHTTPS(candidate: Self.certificate), from)
        #expect(try change.handle(.stepBack) == actions)
        #expect(change.phase == to)
    }

    private static let cancellations: [(StagedChange.Phase, [StagedChange.Action])] = [
        (.planned, []), (.checked, []), (.trustStaged, []), (.dual, [.setHTTPS(.offered), .rollBack(certificate)]),
        (.enforced, [.setHTTPS(.offered), .rollBack(certificate)]),
    ]

    @Test(arguments: cancellations)
    func `cancelling undoes everything, back to how HTTPS stood before`(
        phase: StagedChange.Phase, actions: [StagedChange.Action]
    ) throws {
        var change = Self.change(.requireHTTPS(candidate: Self.certificate), phase, before: .offered)
        #expect(try change.handle(.cancel) == actions)
        #expect(change.phase == .cancelled)
    }

    private static let gated: [(StagedChange.Subject, StagedChange.Phase, Bool)] = [
        (.requireHTTPS(candidate: certificate), .trustStaged, false), (.requireHTTPS(candidate: nil), .dual, false),
        (.requireHTTPS(candidate: nil), .enforced, true), (.serverCertificate(certificate), .trustStaged, true),
        (.authority(authority), .trustStaged, true),
    ]

    @Test(arguments: gated)
    func `a step that could lose devices waits for the threshold or for every laggard's name`(
        subject: StagedChange.Subject, phase: StagedChange.Phase, isLast: Bool
    ) throws {
        func event(_ consent: LaggardConsent) -> StagedChange.Event {
            isLast
                ? .finalize(progress: Self.behind, without: consent) : .advance(progress: Self.behind, without: consent)
        }
        let refusal = StagedChangeError.thresholdNotReached(Self.behind, threshold: 99)
        var change = Self.change(subject, phase)
        #expect(throws: refusal) { try change.handle(event(.none)) }
        #expect(throws: refusal) { try change.handle(event(.naming([DeviceID(rawValue: "d_other")]))) }
        #expect(change.phase == phase)
        _ = try change.handle(event(.naming([Self.laggard])))
        #expect(change.phase != phase)
        var lenient = Self.change(subject, phase, threshold: 90)
        _ = try lenient.handle(event(.none))
        #expect(lenient.phase != phase)
    }

    private static let shares: [(Int, Int, Int, Bool)] = [
        (0, 0, 99, true), (98, 100, 99, false), (99, 100, 99, true), (989, 1_000, 99, false), (1, 1, 100, true),
        (0, 1, 1, false),
    ]

    @Test(arguments: shares)
    func `the threshold is met exactly`(confirmed: Int, total: Int, threshold: Int, isMet: Bool) {
        #expect(ChangeProgress(confirmed: confirmed, total: total, laggards: []).reaches(threshold) == isMet)
    }

    @Test func `laggards too many to name are consented to by their number, and no more of them`() throws {
        let progress = ChangeProgress(confirmed: 4, total: 5_004, laggards: [Self.laggard])
        #expect(LaggardConsent.atMost(5_000).covers(progress))
        #expect(!LaggardConsent.atMost(4_999).covers(progress))
        #expect(!LaggardConsent.none.covers(progress))
    }

    @Test func `laggards beyond those that are named cannot be consented to`() {
        let progress = ChangeProgress(confirmed: 0, total: 2, laggards: [Self.laggard])
        #expect(!LaggardConsent.naming([Self.laggard]).covers(progress))
    }

    @Test(arguments: subjects)
    func `a subject survives a round trip through its text`(subject: StagedChange.Subject) {
        #expect(StagedChange.Subject(text: subject.text) == subject)
        #expect(StagedChange.Subject(text: subject.text + " more words") == nil)
    }
}
