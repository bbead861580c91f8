// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One run of a foreign program, or of ours, as a process of its own.
///
/// What it writes goes to files, so that neither side can wait for the other over a full pipe. Not Foundation's
/// `Process`: it keeps descriptors of every program it ever ran, and these tests run hundreds.
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
        case notStarted(String, Int32)
        case tookTooLong(Result)
        case failed(Result)
    }

    private let command: String
    private let process: ChildProcess
    private let files: (output: URL, errors: URL)

    /// Starts a program in a folder; its environment is ours with these additions.
    init(
        _ name: String, _ arguments: [String], in folder: URL, environment: [String: String] = [:], input: String? = nil
    ) throws {
        guard let path = Tool.path(name) else { throw Failure.missing(name) }
        command = ([name] + arguments).joined(separator: " ")
        let id = UUID().uuidString
        files = (folder.appendingPathComponent(".\(id).out"), folder.appendingPathComponent(".\(id).err"))
        var source = "/dev/null"
        if let input {
            source = folder.appendingPathComponent(".\(id).in").path
            try Data(input.utf8).write(to: URL(fileURLWithPath: source))
        }
        process = try ChildProcess(
            path: path, arguments: arguments, folder: folder.path,
            environment: ProcessInfo.processInfo.environment
                .merging(["SWIFT_BACKTRACE": "enable=no", "LC_ALL": "C"]) { $1 }.merging(environment) { $1 },
            input: source, output: files.output.path, errors: files.errors.path)
    }

    var isRunning: Bool { process.status == nil }
    var output: String { Self.text(files.output) }
    var errors: String { Self.text(files.errors) }

    /// Waits for the end; a program that does not come to one is ended and is a failure.
    func result(within seconds: Double = 60) async throws -> Result {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while isRunning {
            if ContinuousClock.now > deadline {
                await stop()
                throw Failure.tookTooLong(outcome)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return outcome
    }

    /// Ends the program: asks first, insists after ten seconds.
    func stop() async {
        process.send(SIGTERM)
        for _ in 0..<1_000 where isRunning { try? await Task.sleep(for: .milliseconds(10)) }
        await kill()
    }

    /// Ends the program as a power cut would.
    func kill() async {
        process.send(SIGKILL)
        while isRunning { try? await Task.sleep(for: .milliseconds(10)) }
    }

    private var outcome: Result {
        Result(command: command, status: process.status ?? -1, output: output, errors: errors)
    }

    private static func text(_ url: URL) -> String {
        String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
    }
}
