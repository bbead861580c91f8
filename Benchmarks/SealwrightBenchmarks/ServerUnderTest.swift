// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A running `sealwright` whose processor time and memory are read from outside.
final class ServerUnderTest {
    /// Plain HTTP.
    let port: Int
    /// HTTPS, where the API is.
    let securePort: Int
    /// HTTPS that knows devices by their certificates.
    let devicePort: Int
    /// Seconds from the start of the process to the first `200` of `/readyz`.
    let startup: Double
    private let process: Process

    var processID: Int32 { process.processIdentifier }

    /// Starts the program and waits until it is ready.
    ///
    /// - Parameters:
    ///   - program: the executable.
    ///   - verb: `serve` or `up`.
    ///   - folder: the data folder; the server's messages go to a file beside it.
    ///   - ports: plain HTTP, HTTPS, devices.
    /// - Throws: ``BenchmarkError`` when it does not come up within a minute.
    init(program: String, verb: String = "serve", folder: String, ports: [Int]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [verb, "--data", folder] + Self.flags(ports)
        let log = folder + ".log"
        guard FileManager.default.createFile(atPath: log, contents: nil) else {
            throw BenchmarkError("cannot write \(log)")
        }
        process.standardOutput = FileHandle(forWritingAtPath: log)
        process.standardError = process.standardOutput
        let start = ContinuousClock.now
        try process.run()
        self.process = process
        guard ports.count == 3 else { throw BenchmarkError("a server has three ports") }
        (port, securePort, devicePort) = (ports[0], ports[1], ports[2])
        while true {
            if let connection = try? LoopbackConnection(port: port),
                let reply = try? connection.exchange(HTTPMessage.get("/readyz")), reply.status == 200
            {
                break
            }
            guard process.isRunning, (ContinuousClock.now - start).seconds < 60 else {
                process.terminate()
                throw BenchmarkError("the server did not become ready; see \(log)")
            }
            usleep(2_000)
        }
        startup = (ContinuousClock.now - start).seconds
    }

    deinit { stop() }

    /// Ends the server and waits for it.
    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// Seconds of processor time used so far.
    func processorTime() throws(BenchmarkError) -> Double { try ProcessorTime.ofProcess(processID) }

    /// Memory in MiB, by the names of `/proc/PID/status`: VmRSS, RssAnon, VmHWM.
    func memory() -> [String: Double] { ProcessMemory.of(processID) }

    /// The flags for the ports, the same for `init`, `serve` and `up`.
    static func flags(_ ports: [Int]) -> [String] {
        ["--host", "127.0.0.1", "--listen", "127.0.0.1"]
            + zip(["--http-port", "--https-port", "--device-port"], ports).flatMap { [$0, String($1)] }
    }

    /// Three ports nobody listens on.
    static func freePorts() -> [Int] {
        let sockets = (0..<3).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        defer { for descriptor in sockets { close(descriptor) } }
        return sockets.map { descriptor in
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, size)
                    getsockname(descriptor, $0, &size)
                }
            }
            return Int(in_port_t(bigEndian: address.sin_port))
        }
    }
}
