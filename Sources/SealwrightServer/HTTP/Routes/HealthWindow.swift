// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// The health for whoever asks without being let in: however many ask, it is looked at once a second.
///
/// A look writes to the disk and waits for it, so that each question would else be a write of a stranger's.
actor HealthWindow {
    private let look: @Sendable () async -> HealthReport
    private let now: @Sendable () -> ContinuousClock.Instant
    private var last: (begun: ContinuousClock.Instant, report: Task<HealthReport, Never>)?

    /// A window on what `look` finds, by a clock that nobody sets.
    init(
        _ look: @escaping @Sendable () async -> HealthReport,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.look = look
        self.now = now
    }

    /// What was found less than a second ago, or what is found now.
    func report() async -> HealthReport {
        let now = now()
        if let last, now - last.begun < .seconds(1) { return await last.report.value }
        let look = look
        let report = Task { await look() }
        last = (now, report)
        return await report.value
    }
}
