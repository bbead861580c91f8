// SPDX-License-Identifier: Apache-2.0

import SealwrightTesting
import Testing

/// A folder for files that foreign programs read and write; removed with this object.
final class ScratchFolder: Sendable {
    private let folder: TemporaryFolder
    var path: String { folder.path }

    init() throws { folder = try TemporaryFolder() }

    /// Writes bytes and returns the file's path.
    func write(_ bytes: [UInt8], as name: String) throws -> String { try folder.write(bytes, name) }

    /// The bytes of a file.
    func read(_ name: String) throws -> [UInt8] { try folder.read(name) }

    /// Runs a program that nobody here wrote, in this folder.
    ///
    /// - Returns: its exit status and what it printed on both streams.
    func run(_ program: String, _ arguments: String...) throws -> (status: Int32, output: String) {
        try run(program, arguments)
    }

    /// Runs a program that nobody here wrote, in this folder.
    ///
    /// - Returns: its exit status and what it printed on both streams.
    func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let result = try ForeignProgram.run(program, arguments, in: folder.url)
        return (result.status, result.text)
    }
}
