// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine

/// How subjects of a check are read.
struct CheckInputOptions: ParsableArguments {
    @Option(name: .long, help: "A name the certificate must have; may be given several times. By default the host's.")
    var name: [String] = []

    @Option(name: .long, help: "A file with the password of a PKCS#12 or private key.")
    var passwordFile: String?

    @Option(name: .long, help: "A file with one HOST[:PORT] a line; - for standard input.")
    var hostsFile: String?

    @Option(
        name: .customLong("starttls"),
        help: "Begin TLS as this protocol does: smtp, imap, pop3, ftp, ldap, xmpp, postgres, mysql.")
    var startTLS: String?

    @Option(name: .long, help: "Seconds that one subject may take.")
    var timeout = 10

    @Option(name: .long, help: "Subjects at the same time; by default one per processor for files, 32 for servers.")
    var jobs: Int?

    func validate() throws {
        guard (1...3_600).contains(timeout) else { throw ValidationError("--timeout is 1 to 3600 seconds") }
        if let jobs, !(1...1_024).contains(jobs) { throw ValidationError("--jobs is 1 to 1024") }
    }

    /// The password, without the new line that editors leave behind it.
    func password() throws(CommandFailure) -> [UInt8]? {
        guard let passwordFile else { return nil }
        return Array(try InputFile.read(passwordFile, limit: 64 << 10).prefix { $0 != 0x0A && $0 != 0x0D })
    }
}
