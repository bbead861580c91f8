// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
import PKIFormats
import SealwrightAgent
import SealwrightCommandLine

/// `sealwright-agent container unlock`.
struct ContainerUnlock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Put the keys of a container into files that other programs can use.",
        discussion: """
            The files are in the runtime folder, which is in memory, mode 0600, for the user of the container. They go \
            with 'lock', with the time given, or with the machine. Keys that come later need another 'unlock'.

              sealwright-agent container unlock vpn --user ada --for 8h
            """)

    @OptionGroup var container: ContainerArgument

    @Option(name: .long, help: "A file whose first line is the PIN, '-' for standard input; asked for without it.")
    var pinFile: String?

    @Option(name: .customLong("for"), help: "How long: 30s, 15m, 8h; at most 7d.")
    var life = "8h"

    @OptionGroup var options: AgentOptions

    /// Seconds; whoever needs longer wants no PIN.
    private static let longestLife: Int64 = 7 * 86_400

    private struct Document: Encodable {
        let scope: String
        let name: String
        let openUntil: String
        let files: [String]
        let unreadable: [String]
    }

    func validate() throws {
        guard let seconds = Duration.seconds(of: life), (1...Self.longestLife).contains(seconds) else {
            throw ValidationError("--for is a time such as 8h, from 1s to 7d")
        }
    }

    func run() async throws {
        let reference = try container.reference()
        let owner = try FileOwner(of: reference.scope)
        let pin = try PINInput.read(from: pinFile)
        let now = AgentRuntime.clock()
        let session = UnlockedKeys.Session(
            container: reference, expires: now.adding(seconds: Duration.seconds(of: life) ?? 0))
        let key = try options.lockedContainers().open(reference, pin: pin, pool: CryptoPool(threads: 1), at: now)
        let state = try AgentSnapshot.read(options.folder)
        let contents = try key.keys(of: reference, in: state, FolderFiles(looking: options.folder))
        guard let unlocked = try options.lockedUnlockedKeys(ifThere: false), let root = options.runtimeFolder else {
            return
        }
        try unlocked.tidy(at: now, state)
        let paths = try unlocked.open(session, keys: contents.keys) { (path) throws(AgentError) in
            try owner?.take("\(root)/\(path)")
        }
        LockTimer.start(session, options)
        let files = paths.map { "\(root)/\($0)" }
        let document = Document(
            scope: reference.scope.label, name: reference.name, openUntil: session.expires.iso8601, files: files,
            unreadable: contents.unreadable)
        guard !options.json else { return Terminal.result(JSONText.of(document)) }
        files.forEach(Terminal.result)
        Terminal.error("open until \(document.openUntil)")
        for path in contents.unreadable { Terminal.error("\(path) is missing or sealed to an older container") }
    }
}

/// `sealwright-agent container lock`.
struct ContainerLock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Remove the files that 'unlock' made.",
        discussion: """
              sealwright-agent container lock vpn --user ada
            """)

    @OptionGroup var container: ContainerArgument

    /// Used by `unlock`: waits for the moment, and does nothing when the container was locked or opened anew meanwhile.
    @Option(name: .long, help: .hidden)
    var at: String?

    @OptionGroup var options: AgentOptions

    private struct Document: Encodable {
        let scope: String
        let name: String
        let wasOpen: Bool
    }

    func run() async throws {
        let reference = try container.reference()
        if let at {
            guard let moment = Timestamp(iso8601: at) else { throw ValidationError("--at is no time") }
            guard
                await LockTimer.wait(
                    for: UnlockedKeys.Session(container: reference, expires: moment), in: options)
            else { return }
        }
        let wasOpen = try options.lockedUnlockedKeys(ifThere: true)?.close(reference) ?? false
        // A name that is misspelt would leave open what was to be locked; one that was open may be deleted by now.
        if !wasOpen, at == nil { _ = try options.lookingContainers.find(reference) }
        let document = Document(scope: reference.scope.label, name: reference.name, wasOpen: wasOpen)
        if options.json { Terminal.result(JSONText.of(document)) }
    }
}
