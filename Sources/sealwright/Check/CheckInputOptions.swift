// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealwrightCommandLine

/// Which subjects a check has, beside those it is given as arguments, and how many at once.
struct CheckInputOptions: ParsableArguments {
    @Option(name: .long, help: "A name the certificate must have; may be given several times. By default the host's.")
    var name: [String] = []

    @Option(name: .long, help: "A file with one HOST[:PORT] a line; - for standard input.")
    var hostsFile: String?

    @Option(name: .long, help: "Subjects at the same time; by default one per processor for files, 32 for servers.")
    var jobs: Int?

    func validate() throws {
        guard !name.contains(where: { $0.allSatisfy(\.isWhitespace) }) else {
            throw ValidationError("--name is empty; leave it out to compare no name")
        }
        if let jobs, !(1...1_024).contains(jobs) { throw ValidationError("--jobs is 1 to 1024") }
    }
}
