// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A program nobody here wrote, found on the search path.
enum Tool {
    /// Daemons such as certmonger live outside an ordinary user's search path.
    private static let folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/bin", "/opt/homebrew/bin"]

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

    /// The full path of a program; a path stays as it is.
    static func path(_ name: String) -> String? {
        let candidates = name.hasPrefix("/") ? [name] : folders.map { $0 + "/" + name }
        return candidates.first(where: FileManager.default.isExecutableFile(atPath:))
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test whose programs are missing; in CI the test runs all the same, and fails.
    static func needs(_ programs: String...) -> Self {
        let missing = programs.filter { Tool.path($0) == nil }
        let isCI = ProcessInfo.processInfo.environment["CI"] == "true"
        return .enabled(
            if: missing.isEmpty || isCI, "missing: \(missing.joined(separator: " ")); run scripts/bootstrap")
    }
}
