// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs the `openssl` program in a folder of its own, as an independent judge.
package final class OpenSSL {
    /// Whether the program is there.
    ///
    /// Continuous integration always has it: without it tests fail there and do not skip.
    package static let isInstalled =
        FileManager.default.isExecutableFile(atPath: path) || ProcessInfo.processInfo.environment["CI"] != nil
    private static let path = "/usr/bin/openssl"
    private let folder: URL

    /// Makes the folder.
    package init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("scep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Writes an input file.
    package func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }

    /// Reads an output file.
    package func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// Runs a command; its output and exit status.
    package func run(_ arguments: String...) throws -> (status: Int32, output: String) { try run(arguments) }

    /// Runs a command; its output and exit status.
    package func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let result = try ForeignProgram.run(Self.path, arguments, in: folder)
        return (result.status, result.text)
    }
}
