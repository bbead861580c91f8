// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `sealwright scep`: a full SCEP client and a decoder.
struct ScepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scep",
        abstract: "A SCEP client: enrol, renew, poll, and look at what a server says.",
        subcommands: [
            ScepGetCA.self, ScepCaps.self, ScepEnroll.self, ScepRenew.self, ScepPoll.self, ScepGetCert.self,
            ScepGetCRL.self, ScepExplain.self,
        ])
}
