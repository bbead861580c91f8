// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Testing

/// The `openssl` command line, the independent judge of these tests.
struct OpenSSL {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs a command that must succeed; gives what it wrote on standard output.
    @discardableResult
    func run(_ arguments: String...) throws -> [UInt8] {
        let (status, output, message) = try execute(arguments)
        try #require(status == 0, "openssl \(arguments.joined(separator: " ")): \(message)")
        return output
    }

    /// Whether a command succeeds.
    func succeeds(_ arguments: String...) throws -> Bool { try execute(arguments).status == 0 }

    /// Writes a private key to a file in the form its standard gives it; the path.
    func write(_ key: SoftwareKey) throws -> String {
        try folder.write(TestDER.privateKey(try key.material()), "key.der")
    }

    private func execute(_ arguments: [String]) throws -> (status: Int32, output: [UInt8], message: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let (output, errors) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (FileHandle.nullDevice, output, errors)
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, Array(bytes), message)
    }
}
