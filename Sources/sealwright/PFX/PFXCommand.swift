// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `sealwright pfx`: certificates with their keys in one file.
struct PFXCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pfx",
        abstract: "Pack a certificate and its key into a PKCS#12 (PFX) and take them out again.",
        discussion: "'sealwright inspect FILE.pfx --password-file F' shows what is in one.",
        subcommands: [PFXCreate.self, PFXExtract.self])
}
