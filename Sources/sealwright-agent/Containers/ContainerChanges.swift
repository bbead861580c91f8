// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import SealwrightAgent
import SealwrightCommandLine

/// What commands print of a container that they changed.
private struct ChangedContainer: Encodable {
    let scope: String
    let name: String
    let change: String

    static func tell(_ change: String, _ reference: ContainerReference, _ options: AgentOptions) {
        guard options.json else { return }
        Terminal.result(
            JSONText.of(ChangedContainer(scope: reference.scope.label, name: reference.name, change: change)))
    }
}

/// `sealwright-agent container create`.
struct ContainerCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a container, so that a server can put keys into it.",
        discussion: """
            The PIN has 6 to 127 characters, digits or any others; 123456 and its like are refused. Works beside a \
            running service.

              sealwright-agent container create vpn --user ada
            """)

    @OptionGroup var container: ContainerArgument

    @Option(name: .long, help: "A file whose first line is the PIN, '-' for standard input; asked for without it.")
    var pinFile: String?

    @OptionGroup var options: AgentOptions

    func run() async throws {
        let reference = try container.reference()
        let pin = try ContainerPIN(choosing: PINInput.new(from: pinFile))
        try options.lockedContainers().create(
            reference, pin: pin, pool: CryptoPool(threads: 1), at: AgentRuntime.clock())
        ChangedContainer.tell("created", reference, options)
    }
}

/// `sealwright-agent container change-pin`.
struct ContainerChangePIN: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change-pin",
        abstract: "Give a container another PIN; its keys stay.",
        discussion: """
              sealwright-agent container change-pin vpn --user ada
            """)

    @OptionGroup var container: ContainerArgument

    @Option(name: .long, help: "A file whose first line is the PIN so far; asked for without it.")
    var pinFile: String?

    @Option(name: .long, help: "A file whose first line is the new PIN; asked for without it.")
    var newPinFile: String?

    @OptionGroup var options: AgentOptions

    func run() async throws {
        let reference = try container.reference()
        let pin = try PINInput.read(from: pinFile)
        let newPIN = try ContainerPIN(choosing: PINInput.new(from: newPinFile))
        try options.lockedContainers().changePIN(
            of: reference, from: pin, to: newPIN, pool: CryptoPool(threads: 1), at: AgentRuntime.clock())
        ChangedContainer.tell("pin-changed", reference, options)
    }
}

/// `sealwright-agent container delete`.
struct ContainerDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a container, its keys and their certificates.",
        discussion: """
            One that has keys is removed with --force only: nobody can bring them back. Needs the service to be stopped.

              sealwright-agent container delete vpn --user ada --force
            """)

    @OptionGroup var container: ContainerArgument

    @Flag(name: .long, help: "Remove its keys too.")
    var force = false

    @OptionGroup var options: AgentOptions

    func run() async throws {
        let reference = try container.reference()
        let runtime = try AgentRuntime(options)
        let containers = try options.lockedContainers()
        _ = try containers.find(reference)
        let keys = runtime.store.state.keyPaths(in: reference).count
        guard keys == 0 || force else { throw ContainerError.inUse(reference, keys: keys) }
        // The container last: what a crash leaves can be deleted again.
        try runtime.store.removeCertificates(in: reference)
        if let unlocked = try options.lockedUnlockedKeys(ifThere: true) { try unlocked.close(reference) }
        try containers.remove(reference)
        ChangedContainer.tell("deleted", reference, options)
    }
}
