// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightAgent
import SealwrightCommandLine

/// `sealwright-agent unenroll`: the device leaves its server.
struct UnenrollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unenroll",
        abstract: "Tell the server that this device leaves, and take back what it installed.",
        discussion: """
            A server that cannot be reached does not hold the device back. What administrators installed stays.

              sealwright-agent unenroll --keep-certificates
            """)

    @Flag(name: .long, help: "Keep the certificates and keys that the server installed.")
    var keepCertificates = false

    @OptionGroup var options: AgentOptions

    private struct Document: Encodable {
        let isServerTold: Bool
        let code: String?
        let reason: String?
    }

    func run() async throws {
        let runtime = try AgentRuntime(options)
        let failure = try await Unenrollment(store: runtime.store, runner: runtime.runner())
            .run(keepsCertificates: keepCertificates)
        guard !options.json else {
            return Terminal.result(
                JSONText.of(
                    Document(isServerTold: failure == nil, code: failure?.code, reason: failure?.description)))
        }
        Terminal.result("this device is no longer managed")
        if let failure { Terminal.error("the server was not told: \(failure) [\(failure.code)]") }
    }
}
