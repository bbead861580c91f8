// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SealwrightCommandLine

/// The challenge of a request, as the user gives it.
struct SCEPChallenge: ParsableArguments {
    @Option(name: .long, help: "The challenge the administrator gave you.")
    var challenge: String?

    @Option(name: .long, help: "A file with the challenge; - for standard input.")
    var challengeFile: String?

    func validate() throws {
        guard challenge == nil || challengeFile == nil else {
            throw ValidationError("give --challenge or --challenge-file, not both")
        }
    }

    /// The challenge, `nil` when none was given.
    func given() throws(CommandFailure) -> String? {
        if let challenge { return challenge }
        guard let challengeFile else { return nil }
        let text = String(decoding: try InputFile.read(challengeFile, limit: 4096), as: UTF8.self)
        let challenge = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !challenge.isEmpty else {
            throw CommandFailure(
                .usage, code: "cli.usage", "\(challengeFile) holds no challenge",
                hint: "'sealwright challenge create > FILE' on the server writes one")
        }
        return challenge
    }
}
