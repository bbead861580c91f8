// SPDX-License-Identifier: Apache-2.0

import SealwrightCore
import Testing

@testable import SealwrightServer

@Suite("The log tells when the server cannot do its work")
struct HealthLogTests {
    private func report(store: HealthReport.Outcome, code: String? = nil) -> HealthReport {
        HealthReport(checks: [
            HealthReport.Check("store", store, "detail", code: code), HealthReport.Check("clock", .warning, "late"),
        ])
    }

    @Test func `once when it begins, once when it ends, and not in between`() {
        let log = HealthLog()
        #expect(log.changed(report(store: .ok)).isEmpty)
        let full = report(store: .failed, code: "store.unavailable")
        #expect(log.changed(full) == [full.checks[0]])
        #expect(log.changed(full).isEmpty)
        let damaged = report(store: .failed, code: "store.corrupted")
        #expect(log.changed(damaged) == [damaged.checks[0]])
        let good = report(store: .ok)
        #expect(log.changed(good) == [good.checks[0]])
        #expect(log.changed(good).isEmpty)
    }

    @Test func `what fails at the start is told, though it never was good`() {
        let failing = report(store: .failed)
        #expect(HealthLog().changed(failing) == [failing.checks[0]])
    }
}
