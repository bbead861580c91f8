// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightAgent

/// Options that every command of the agent has.
struct AgentOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "The folder of the agent (default: /var/lib/sealwright-agent for root, else in $XDG_STATE_HOME).")
    var data: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    /// The folder meant, as an absolute path.
    var folder: String {
        if let data { return URL(fileURLWithPath: data).standardizedFileURL.path }
        guard geteuid() != 0 else { return "/var/lib/sealwright-agent" }
        let environment = ProcessInfo.processInfo.environment
        let home = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (home ?? NSHomeDirectory() + "/.local/state") + "/sealwright-agent"
    }
}
