// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import SealwrightCommandLine
import SealwrightCore
import SealwrightServer

/// `sealwright init`: makes a data folder with the keys somebody chose, without starting it.
struct Initialize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a data folder without starting it.",
        discussion: """
            Key types: rsa-2048, rsa-3072, rsa-4096, ec-p256, ec-p384. Some Windows, Apple, Cisco and Java clients \
            need an RSA chain; 'sealwright doctor' names the families another choice leaves out. One that was \
            interrupted goes on when it is repeated.

              sealwright init --data pki --name "Example" --root-key rsa-4096
            """)

    @Option(name: .long, help: "The folder to make.")
    var data: String

    @Option(name: .long, help: "The name in the CA certificates.")
    var name: String?

    @Option(name: .long, help: "The issuing CA's key. (default: rsa-2048)")
    var issuingKey: String?

    @Option(name: .long, help: "The root's key. (default: rsa-3072)")
    var rootKey: String?

    @Option(
        name: .long,
        help: "The SCEP RA's key, or 'shared' to let the issuing CA's key do its work. (default: rsa-2048)")
    var raKey: String?

    @Flag(name: .long, help: "Print the result as JSON.")
    var json = false

    @OptionGroup var listeners: ListenerFlags

    func run() async throws {
        let folder = DataFolder(data)
        // One that was cut off goes on.
        guard !folder.isInitialized || folder.isHalfInitialized else {
            throw CommandFailure(ServerError.alreadyInitialized(path: data))
        }
        try checkName()
        var choice = HierarchyChoice(
            name: name, rootKey: try key(rootKey, "--root-key"), issuingKey: try key(issuingKey, "--issuing-key"))
        choice.sharesRAKey = raKey.map { $0 == "shared" }
        if raKey != "shared" { choice.raKey = try key(raKey, "--ra-key") }
        do { choice = try folder.settled(choice) } catch { throw CommandFailure(error) }
        let (options, ra) = (choice.options, choice.firstRAKey)
        // Before anything is made: clients encrypt to the RA, and can do that to RSA keys only.
        guard ra.canBeRA, !options.sharesRAKey || options.issuingKey.canBeRA else {
            let type = options.sharesRAKey ? options.issuingKey : ra
            throw CommandFailure(
                .usage, code: "authority.key-type-not-allowed",
                "a key of type \(type.rawValue) cannot do the work of a SCEP RA", hint: "choose rsa-2048 or rsa-3072")
        }
        let middle = try await ServerRun(folder: folder, flags: listeners, json: json).open(choice)
        let summary = ServerSummary(middle, isNew: true, isServing: false)
        await middle.close()
        Terminal.result(json ? JSONText.of(summary) : summary.text(.nobody(flags: listeners.toServe)))
    }

    /// Before anything is made: a folder that was begun is not begun again.
    private func checkName() throws(CommandFailure) {
        do {
            _ = try HierarchyNames(name)
        } catch {
            throw CommandFailure(.usage, code: error.code, "--name: \(error)")
        }
    }

    private func key(_ text: String?, _ flag: String) throws(CommandFailure) -> KeyType? {
        guard let text else { return nil }
        guard let type = KeyType(rawValue: text) else {
            let known = KeyType.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(
                .usage, code: "cli.key-type", "\(flag): '\(text)' is not a key type", hint: "choose one of \(known)")
        }
        return type
    }
}
