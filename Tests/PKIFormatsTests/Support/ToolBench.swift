// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting

/// A folder in which programs nobody here wrote make what we read and judge what we write.
protocol ToolBench: Sendable {
    var folder: URL { get }
}

extension ToolBench {
    /// A name no other test uses.
    func fresh(_ suffix: String) -> String { UUID().uuidString + suffix }

    /// Writes a file and gives its name.
    @discardableResult
    func file(_ bytes: [UInt8], _ suffix: String = ".bin", named: String? = nil) throws -> String {
        let name = named ?? fresh(suffix)
        try Data(bytes).write(to: folder.appendingPathComponent(name))
        return name
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    @discardableResult
    func openssl(_ arguments: [String]) throws -> String { try run("openssl", arguments) }

    /// Runs `openssl` with the name of an output file appended and gives the contents of that file.
    func opensslOutput(_ arguments: [String]) throws -> [UInt8] {
        let output = fresh(".out")
        try openssl(arguments + ["-out", output])
        return try read(output)
    }

    /// Runs a tool in the folder.
    ///
    /// - Returns: what it wrote to standard output and standard error.
    /// - Throws: ``ForeignProgram/Failure`` unless it ended with 0.
    @discardableResult
    func run(_ tool: String, _ arguments: [String]) throws -> String {
        try ForeignProgram.succeed(tool, arguments, in: folder).text
    }
}
