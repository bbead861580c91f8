// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SCEP
import SealwrightCommandLine

/// `sealwright scep caps`: what the server says it can do.
struct SCEPCaps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caps",
        abstract: "Print a server's capabilities, one a line.",
        discussion: "  sealwright scep caps --url http://pki.example.test:8080/scep/default")

    @OptionGroup var target: SCEPTarget

    func run() async throws {
        let names = try await target.connection().statedCapabilities().list.map(\.rawValue)
        if names.isEmpty { Terminal.error("the server names no capabilities") }
        if target.json { return Terminal.result(JSONText.of(names)) }
        for name in names { Terminal.result(name) }
    }
}
