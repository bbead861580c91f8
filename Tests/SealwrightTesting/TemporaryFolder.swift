// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A folder that is gone when the test is done; only its owner may enter.
package final class TemporaryFolder: Sendable {
    package let url: URL
    package var path: String { url.path }

    package init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("sealwright-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in it.
    package func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file; its path.
    @discardableResult
    package func write(_ octets: some Sequence<UInt8>, _ name: String) throws -> String {
        try Data(octets).write(to: url.appendingPathComponent(name))
        return path(name)
    }

    /// Writes a text file; its path.
    @discardableResult
    package func write(_ text: String, _ name: String) throws -> String { try write(text.utf8, name) }

    /// Reads a file.
    package func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: url.appendingPathComponent(name)))
    }
}

/// Lends a temporary folder, by its path.
package func withTemporaryFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    return try await body(folder.path)
}

extension TemporaryFolder {
    /// Runs a program in the folder.
    ///
    /// - Returns: what it printed on both streams.
    /// - Throws: ``ForeignProgram/Failure`` unless it ended with 0.
    @discardableResult
    package func run(_ name: String, _ arguments: String...) throws -> String {
        try ForeignProgram.succeed(name, arguments, in: url).text
    }
}
