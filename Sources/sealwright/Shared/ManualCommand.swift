// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine

/// `sealwright man`.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man", abstract: "Write the manual pages, one for each command.",
        discussion: """
            'make install' does so. 'man sealwright-scep-enroll' shows that of a command.

              sealwright man /usr/local/share/man/man1
            """)

    @OptionGroup var options: ManualOptions

    func run() throws {
        try options.write(
            Manual(
                of: Sealwright.self, version: Version.text, files: Self.files, environment: Self.environment,
                related: ["sealwright-agent"]))
    }

    private static var files: [(path: String, meaning: String)] {
        [
            (
                "sealwright-data",
                "The data folder of the server, where no other is named: database, sealed keys, audit trail."
            ),
            ("sealwright-data/sealwright.yaml", "Its settings; 'sealwright config show --markdown' describes each."),
            ("sealwright-data/admin.token", "The access token by which commands with --data sign in."),
        ]
    }

    private static var environment: [(name: String, meaning: String)] {
        [
            (
                "SEALWRIGHT_SERVER_HTTP_PORT",
                "The setting server.http-port, and every other in the same way; before the settings file, behind flags."
            ),
            ("SSL_CERT_FILE", "The authorities of this machine, as in OpenSSL."),
        ]
    }
}
