// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// A folder for files that foreign programs read and write; removed with this object.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "sealwright-revocation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes bytes and returns the file's path.
    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    /// The bytes of a file.
    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)")))
    }

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
        let result = try ForeignProgram.run(program, arguments, in: URL(filePath: path))
        return (result.status, result.text)
    }
}
