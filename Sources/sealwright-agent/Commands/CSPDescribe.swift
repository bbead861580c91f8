// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightAgent

/// `sealwright-agent csp ddf`: the tree's description for other programs.
struct CSPDescribe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ddf",
        abstract: "Write the description of the whole tree (Device Description Framework, version 2).",
        discussion: """
            Every node with its format, access, default, allowed values and dependencies, as Microsoft describes the \
            trees of Windows.

              sealwright-agent csp ddf --out agent-ddf.xml
            """)

    @Option(name: [.long, .customShort("o")], help: "The file to write; standard output without it.")
    var out: String?

    @Flag(name: .long, help: "No namespace but Microsoft's, as Microsoft's own files have it; the schema wants one.")
    var unqualified = false

    func run() async throws {
        try LocalFile.write(try DDFDocument(isQualified: !unqualified).serialize(), to: out)
    }
}
