// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import PKIFormats
import SealwrightAgent
import SealwrightCommandLine

/// `sealwright-agent container`: keys that a person opens with a PIN.
struct ContainerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "container",
        abstract: "Keys that a person opens with a PIN, as Windows Hello for Business keeps them.",
        discussion: """
            A server installs into a container by KeyLocation or KeyProtection 4 and its ContainerName; it needs no PIN \
            for that, but the container has to be there. Keys lie sealed on the disk and are files for other programs \
            between 'unlock' and 'lock'.

              sealwright-agent container create vpn --user ada
              sealwright-agent container unlock vpn --user ada --for 8h
            """,
        subcommands: [
            ContainerCreate.self, ContainerList.self, ContainerShow.self, ContainerUnlock.self, ContainerLock.self,
            ContainerChangePIN.self, ContainerDelete.self,
        ])
}

/// One container, by its name and its scope.
struct ContainerArgument: ParsableArguments {
    @Argument(help: "The name of the container, as the server's ContainerName has it.")
    var name: String

    @OptionGroup var scope: ScopeOptions

    func reference() throws(ContainerError) -> ContainerReference { try ContainerReference(scope.scope, name) }
}

/// What is told of a container.
struct ContainerItem: Encodable {
    let scope: String
    let name: String
    let created: String
    let keys: [String]
    let isOpen: Bool
    let openUntil: String?
    let files: [String]
    let wrongPINs: Int
    let lockedUntil: String?

    init(_ reference: ContainerReference, _ container: KeyContainer, _ state: AgentState, _ options: AgentOptions) {
        scope = reference.scope.label
        name = reference.name
        created = container.created.iso8601
        keys = state.keyPaths(in: reference)
        let root = options.runtimeFolder
        let unlocked = root.map { UnlockedKeys(files: FolderFiles(looking: $0)) }
        let session = unlocked?.session(of: reference)
        isOpen = session != nil
        openUntil = session?.expires.iso8601
        files = (session == nil ? [] : unlocked?.keyPaths(of: reference) ?? []).map { "\(root ?? "")/\($0)" }
        wrongPINs = container.tries.wrong
        lockedUntil = container.tries.notBefore.flatMap { $0 > AgentRuntime.clock() ? $0.iso8601 : nil }
    }
}

/// `sealwright-agent container list`.
struct ContainerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the containers of the device and its users.",
        discussion: """
            Works beside a running service.

              sealwright-agent container list --json
            """)

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var options: AgentOptions

    private struct Document: Encodable {
        let items: [ContainerItem]
    }

    func run() async throws {
        let state = try AgentSnapshot.read(options.folder)
        let items = try options.lookingContainers.list()
            .filter { scope.user == nil || $0.reference.scope == scope.scope }
            .map { ContainerItem($0.reference, $0.container, state, options) }
        guard !options.json else { return Terminal.result(JSONText.of(Document(items: items))) }
        var table = Table("scope", "name", "keys", "open until", "wrong PINs")
        for item in items {
            table.row(item.scope, item.name, String(item.keys.count), item.openUntil ?? "", String(item.wrongPINs))
        }
        Terminal.result(table.text(empty: "there are no containers"))
    }
}

/// `sealwright-agent container show`.
struct ContainerShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one container: its keys, and until when it is open.",
        discussion: """
              sealwright-agent container show vpn --user ada
            """)

    @OptionGroup var container: ContainerArgument
    @OptionGroup var options: AgentOptions

    func run() async throws {
        let reference = try container.reference()
        let found = try options.lookingContainers.find(reference)
        let item = ContainerItem(reference, found, try AgentSnapshot.read(options.folder), options)
        guard !options.json else { return Terminal.result(JSONText.of(item)) }
        var lines = [
            ("container", "\(item.name), \(item.scope)"), ("created", item.created),
            ("open until", item.openUntil ?? "not open"), ("wrong PINs", String(item.wrongPINs)),
        ]
        if let moment = item.lockedUntil { lines.append(("locked until", moment)) }
        for path in item.keys { lines.append(("sealed key", "\(options.folder)/\(path)")) }
        for path in item.files { lines.append(("open key", path)) }
        Terminal.result(Table.facts(lines))
    }
}
