// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightServer

/// What `--version` prints.
enum Version {
    static let text = "sealwright " + ServerVersion.number
}

/// `sealwright version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version.",
        discussion: """
              sealwright version --json
            """)

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Document: Encodable {
        let version: String
    }

    func run() {
        Terminal.result(json ? JSONText.of(Document(version: ServerVersion.number)) : Version.text)
    }
}
