// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// A program nobody here wrote, found on the search path.
enum Tool {
    /// Where the repository is: three folders above this file.
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The Python that `scripts/bootstrap` gave pkilint.
    static let lintPython = repository.appendingPathComponent(".build/tools/python/bin/python").path

    /// The TLS scanner that `scripts/bootstrap` put beside it.
    static let sslyze = repository.appendingPathComponent(".build/tools/python/bin/sslyze").path

    /// The server under test, built beside the test bundle.
    static let sealwright =
        (Bundle.main.executableURL ?? repository).deletingLastPathComponent().appendingPathComponent("sealwright").path
}

extension Trait where Self == ConditionTrait {
    /// Skips a test whose programs are missing; in CI the test runs all the same, and fails.
    static func needs(_ programs: String...) -> Self {
        let missing = programs.filter { ForeignProgram.path(of: $0) == nil }
        let isCI = ProcessInfo.processInfo.environment["CI"] == "true"
        return .enabled(
            if: missing.isEmpty || isCI, "missing: \(missing.joined(separator: " ")); run scripts/bootstrap")
    }
}
