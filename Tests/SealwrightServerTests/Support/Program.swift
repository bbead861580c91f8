// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The built command line as a process.
struct Program: Sendable {
    struct Result: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

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

    static var isBuilt: Bool {
        FileManager.default.isExecutableFile(atPath: path) || ProcessInfo.processInfo.environment["CI"] != nil
    }

    /// Runs to the end.
    static func run(_ arguments: String..., input: String? = nil) async throws -> Result {
        try await run(arguments, input: input)
    }

    /// Runs to the end.
    static func run(_ arguments: [String], input: String? = nil) async throws -> Result {
        let (process, out, err) = make(arguments)
        let pipe = Pipe()
        process.standardInput = pipe
        try process.run()
        if let input { pipe.fileHandleForWriting.write(Data(input.utf8)) }
        try pipe.fileHandleForWriting.close()
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let errors = Bytes()
                let reader = Thread { errors.set(err.fileHandleForReading.readDataToEndOfFile()) }
                reader.start()
                let output = out.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                while !reader.isFinished { usleep(1_000) }
                continuation.resume(
                    returning: Result(
                        status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
                        errors: errors.text))
            }
        }
    }

    /// Starts a server and waits until it is ready.
    static func serve(_ folder: String, _ arguments: String...) async throws -> Served {
        let ports = [try freePort(), try freePort(), try freePort()]
        let log = folder + ".log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments =
            [
                "up", "--data", folder, "--host", "127.0.0.1", "--listen", "127.0.0.1", "--http-port", "\(ports[0])",
                "--https-port", "\(ports[1])", "--device-port", "\(ports[2])",
            ] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        let served = Served(process: process, folder: folder, log: log, httpPort: ports[0], httpsPort: ports[1])
        for _ in 0..<300 {
            let answer = await RawAnswer.exchange(
                Array("GET /readyz HTTP/1.0\r\n\r\n".utf8), port: ports[0], seconds: 2)
            if answer.statuses == [200] { return served }
            try #require(process.isRunning, "the server ended: \(served.logText)")
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CancellationError()
    }

    private static func make(_ arguments: [String]) -> (Process, Pipe, Pipe) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        return (process, out, err)
    }

    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let done = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(done)
        return Int(in_port_t(bigEndian: address.sin_port))
    }
}

/// A server process.
///
/// Always `stop()` it.
struct Served: @unchecked Sendable {
    // Process is not Sendable, but every use here is one call from one test at a time.
    let process: Process
    let folder: String
    let log: String
    let httpPort: Int
    let httpsPort: Int

    var logText: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// Sends SIGTERM and gives the exit status.
    @discardableResult
    func stop() async -> Int32 {
        if process.isRunning { process.terminate() }
        while process.isRunning { try? await Task.sleep(for: .milliseconds(20)) }
        return process.terminationStatus
    }
}

/// Octets that a thread leaves for another.
private final class Bytes: @unchecked Sendable {
    // Guarded by the lock.
    private var data = Data()
    private let lock = NSLock()

    func set(_ data: Data) { lock.withLock { self.data = data } }
    var text: String { lock.withLock { String(decoding: data, as: UTF8.self) } }
}

/// A folder that is gone when the test is over.
func withTemporaryFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let path = NSTemporaryDirectory() + "/sealwright-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
