// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// One run of a foreign program, or of ours, as a process of its own.
///
/// What it writes goes to files, so that neither side can wait for the other over a full pipe. Not Foundation's
/// `Process`: it hands down blocked signals, so that a program cannot be ended, and keeps descriptors of every program it
/// ever ran, and tests run hundreds.
package final class ForeignProgram: Sendable {
    /// How a program ended.
    package struct Result: Sendable, CustomStringConvertible {
        package let command: String
        /// The exit status, or the negative number of the signal that ended it.
        package let status: Int32
        package let octets: [UInt8]
        package let errors: String

        /// Standard output as text.
        package var output: String { String(decoding: octets, as: UTF8.self) }
        /// Standard output, then standard error.
        package var text: String { output + errors }
        package var succeeded: Bool { status == 0 }
        package var description: String { "\(command)\nstatus \(status)\n\(output)\n\(errors)" }
    }

    /// Why a program could not be run to its end.
    package enum Failure: Error {
        case missing(String)
        case notStarted(String, Int32)
        case tookTooLong(Result)
        case failed(Result)
    }

    private let command: String
    private let process: ChildProcess
    private let streams: Streams

    /// Starts a program, named by its path or found on the machine, in a folder; its environment is ours with additions.
    package init(
        _ name: String, _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:],
        input: String? = nil
    ) throws {
        guard let path = Self.path(of: name) else { throw Failure.missing(name) }
        command = ([name] + arguments).joined(separator: " ")
        streams = try Streams(input: input)
        process = try ChildProcess(
            path: path, arguments: arguments, folder: folder?.path ?? FileManager.default.currentDirectoryPath,
            environment: ProcessInfo.processInfo.environment
                .merging(["SWIFT_BACKTRACE": "enable=no", "LC_ALL": "C.UTF-8"]) { $1 }.merging(environment) { $1 },
            input: streams.input, output: streams.output, errors: streams.errors)
    }

    package var processIdentifier: Int32 { process.identifier }
    package var isRunning: Bool { process.status == nil }
    package var output: String { String(decoding: Streams.octets(streams.output), as: UTF8.self) }
    package var errors: String { String(decoding: Streams.octets(streams.errors), as: UTF8.self) }

    /// Waits for the end; a program that does not come to one is ended and is a failure.
    package func result(within seconds: Double = 60) async throws -> Result {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while isRunning {
            if ContinuousClock.now > deadline {
                await stop()
                throw Failure.tookTooLong(outcome)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        return outcome
    }

    /// Ends the program: asks first, insists after a minute.
    ///
    /// - Returns: the exit status.
    @discardableResult
    package func stop() async -> Int32 {
        process.send(SIGTERM)
        _ = try? await eventually { !isRunning }
        await kill()
        return process.status ?? -1
    }

    /// Sends a signal.
    package func send(_ signal: Int32) { process.send(signal) }

    /// Ends the program as a power cut would.
    package func kill() async {
        process.send(SIGKILL)
        while isRunning { try? await Task.sleep(for: .milliseconds(10)) }
    }

    private var outcome: Result {
        Result(
            command: command, status: process.status ?? -1, octets: Streams.octets(streams.output), errors: errors)
    }
}

extension ForeignProgram {
    /// Daemons such as certmonger live outside an ordinary user's search path.
    private static let folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/bin", "/opt/homebrew/bin"]

    /// The full path of a program of the machine; a path stays as it is.
    package static func path(of name: String) -> String? {
        let candidates = name.hasPrefix("/") ? [name] : folders.map { $0 + "/" + name }
        return candidates.first(where: FileManager.default.isExecutableFile(atPath:))
    }

    /// Whether to run tests that need programs: when all are there, and always where nothing may be skipped.
    package static func areExpected(_ names: String...) -> Bool {
        Repository.isContinuousIntegration || missing(names).isEmpty
    }

    /// Those of some programs that the machine does not have.
    package static func missing(_ names: [String]) -> [String] { names.filter { path(of: $0) == nil } }

    /// Runs a program to its end while this thread waits.
    ///
    /// For short work; whoever serves the program from this process needs ``result(within:)`` instead.
    package static func run(
        _ name: String, _ arguments: [String], in folder: URL? = nil, input: String? = nil, within seconds: Double = 120
    ) throws -> Result {
        let program = try ForeignProgram(name, arguments, in: folder, input: input)
        let deadline = ContinuousClock.now + .seconds(seconds)
        while program.isRunning {
            usleep(1_000)
            guard ContinuousClock.now > deadline else { continue }
            program.process.send(SIGKILL)
            while program.isRunning { usleep(1_000) }
            throw Failure.tookTooLong(program.outcome)
        }
        return program.outcome
    }

    /// The same; ends the test unless the program ended with 0.
    @discardableResult
    package static func succeed(_ name: String, _ arguments: [String], in folder: URL? = nil) throws -> Result {
        let result = try run(name, arguments, in: folder)
        guard result.succeeded else { throw Failure.failed(result) }
        return result
    }
}

/// The files that are a program's standard streams, in a folder that goes with this object.
private final class Streams: Sendable {
    private let folder: URL
    let input: String
    var output: String { folder.path + "/out" }
    var errors: String { folder.path + "/err" }

    init(input text: String?) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sealwright-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        input = text == nil ? "/dev/null" : folder.path + "/in"
        if let text { try Data(text.utf8).write(to: URL(fileURLWithPath: input)) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static func octets(_ path: String) -> [UInt8] {
        Array((try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data())
    }
}
