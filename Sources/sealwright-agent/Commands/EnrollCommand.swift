// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
import OMADM
import PKIFormats
import SealwrightAgent
import SealwrightCommandLine

/// `sealwright-agent enroll`: the device gets a management server.
struct EnrollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "Enrol this device with a management server (MS-MDE2).",
        discussion: """
            Asks the server for its services and policy, makes a key in the agent's folder, gets a certificate for it \
            and the account for sessions.

              sealwright windows invite --user ada@example.org --json > invitation.json
              sealwright-agent enroll --invitation invitation.json --trust-anchor root.pem
              sealwright-agent enroll --server https://mdm.example.org:8443 \\
                  --user ada@example.org --password-stdin
            """)

    @Option(name: .long, help: "The address of the server, or of its discovery service; https only.")
    var server: String?

    @Option(name: .long, help: "The name or mail address of the user.")
    var user: String?

    @Option(name: .long, help: "A file whose first line is the password.")
    var passwordFile: String?

    @Flag(name: .long, help: "Read the password from standard input.")
    var passwordStdin = false

    @Option(name: .long, help: "What 'sealwright windows invite --json' printed: a file, '-', or the text itself.")
    var invitation: String?

    @Option(
        name: .long, help: "A PEM or DER file with certificates the server must lead to, instead of the machine's.")
    var trustAnchor: [String] = []

    @Option(name: .long, help: "The name of the device (default: a random one, kept for later enrolments).")
    var deviceID: String?

    @Option(name: .long, help: "The type of the key: rsa-2048, rsa-3072, rsa-4096, ec-p256, ec-p384.")
    var key = KeyType.rsa2048.rawValue

    @OptionGroup var options: AgentOptions

    func validate() throws {
        guard KeyType(rawValue: key) != nil else { throw ValidationError("--key: '\(key)' is no type of key") }
        guard invitation == nil || server == nil else {
            throw ValidationError("give either --invitation or --server, not both")
        }
        guard invitation != nil || server != nil else {
            throw ValidationError("no server is named; give --invitation or --server")
        }
        guard passwordFile == nil || !passwordStdin else {
            throw ValidationError("give either --password-file or --password-stdin, not both")
        }
        guard invitation != nil || user != nil else { throw ValidationError("--server needs --user") }
    }

    func run() async throws {
        let wish = try wish()
        let runtime = try AgentRuntime(options)
        let enrollment = DeviceEnrollment(store: runtime.store, transport: runtime.transport, pool: runtime.pool)
        try await enrollment.run(wish, at: AgentRuntime.clock())
        let report = StatusReport(runtime.store.state, at: AgentRuntime.clock())
        guard !options.json else { return Terminal.result(JSONText.of(report)) }
        Terminal.result(StatusText.of(report))
        Terminal.error("enrolled; 'sealwright-agent sync' opens the first session, 'run' stays in touch")
    }

    private func wish() throws -> DeviceEnrollment.Wish {
        let invited = try invitation.map { try Invitation(parsing: try Self.octets($0)) }
        let address = try invited?.discovery ?? Self.discovery(server ?? "")
        var wish = DeviceEnrollment.Wish(discovery: address, user: user ?? invited?.user ?? "")
        wish.password = try password() ?? invited?.password
        wish.keyType = KeyType(rawValue: key) ?? .rsa2048
        wish.trust = try trust(invited)
        wish.context = [
            ContextItem(.enrollmentType, "Device"), ContextItem(.deviceName, ProcessInfo.processInfo.hostName),
        ]
        if let version = DeviceFacts(system: .current).nodes["DevDetail/SwV"] {
            wish.context.append(ContextItem(.osVersion, version))
        }
        if let deviceID { wish.deviceID = try Self.name(deviceID) }
        return wish
    }

    private static func discovery(_ server: String) throws(CommandFailure) -> ServiceURL {
        guard server.prefix(8).lowercased() == "https://" else {
            throw CommandFailure(
                .usage, code: "cli.usage", "--server: '\(Table.printable(server))' does not begin with https://",
                hint: "passwords and certificates are sent over TLS only")
        }
        do throws(AgentServiceError) {
            return try Invitation.discovery(server)
        } catch {
            guard case .invitationUnreadable(let reason) = error else { throw CommandFailure(error) }
            throw CommandFailure(.usage, code: "cli.usage", "--server: \(reason)")
        }
    }

    private func trust(_ invited: Invitation?) throws -> ServerTrust {
        if !trustAnchor.isEmpty { return .only(try trustAnchor.flatMap { try LocalFile.certificates($0) }) }
        if let anchors = invited?.trustAnchors { return .only(anchors) }
        return .system
    }

    private func password() throws -> String? {
        if passwordStdin { return try Password.read("-") }
        return try passwordFile.map { try Password.read($0) }
    }

    private static func name(_ text: String) throws -> MDEDeviceID {
        do {
            return try MDEDeviceID(parsing: text)
        } catch {
            throw CommandFailure(.usage, code: error.code, "--device-id: \(error)")
        }
    }

    /// The text of an invitation begins with a brace; everything else is a file.
    private static func octets(_ invitation: String) throws -> [UInt8] {
        let isText = invitation.drop { $0.isWhitespace }.first == "{"
        return isText ? Array(invitation.utf8) : try InputFile.read(invitation, limit: Invitation.limit)
    }
}
