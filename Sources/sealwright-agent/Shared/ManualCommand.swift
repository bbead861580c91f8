// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine

/// `sealwright-agent man`.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man", abstract: "Write the manual pages, one for each command.",
        discussion: """
            'make install' does so. 'man sealwright-agent-enroll' shows that of a command.

              sealwright-agent man /usr/local/share/man/man1
            """)

    @OptionGroup var options: ManualOptions

    func run() throws {
        try options.write(
            Manual(
                of: SealwrightAgentProgram.self, version: Version.text, files: Self.files,
                environment: Self.environment, related: ["sealwright"]))
    }

    private static var files: [(path: String, meaning: String)] {
        [
            ("/var/lib/sealwright-agent", "The agent's folder, for root: its state, keys and certificate stores.")
        ]
    }

    private static var environment: [(name: String, meaning: String)] {
        [
            ("XDG_STATE_HOME", "Where the agent's folder is for other users; .local/state without it."),
            ("XDG_RUNTIME_DIR", "Where the socket of the running agent is, for other users than root."),
            ("SSL_CERT_FILE", "The authorities of this machine, as in OpenSSL."),
        ]
    }
}
