// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
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

    /// The folder meant, as an absolute path.
    var folder: String {
        if let data { return URL(fileURLWithPath: data).standardizedFileURL.path }
        guard geteuid() != 0 else { return "/var/lib/sealwright-agent" }
        let environment = ProcessInfo.processInfo.environment
        let home = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (home ?? NSHomeDirectory() + "/.local/state") + "/sealwright-agent"
    }
}
