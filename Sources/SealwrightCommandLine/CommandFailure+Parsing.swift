// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser

extension CommandFailure {
    /// What the parser refuses, in the form of every other failure: what, and the help that tells how it is meant;
    /// `nil` for what is no failure, such as a wish for help.
    ///
    /// - Parameters:
    ///   - error: what parsing ended with.
    ///   - program: the root command.
    ///   - arguments: what was parsed.
    ///   - nearest: which of some words was probably meant by one that is none of them.
    package init?(
        parsing error: any Error, of program: (some ParsableCommand).Type,
        arguments: [String] = Array(CommandLine.arguments.dropFirst()),
        nearest: (String, [String]) -> String?
    ) {
        guard program.exitCode(for: error) == .validationFailure else { return nil }
        // The parser's last line names the help of the command that was meant.
        let help = program.fullMessage(for: error).split(separator: "\n").last { $0.contains("--help'") }
            .flatMap { $0.split(separator: "'").dropFirst().first }
        // The parser takes a word that names no command for an argument, and complains of the option behind it.
        let unknown = Self.unknownCommand(arguments, of: program)
        let meant = unknown.flatMap { nearest($0.word, $0.known) }
        let suggestion = meant.map { ". Did you mean '\($0)'?" } ?? ""
        let complaint = unknown.map { "There is no command '\($0.word)'" + suggestion }
        let text = (complaint ?? program.message(for: error)).split(separator: "\n").joined(separator: " ")
        self.init(
            .usage, code: "cli.usage", text.prefix(1).lowercased() + text.dropFirst(),
            hint: "'\(help ?? "\(program._commandName) --help")' shows what there is, with an example")
    }

    /// The first word that names no command where one has to stand, and the commands that can.
    private static func unknownCommand(
        _ arguments: [String], of program: any ParsableCommand.Type
    ) -> (word: String, known: [String])? {
        var command = program
        for word in arguments {
            let known = command.configuration.subcommands
            let hasDefault = command.configuration.defaultSubcommand != nil
            guard !word.hasPrefix("-"), !known.isEmpty, !hasDefault else { return nil }
            guard let next = known.first(where: { $0._commandName == word }) else {
                return word == "help" ? nil : (word, known.map { $0._commandName })
            }
            command = next
        }
        return nil
    }
}
