// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// A Sealwright of its own for one test: a temporary folder, free loopback ports, the built program.
final class Lab: Sendable {
    let folder: URL
    let httpPort: Int
    let httpsPort: Int
    private let server: ForeignProgram

    var http: String { "http://127.0.0.1:\(httpPort)" }
    var https: String { "https://127.0.0.1:\(httpsPort)" }

    /// Starts a server, runs the body, and stops the server whatever happened.
    ///
    /// The settings stand in `sealwright.yaml`; the keys are flags for `init`, and without any `up` makes the default
    /// hierarchy.
    static func run(
        settings: String = "", keys: [String] = [], _ body: (Lab) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lab-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let lab = try await Lab(folder: folder, settings: settings, keys: keys)
        do {
            try await body(lab)
        } catch {
            Issue.record("the server said:\n\(lab.server.errors.suffix(4_000))")
            await lab.server.stop()
            throw error
        }
        await lab.server.stop()
    }

    private init(folder: URL, settings: String, keys: [String]) async throws {
        self.folder = folder
        httpPort = try FreePort.any()
        httpsPort = try FreePort.any()
        let listeners = [
            "--host", "127.0.0.1", "--listen", "127.0.0.1", "--http-port", "\(httpPort)", "--https-port",
            "\(httpsPort)",
            "--device-port", "\(try FreePort.any())",
        ]
        try Data(settings.utf8).write(to: folder.appendingPathComponent("sealwright.yaml"))
        if !keys.isEmpty {
            let initialise = try ForeignProgram(
                Tool.sealwright, ["init", "--data", "data", "--host", "127.0.0.1"] + keys, in: folder)
            let result = try await initialise.result()
            try #require(result.succeeded, "\(result)")
        }
        server = try ForeignProgram(
            Tool.sealwright, ["up", "--data", "data", "--config", "sealwright.yaml"] + listeners, in: folder)
        try await waitUntilReady()
    }

    private func waitUntilReady() async throws {
        var isReady = false
        _ = try await SealwrightTesting.eventually(within: 180) {
            isReady = try await run("curl", "-fs", "\(http)/readyz", mayFail: true).succeeded
            return isReady || !server.isRunning
        }
        if isReady { return }
        await server.stop()
        Issue.record("the server did not get ready:\n\(server.errors)")
        throw CancellationError()
    }
}

// MARK: - Programs and files

extension Lab {
    /// Runs a program in the lab's folder; ends the test if it fails, unless it may.
    @discardableResult
    func run(
        _ program: String, _ arguments: String..., mayFail: Bool = false, input: String? = nil,
        environment: [String: String] = [:], within seconds: Double = 60
    ) async throws -> ForeignProgram.Result {
        try await run(
            program, arguments, mayFail: mayFail, input: input, environment: environment, within: seconds)
    }

    /// The same, with the arguments as an array.
    @discardableResult
    func run(
        _ program: String, _ arguments: [String], mayFail: Bool = false, input: String? = nil,
        environment: [String: String] = [:], within seconds: Double = 60
    ) async throws -> ForeignProgram.Result {
        let result = try await ForeignProgram(program, arguments, in: folder, environment: environment, input: input)
            .result(within: seconds)
        guard mayFail || result.succeeded else { throw ForeignProgram.Failure.failed(result) }
        return result
    }

    /// Starts a program that is waited for later.
    func start(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> ForeignProgram {
        try ForeignProgram(program, arguments, in: folder, environment: environment)
    }

    /// Runs an administrator's command and gives what it printed, without the last line end.
    @discardableResult
    func sealwright(_ arguments: String...) async throws -> String {
        let result = try await run(Tool.sealwright, arguments + ["--data", "data"])
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    /// The SCEP URL of an endpoint.
    func url(_ endpoint: String = "default") -> String { "\(http)/scep/\(endpoint)" }

    /// Tries again until it holds; each try may be a program or two.
    func eventually(_ holds: () async throws -> Bool) async throws -> Bool {
        try await SealwrightTesting.eventually(within: 120) {
            let hasCome = try await holds()
            if !hasCome { try await Task.sleep(for: .milliseconds(100)) }
            return hasCome
        }
    }
}
