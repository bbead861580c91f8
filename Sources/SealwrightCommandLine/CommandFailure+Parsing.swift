// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser

extension CommandFailure {
    /// What the parser refuses, in the form of every other failure: what, and the help that tells how it is meant;
    /// `nil` for what is no failure, such as a wish for help.
    ///
    /// - Parameters:
    ///   - error: what parsing ended with.
    ///   - program: the root command.
    package init?(parsing error: any Error, of program: (some ParsableCommand).Type) {
        guard program.exitCode(for: error) == .validationFailure else { return nil }
        // The parser's last line names the help of the command that was meant.
        let help = program.fullMessage(for: error).split(separator: "\n").last { $0.contains("--help'") }
            .flatMap { $0.split(separator: "'").dropFirst().first }
        let text = program.message(for: error).split(separator: "\n").joined(separator: " ")
        self.init(
            .usage, code: "cli.usage", text.prefix(1).lowercased() + text.dropFirst(),
            hint: "'\(help ?? "\(program._commandName) --help")' shows what there is, with an example")
    }
}
