// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// One run of a foreign program, or of ours, as a process of its own.
///
/// What it writes goes to files, so that neither side can wait for the other over a full pipe.
final class Program: Sendable {
    /// How a program ended.
    struct Result: Sendable, CustomStringConvertible {
        let command: String
        let status: Int32
        let output: String
        let errors: String

        var succeeded: Bool { status == 0 }
        var description: String { "\(command)\nstatus \(status)\n\(output)\n\(errors)" }
    }

    /// Why a program could not be run to its end.
    enum Failure: Error {
        case missing(String)
        case tookTooLong(Result)
        case failed(Result)
    }

    private let command: String
    private let process: Process
    private let files: (output: URL, errors: URL)

    /// Starts a program in a folder; its environment is ours with these additions.
    init(
        _ name: String, _ arguments: [String], in folder: URL, environment: [String: String] = [:], input: String? = nil
    ) throws {
        guard let path = Tool.path(name) else { throw Failure.missing(name) }
        command = ([name] + arguments).joined(separator: " ")
        let id = UUID().uuidString
        files = (folder.appendingPathComponent(".\(id).out"), folder.appendingPathComponent(".\(id).err"))
        process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment
            .merging(["SWIFT_BACKTRACE": "enable=no", "LC_ALL": "C"]) { $1 }.merging(environment) { $1 }
        process.standardOutput = try Self.sink(files.output)
        process.standardError = try Self.sink(files.errors)
        process.standardInput = try Self.source(input, folder.appendingPathComponent(".\(id).in"))
        try process.run()
    }

    var isRunning: Bool { process.isRunning }
    var output: String { (try? String(contentsOf: files.output, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOf: files.errors, encoding: .utf8)) ?? "" }

    /// Waits for the end; a program that does not come to one is ended and is a failure.
    func result(within seconds: Double = 60) async throws -> Result {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while process.isRunning {
            if ContinuousClock.now > deadline {
                await stop()
                throw Failure.tookTooLong(outcome)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return outcome
    }

    /// Ends the program: asks first, insists after five seconds.
    func stop() async {
        process.terminate()
        for _ in 0..<500 where process.isRunning { try? await Task.sleep(for: .milliseconds(10)) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Ends the program as a power cut would.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private func kill(_ pid: Int32, _ signal: Int32) { Foundation.kill(pid, signal) }

    private var outcome: Result {
        Result(command: command, status: process.terminationStatus, output: output, errors: errors)
    }

    private static func sink(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }

    private static func source(_ text: String?, _ url: URL) throws -> FileHandle {
        guard let text else { return .nullDevice }
        try Data(text.utf8).write(to: url)
        return try FileHandle(forReadingFrom: url)
    }
}
