// SPDX-License-Identifier: Apache-2.0

import Logging
import PKIFormats

extension EnrollmentService {
    /// Ends what waited for a person longer than its endpoint lets it, so that it does not hold a place for ever.
    ///
    /// A device that asks then is told so, and may send a new request. Under a clock that cannot be right nothing ends.
    ///
    /// - Returns: how many ended.
    /// - Throws: ``StoreError``.
    package func endLapsed() async throws(StoreError) -> Int {
        let now = clock.now
        guard issuance.clockGuard?.fault(at: now) == nil else { return 0 }
        var ended = 0
        var cursor: EnrollmentID?
        while true {
            // The oldest come first, so that a look at the first few is enough while nothing is due.
            let waiting = try await store.enrollments(in: .pending, after: cursor, limit: Self.lapseBatch)
            for enrollment in waiting where isLapsed(enrollment, at: now) {
                if try await end(enrollment, at: now) { ended += 1 }
            }
            guard let last = waiting.last, now.seconds(since: last.createdAt) >= shortestWait else { break }
            cursor = last.id
        }
        if ended > 0 {
            issuance.waitingRoom.someoneLeft()
            logger.notice("Requests ended that nobody decided", metadata: ["count": "\(ended)"])
        }
        return ended
    }

    private func isLapsed(_ enrollment: Enrollment, at now: Timestamp) -> Bool {
        let patience = decider.policies[enrollment.key.endpoint]?.waitingTime ?? EnrollmentPolicy.standardWaitingTime
        return now.seconds(since: enrollment.createdAt) >= patience
    }

    /// An endpoint that is not configured any more has the standard time.
    private var shortestWait: Int64 {
        decider.policies.values.map(\.waitingTime).reduce(EnrollmentPolicy.standardWaitingTime, min)
    }

    private func end(_ enrollment: Enrollment, at now: Timestamp) async throws(StoreError) -> Bool {
        let hasEnded = try await store.recordLapse(
            enrollment.id, reason: DenialReason.waitedTooLong.code, event: .lapsed(enrollment, at: now))
        if hasEnded {
            metrics.failed(reason: DenialReason.waitedTooLong.code, via: enrollment.via)
            issuance.tell(enrollment, .refused(.waitedTooLong))
        }
        return hasEnded
    }

    private static let lapseBatch = 100
}
