// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// The repository the tests were built from, and what `scripts/bootstrap` put into it.
package enum Repository {
    /// Its folder: three above this file.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of the Python programs that judge what we write.
    package static let pythonPrograms = root.appendingPathComponent(".build/tools/python/bin")

    /// The Python that has the judges' packages.
    package static let python = pythonPrograms.appendingPathComponent("python").path

    /// The files of the PyPI package `cryptography-vectors`; `nil` where `scripts/bootstrap` has not installed it.
    package static let cryptographyVectors: URL? = {
        let library = root.appendingPathComponent(".build/tools/python/lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        return versions.lazy.map { library.appendingPathComponent("\($0)/site-packages/cryptography_vectors") }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    /// The octets of a file of the repository.
    package static func octets(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: root.appendingPathComponent(path)))
    }

    /// Whether this run is one in which nothing may be skipped.
    ///
    /// Continuous integration says so by `CI`; a test whose programs are missing there runs all the same, and fails.
    package static let isContinuousIntegration: Bool = {
        let value = ProcessInfo.processInfo.environment["CI"] ?? ""
        return !value.isEmpty && value != "false"
    }()
}
