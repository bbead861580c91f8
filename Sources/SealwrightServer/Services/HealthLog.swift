// SPDX-License-Identifier: Apache-2.0

import Logging
import SealwrightCore
import Synchronization

/// Tells the log when the server can no longer do its work, and when it can again.
///
/// `/readyz` says it to who asks; whoever reads only the log would not know of a full disk, or of a key that is not
/// there, before a device is refused.
final class HealthLog: Sendable {
    /// The code of each failed check of the report before, by the check's name.
    private let failed = Mutex<[String: String?]>([:])

    /// Tells what has changed since the report before.
    func note(_ report: HealthReport, to logger: Logger) {
        for check in changed(report) {
            if check.outcome == .failed {
                logger.error(
                    "Not ready",
                    metadata: [
                        "check": "\(check.name)", "error.code": "\(check.code ?? "-")", "error": "\(check.detail)",
                    ])
            } else {
                logger.notice("Ready again", metadata: ["check": "\(check.name)", "detail": "\(check.detail)"])
            }
        }
    }

    /// Checks that fail now and did not, or for another reason, and those that failed and do not now.
    func changed(_ report: HealthReport) -> [HealthReport.Check] {
        let failures = report.checks.filter { $0.outcome == .failed }
        let now = Dictionary(failures.map { ($0.name, $0.code) }) { first, _ in first }
        let before = failed.withLock { known in
            defer { known = now }
            return known
        }
        return report.checks.filter { before[$0.name] != now[$0.name] }
    }
}
