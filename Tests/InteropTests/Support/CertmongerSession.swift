// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// A certmonger daemon on a message bus of its own; what it remembers stays in the lab's folder.
struct CertmongerSession {
    let lab: Lab
    private let environment: [String: String]

    /// Starts bus and daemon, runs the body, and stops both.
    static func run(in lab: Lab, _ body: (CertmongerSession) async throws -> Void) async throws {
        let address = "unix:path=\(lab.path("bus"))"
        try Self.busSettings(address).write(toFile: lab.path("bus.conf"), atomically: true, encoding: .utf8)
        let bus = try lab.start("dbus-daemon", ["--config-file=\(lab.path("bus.conf"))", "--nofork", "--nopidfile"])
        let session = try CertmongerSession(lab: lab, busAddress: address)
        var daemon: ForeignProgram?
        do {
            try #require(try await lab.eventually { lab.exists("bus") }, "\(bus.errors)")
            daemon = try lab.start("certmonger", ["-s", "-n", "-B"], environment: session.environment)
            try await body(session)
        } catch {
            Issue.record("certmonger said:\n\(daemon?.errors.suffix(4_000) ?? "")")
            await daemon?.stop()
            await bus.stop()
            throw error
        }
        await daemon?.stop()
        await bus.stop()
    }

    /// A bus that starts no programs: a client that is early would have it start another daemon, with the machine's data.
    private static func busSettings(_ address: String) -> String {
        """
        <busconfig>
          <type>session</type>
          <listen>\(address)</listen>
          <policy context="default">
            <allow send_destination="*" eavesdrop="true"/>
            <allow eavesdrop="true"/>
            <allow own="*"/>
          </policy>
        </busconfig>
        """
    }

    private init(lab: Lab, busAddress: String) throws {
        self.lab = lab
        var environment = ["DBUS_SESSION_BUS_ADDRESS": busAddress]
        for name in ["CONFIG", "REQUESTS", "CAS", "LOCAL_CA", "TMP"] {
            let folder = lab.path("certmonger/\(name.lowercased())")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            environment["CERTMONGER_\(name)\(name == "TMP" ? "" : "_")DIR"] = folder
        }
        self.environment = environment
    }

    @discardableResult
    func getcert(_ command: String, _ arguments: String..., mayFail: Bool = false) async throws -> ForeignProgram.Result
    {
        try await lab.run("getcert", [command, "-s"] + arguments, mayFail: mayFail, environment: environment)
    }

    /// Makes a CA known and waits until the daemon has fetched its certificates.
    func addAuthority(_ name: String, url: String) async throws {
        let added = try await lab.eventually {
            try await getcert("add-scep-ca", "-c", name, "-u", url, "-R", lab.path("data/root.pem"), mayFail: true)
                .succeeded
        }
        try #require(added, "the daemon does not answer")
        let fetched = try await lab.eventually {
            try await getcert("list-cas", "-c", name).output.contains("thumbprint")
        }
        try #require(fetched, "the daemon has no CA certificates")
    }

    /// Asks for a certificate for a new key; writes `<name>.key` and, later, `<name>.pem`.
    func request(_ name: String, from authority: String, challenge: String) async throws {
        try await getcert(
            "request", "-c", authority, "-I", name, "-k", lab.path("\(name).key"), "-f", lab.path("\(name).pem"),
            "-N", "CN=\(name)", "-L", challenge)
    }

    /// The daemon's word for where a request is.
    func status(_ name: String) async throws -> String? {
        try await getcert("list", "-i", name).output.split(separator: "\n")
            .first { $0.contains("status:") }
            .flatMap { $0.split(separator: " ").last.map(String.init) }
    }

    /// Waits for a certificate; `refreshing` asks the daemon to poll now instead of hours later.
    func waitUntilMonitored(_ name: String, refreshing: Bool = false) async throws {
        let arrived = try await lab.eventually {
            if refreshing { try await getcert("refresh", "-i", name, mayFail: true) }
            return try await status(name) == "MONITORING"
        }
        let last = try await status(name)
        try #require(arrived, "\(name) is \(last ?? "unknown")")
    }
}
