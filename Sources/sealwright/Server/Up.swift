// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightCore
import SealwrightServer

/// `sealwright up`: everything from nothing, and harmless to repeat.
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Initialise when new, then serve.",
        discussion: """
            On an empty folder this makes a root, an issuing CA, a SCEP endpoint, CRL and OCSP. On an existing one it \
            starts what is there; where it is served already, it says so and leaves. It never asks a question.

              sealwright up --host pki.example.test
            """)

    @Option(name: .long, help: "The folder that holds everything.")
    var data = "sealwright-data"

    @Flag(name: .long, help: "Print the summary as JSON.")
    var json = false

    @OptionGroup var listeners: ListenerFlags

    func run() async throws {
        let folder = DataFolder(data)
        do {
            try await ServerRun(folder: folder, flags: listeners, json: json).run(hierarchy: HierarchyChoice())
        } catch {
            guard error.code == CommandFailure.folderInUseCode, let found = await RunningServer(of: folder) else {
                throw error
            }
            Terminal.error("sealwright: this folder is served already; the flags of this call change nothing")
            Terminal.result(json ? JSONText.of(found.summary) : found.summary.text(.process(found.processID)))
        }
    }
}

/// `sealwright serve`: starts what was initialised before.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve an initialised data folder.",
        discussion: """
              sealwright serve --data /var/lib/sealwright
            """)

    @Option(name: .long, help: "The folder made by 'init' or 'up'.")
    var data: String

    @Flag(name: .long, help: "Print the summary as JSON.")
    var json = false

    @OptionGroup var listeners: ListenerFlags

    func run() async throws {
        let folder = DataFolder(data)
        guard folder.isInitialized else { throw CommandFailure(folder.absence) }
        try await ServerRun(folder: folder, flags: listeners, json: json).run(hierarchy: nil)
    }
}
