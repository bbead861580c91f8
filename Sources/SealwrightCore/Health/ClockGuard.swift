// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
import Synchronization

/// Why the clock cannot be trusted with issuing.
package enum ClockFault: Error, Hashable, Sendable {
    /// It shows a time before something that was written already.
    case wentBack(now: Timestamp, newest: Timestamp)
    /// It shows a time before the issuing authority's life begins.
    case beforeAuthority(now: Timestamp, notBefore: Timestamp)

    /// The stable code of this fault.
    package var code: String {
        switch self {
        case .wentBack: "clock.went-back"
        case .beforeAuthority: "clock.before-authority"
        }
    }
}

extension ClockFault: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .wentBack(let now, let newest): "the clock shows \(now), but something was written at \(newest) already"
        case .beforeAuthority(let now, let notBefore):
            "the clock shows \(now), before the issuing authority's life begins at \(notBefore)"
        }
    }
}

/// A step ahead of the clock that no time passed for.
package struct ClockStep: Sendable, Hashable {
    /// What the clock should have shown.
    package let expected: Timestamp
    /// What it showed.
    package let shown: Timestamp

    /// The stable code of the warning.
    package static let code = "clock.stepped-ahead"
}

extension ClockStep: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        "the clock went ahead to \(shown) when it was \(expected) by the time that passed"
    }
}

/// Refuses to issue when the clock is plainly wrong, since a certificate with wrong dates cannot be called back.
///
/// Time that passed is told by the newest rows of the audit trail, which every change writes. When it was the clock
/// before that was wrong, whoever starts the server says so once: ``accept(_:)``.
package final class ClockGuard: Sendable {
    private let store: any AuditStore
    private let registry: AuthorityRegistry
    /// The latest time of a row seen; guarded because ticks write it and every issuance reads it.
    private let newest = Mutex<Timestamp?>(nil)
    /// How the clock went since the start; guarded because ticks write it and health reports read it.
    private let course = Mutex(Course())

    private struct Course {
        /// When the start was, by what the clock showed last and the time that passed.
        var start: Timestamp?
        var step: ClockStep?
    }

    /// Seconds the clock may lie behind the newest row, or step ahead: several nodes never agree exactly.
    package static let tolerance: Int64 = 600

    package init(store: any AuditStore, registry: AuthorityRegistry) {
        self.store = store
        self.registry = registry
    }

    /// Rows looked at when the server starts: what is done under a wrong clock must not make it the right one.
    private static let lookback = 1_000

    private static let acceptance = (action: "clock.accepted", object: "clock")

    /// Reads the newest row; the first time many, as far back as somebody said that the clock is right.
    ///
    /// Call it at start and with every tick.
    package func refresh() async throws(StoreError) {
        let isFirst = newest.withLock { $0 == nil }
        var records = try await store.newestAuditRecords(object: nil, limit: isFirst ? Self.lookback : 1)
        let (action, object) = Self.acceptance
        if isFirst, let accepted = try await store.newestAuditRecord(of: action, object: object) {
            records.removeAll { $0.sequence < accepted.sequence }
        }
        guard let latest = records.map(\.event.at).max() else { return }
        newest.withLock { $0 = max($0 ?? latest, latest) }
    }

    /// Takes the clock for right although something was written at a later time, and writes that down.
    ///
    /// Does nothing when the clock is believed anyway.
    ///
    /// - Parameter now: what the clock shows.
    /// - Returns: whether there was anything to accept.
    /// - Throws: ``StoreError``; nothing is accepted then.
    package func accept(_ now: Timestamp) async throws(StoreError) -> Bool {
        guard case .wentBack(_, let newest)? = fault(at: now) else { return false }
        try await store.append(
            AuditEvent(
                action: Self.acceptance.action, at: now, actor: "operator:local", object: Self.acceptance.object,
                details: ["newest": newest.iso8601]))
        self.newest.withLock { $0 = now }
        return true
    }

    /// Compares the clock with the time that passed, to notice a step ahead.
    ///
    /// It may be a wrong clock put right, or a virtual machine that stood still, so nothing is refused for it: it is
    /// written down and told until the next start. A step back is a ``fault(at:)``.
    ///
    /// - Parameters:
    ///   - now: what the clock shows.
    ///   - elapsed: the time since some fixed moment, by a clock that nobody sets and that runs on while the machine
    ///     sleeps.
    /// - Returns: the step, if there was one since the call before.
    /// - Throws: ``StoreError``; the step is told all the same.
    package func follow(_ now: Timestamp, elapsed: Duration) async throws(StoreError) -> ClockStep? {
        let start = now.adding(seconds: -elapsed.components.seconds)
        let step = course.withLock { course -> ClockStep? in
            defer { course.start = start }
            guard let before = course.start else { return nil }
            let ahead = start.seconds(since: before)
            guard ahead > Self.tolerance else { return nil }
            let step = ClockStep(expected: now.adding(seconds: -ahead), shown: now)
            course.step = step
            return step
        }
        guard let step else { return nil }
        try await store.append(
            AuditEvent(
                action: ClockStep.code, at: now, actor: "system", object: Self.acceptance.object,
                details: ["expected": step.expected.iso8601, "shown": step.shown.iso8601]))
        return step
    }

    /// The last step ahead since the start.
    package var step: ClockStep? { course.withLock { $0.step } }

    /// What is wrong with the clock, if anything.
    ///
    /// Cheap: it reads memory only.
    package func fault(at now: Timestamp) -> ClockFault? {
        if let newest = newest.withLock({ $0 }), now.adding(seconds: Self.tolerance) < newest {
            return .wentBack(now: now, newest: newest)
        }
        if let notBefore = registry.issuing()?.certificate.notBefore, now < notBefore {
            return .beforeAuthority(now: now, notBefore: notBefore)
        }
        return nil
    }
}
