// SPDX-License-Identifier: Apache-2.0

/// Runs the `openssl` program in a folder of its own, as an independent judge.
package final class OpenSSL {
    /// Whether to run tests that need the program.
    package static let isInstalled = ForeignProgram.areExpected("openssl")
    private let folder: TemporaryFolder

    /// Makes the folder.
    package init() throws { folder = try TemporaryFolder() }

    /// Writes an input file.
    package func write(_ bytes: [UInt8], to name: String) throws { try folder.write(bytes, name) }

    /// Reads an output file.
    package func read(_ name: String) throws -> [UInt8] { try folder.read(name) }

    /// Runs a command; its output and exit status.
    package func run(_ arguments: String...) throws -> (status: Int32, output: String) { try run(arguments) }

    /// Runs a command; its output and exit status.
    package func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let result = try ForeignProgram.run("openssl", arguments, in: folder.url)
        return (result.status, result.text)
    }
}
