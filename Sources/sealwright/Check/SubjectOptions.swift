// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine
import SealwrightNetwork

/// How one file or server is read.
struct SubjectOptions: ParsableArguments {
    @Option(name: .long, help: "A file with the password of a PKCS#12 or private key.")
    var passwordFile: String?

    @Option(
        name: .customLong("starttls"),
        help: "Begin TLS as this protocol does: \(StartTLS.allCases.map(\.rawValue).joined(separator: ", ")).")
    var startTLS: String?

    @Option(name: .long, help: "Seconds that one subject may take.")
    var timeout = 10

    func validate() throws {
        guard (1...3_600).contains(timeout) else { throw ValidationError("--timeout is 1 to 3600 seconds") }
    }

    /// The password, without the new line that editors leave behind it.
    func password() throws(CommandFailure) -> [UInt8]? {
        guard let passwordFile else { return nil }
        return try Password.octets(passwordFile)
    }

    /// The protocol in which TLS is asked for.
    func dialogue() throws(CommandFailure) -> StartTLS? { try startTLS.map(StartTLS.named) }
}

extension StartTLS {
    /// The protocol that `--starttls` names, in any case.
    static func named(_ word: String) throws(CommandFailure) -> StartTLS {
        if let known = StartTLS(rawValue: word.lowercased()) { return known }
        throw CommandFailure(
            .usage, code: "cli.unknown-starttls", "--starttls: '\(word)' is not known",
            hint: "choose one of \(allCases.map(\.rawValue).joined(separator: ", "))")
    }
}
