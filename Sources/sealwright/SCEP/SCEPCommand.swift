// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `sealwright scep`: a full SCEP client and a decoder.
struct SCEPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scep",
        abstract: "A SCEP client: enrol, renew, poll, and look at what a server says.",
        subcommands: [
            SCEPGetCA.self, SCEPCaps.self, SCEPEnroll.self, SCEPRenew.self, SCEPPoll.self, SCEPGetCert.self,
            SCEPGetCRL.self, SCEPExplain.self,
        ])
}
