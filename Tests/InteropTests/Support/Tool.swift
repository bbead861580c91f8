// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// Programs that are not on the search path.
enum Tool {
    /// The Python that `scripts/bootstrap` gave pkilint.
    static let lintPython = Repository.python

    /// The TLS scanner that `scripts/bootstrap` put beside it.
    static let sslyze = Repository.pythonPrograms.appendingPathComponent("sslyze").path

    /// The server under test, built beside the test bundle.
    static let sealwright = program("sealwright")
    /// The agent, beside it.
    static let agent = program("sealwright-agent")

    private static func program(_ name: String) -> String {
        (Bundle.main.executableURL ?? Repository.root).deletingLastPathComponent().appendingPathComponent(name).path
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test whose programs are missing; in CI the test runs all the same, and fails.
    static func needs(_ programs: String...) -> Self {
        let missing = ForeignProgram.missing(programs)
        return .enabled(
            if: missing.isEmpty || Repository.isContinuousIntegration,
            "missing: \(missing.joined(separator: " ")); run scripts/bootstrap")
    }
}
