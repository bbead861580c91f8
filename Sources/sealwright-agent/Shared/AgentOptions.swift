// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
import PKIFormats
import SealwrightAgent
import SealwrightCommandLine

/// Options that every command of the agent has.
struct AgentOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "The folder of the agent (default: /var/lib/sealwright-agent for root, else in $XDG_STATE_HOME).")
    var data: String?

    @Option(
        name: .long,
        help: "A TPM 2.0: a character device, a socket of swtpm, or 'none' (default: /dev/tpmrm0 where there is one).")
    var tpm: String?

    @Option(
        name: .long,
        help: "The folder for unlocked keys (default: /run/sealwright-agent for root, else in $XDG_RUNTIME_DIR).")
    var runtime: String?

    @Flag(name: .long, help: "Use SHA-1 and triple DES where an order or a SCEP server leaves nothing else.")
    var allowLegacy = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    /// Where keys are kept that servers want in a TPM; `nil` for a machine without one.
    func keyTPM() throws(CommandFailure) -> (any KeyTPM)? {
        guard let tpm else { return TPM.ofThisMachine }
        guard tpm != "none" else { return nil }
        do {
            return try TPM(path: tpm)
        } catch {
            throw CommandFailure(.unavailable, code: error.code, "\(error)")
        }
    }

    /// Where unlocked keys are, as an absolute path; `nil` when the machine has no place for them.
    var runtimeFolder: String? {
        if let runtime { return URL(fileURLWithPath: runtime).standardizedFileURL.path }
        guard geteuid() != 0 else { return "/run/" + runtimeName }
        let folder = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"]
        return folder.flatMap { $0.hasPrefix("/") ? $0 + "/" + runtimeName : nil }
    }

    /// The name of the folder for unlocked keys: agents with another `--data` have one of their own.
    var runtimeName: String {
        guard folder != usualFolder else { return "sealwright-agent" }
        return "sealwright-agent-" + Hex.encode(DigestAlgorithm.sha256.hash(Array(folder.utf8)).prefix(4))
    }

    /// The folder meant, as an absolute path.
    var folder: String {
        data.map { URL(fileURLWithPath: $0).standardizedFileURL.path } ?? usualFolder
    }

    private var usualFolder: String {
        guard geteuid() != 0 else { return "/var/lib/sealwright-agent" }
        let environment = ProcessInfo.processInfo.environment
        let home = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (home ?? NSHomeDirectory() + "/.local/state") + "/sealwright-agent"
    }
}
