// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// The built command line as a process.
struct Program: Sendable {
    /// The executable beside the test bundle.
    static let path: String = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("sealwright").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            folder = folder.deletingLastPathComponent()
        }
        return FileManager.default.currentDirectoryPath + "/.build/debug/sealwright"
    }()

    /// Another program that is built with it.
    static func neighbour(_ name: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(name).path
    }

    static var isBuilt: Bool {
        ForeignProgram.areExpected(path)
    }

    /// Runs to the end.
    static func run(_ arguments: String..., input: String? = nil) async throws -> ForeignProgram.Result {
        try await run(arguments, input: input)
    }

    /// Runs to the end.
    static func run(_ arguments: [String], input: String? = nil) async throws -> ForeignProgram.Result {
        try await ForeignProgram(path, arguments, input: input).result(within: 180)
    }

    /// Starts a server and waits until it is ready.
    static func serve(_ folder: String, _ arguments: String...) async throws -> Served {
        let ports = try (0..<3).map { _ in try FreePort.any() }
        let process = try ForeignProgram(
            path,
            [
                "up", "--data", folder, "--host", "127.0.0.1", "--listen", "127.0.0.1", "--http-port", "\(ports[0])",
                "--https-port", "\(ports[1])", "--device-port", "\(ports[2])",
            ] + arguments)
        let served = Served(process: process, folder: folder, httpPort: ports[0], httpsPort: ports[1])
        // Keys are made before, and that can take its time.
        let isReady = try await eventually(within: 180) {
            let answer = await RawAnswer.exchange(
                Array("GET /readyz HTTP/1.0\r\n\r\n".utf8), port: ports[0], seconds: 25)
            try #require(process.isRunning, "the server ended: \(served.logText)")
            return answer.statuses == [200]
        }
        try #require(isReady, "\(served.logText)")
        return served
    }
}

/// A server process.
///
/// Always `stop()` it.
struct Served: Sendable {
    let process: ForeignProgram
    let folder: String
    let httpPort: Int
    let httpsPort: Int

    var logText: String { process.errors }

    /// Sends SIGTERM and gives the exit status.
    @discardableResult
    func stop() async -> Int32 { await process.stop() }
}
