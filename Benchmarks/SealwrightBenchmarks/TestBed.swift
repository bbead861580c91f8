// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the program under test is and where its data folders go; removed at the end.
final class TestBed {
    let program: String
    let folder: String
    private var made = 0

    init(program: String) throws {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw BenchmarkError("\(program) is missing; 'make bench' builds it first")
        }
        self.program = URL(fileURLWithPath: program).standardizedFileURL.path
        folder = NSTemporaryDirectory() + "/sealwright-bench-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Removes everything.
    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// A path for a new data folder.
    func newFolder() -> String {
        made += 1
        return folder + "/\(made)"
    }

    /// Makes a data folder whose RSA-2048 issuing CA is its own RA.
    func initialize() throws -> Site {
        let site = Site(folder: newFolder(), ports: ServerUnderTest.freePorts(), program: program)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments =
            ["init", "--data", site.folder, "--name", "Benchmark", "--ra-key", "shared"]
            + ServerUnderTest.flags(site.ports)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchmarkError("'sealwright init' failed") }
        return site
    }

    /// What runs this: for the page, since numbers mean little without it.
    static var machine: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = text.split(separator: "\n").first { $0.hasPrefix("model name") }
            .flatMap { $0.split(separator: ":").last }.map { $0.trimmingCharacters(in: .whitespaces) }
        return "\(model ?? "unknown processor"), \(ProcessInfo.processInfo.processorCount) processors"
    }
}

/// One data folder and the ports its server uses.
struct Site {
    let folder: String
    let ports: [Int]
    let program: String

    /// Runs a command to its end.
    func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        // `waitUntilExit` looks every tenth of a second, which is longer than some commands take.
        let end = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in end.signal() }
        try process.run()
        end.wait()
        guard process.terminationStatus == 0 else {
            throw BenchmarkError("'sealwright \(arguments.prefix(2).joined(separator: " "))' failed")
        }
    }

    /// Runs a command to its end and returns what it printed.
    func output(_ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments + ["--data", folder]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let octets = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkError("'sealwright \(arguments.prefix(2).joined(separator: " "))' failed")
        }
        return octets
    }

    func start() throws -> ServerUnderTest { try ServerUnderTest(program: program, folder: folder, ports: ports) }
}
