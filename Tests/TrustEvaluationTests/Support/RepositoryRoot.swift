// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the repository is, found from this file.
enum RepositoryRoot {
    static let url: URL = {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let bootstrap = folder.appendingPathComponent("scripts/bootstrap").path
            if FileManager.default.fileExists(atPath: bootstrap) { return folder }
        }
        return URL(fileURLWithPath: ".")
    }()

    /// Whether this run may not skip anything.
    static let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] != nil

    /// The octets of a fixture of these tests.
    static func fixture(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: url.appendingPathComponent("Tests/TrustEvaluationTests/Fixtures/\(path)")))
    }
}
