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

    /// The challenge, `nil` when none was given.
    func given() throws(CommandFailure) -> String? {
        if let challenge { return challenge }
        guard let challengeFile else { return nil }
        let text = String(decoding: try InputFile.read(challengeFile, limit: 4096), as: UTF8.self)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
