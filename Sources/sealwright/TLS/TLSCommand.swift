// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `sealwright tls`: what a TLS peer does.
struct TLSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tls", abstract: "Test TLS peers.", subcommands: [TLSTest.self])
}
