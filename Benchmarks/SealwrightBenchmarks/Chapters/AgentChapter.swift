// SPDX-License-Identifier: Apache-2.0

import Foundation

/// `sealwright-agent run` of an enrolled device, at rest behind its first session.
struct AgentChapter {
    let bed: TestBed
    /// Seconds from the start of the service to the look at its memory.
    var rest = 10

    func run(into report: inout Report) async throws {
        let title = "The agent at rest"
        let program = URL(fileURLWithPath: bed.program).deletingLastPathComponent()
            .appendingPathComponent("sealwright-agent").path
        guard FileManager.default.isExecutableFile(atPath: program) else {
            return report.add(title, [.note("not measured", "\(program) is missing")])
        }
        let site = try bed.initialize()
        let server = try site.start()
        defer { server.stop() }
        let folder = bed.newFolder()
        let invitation = folder + ".invitation"
        try site.output(["windows", "invite", "--user", "ada@example.org", "--json"])
            .write(to: URL(fileURLWithPath: invitation))
        let enrolling = try run(program, ["enroll", "--invitation", invitation, "--data", folder])
        enrolling.waitUntilExit()
        guard enrolling.terminationStatus == 0 else { throw BenchmarkError("the agent could not enrol") }

        let agent = try run(program, ["run", "--data", folder])
        defer {
            agent.terminate()
            agent.waitUntilExit()
        }
        try await Task.sleep(for: .seconds(rest))
        guard agent.isRunning else { throw BenchmarkError("the agent ended with \(agent.terminationStatus)") }
        let memory = ProcessMemory.of(agent.processIdentifier)
        let used = try ProcessorTime.ofProcess(agent.processIdentifier)
        let status = Pipe()
        try run(program, ["status", "--json", "--data", folder], into: status).waitUntilExit()
        let told = try JSONDecoder().decode(Status.self, from: status.fileHandleForReading.readDataToEndOfFile())
        guard let session = told.lastSession, session.result == "ok" else {
            throw BenchmarkError("the agent had no session: \(told)")
        }
        report.add(
            title,
            [
                .amount("resident", memory["VmRSS"] ?? .infinity, "MiB", atMost: 60),
                .amount("anonymous", memory["RssAnon"] ?? .infinity, "MiB", atMost: 15),
                .note("processor time of its first \(rest) seconds, a session included", "\((used * 1e3).fixed(0)) ms"),
                .note("its first session", "\(session.messages) messages, \(session.commands) commands"),
            ])
    }

    /// What `sealwright-agent status` tells.
    private struct Status: Decodable {
        struct Session: Decodable {
            let messages: Int
            let commands: Int
            let result: String
        }

        let lastSession: Session?
    }

    private func run(_ program: String, _ arguments: [String], into pipe: Pipe? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe ?? FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}
