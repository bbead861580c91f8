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
    package init?(
        parsing error: any Error, of program: (some ParsableCommand).Type,
        arguments: [String] = Array(CommandLine.arguments.dropFirst())
    ) {
        guard program.exitCode(for: error) == .validationFailure else { return nil }
        // The parser's last line names the help of the command that was meant.
        let help = program.fullMessage(for: error).split(separator: "\n").last { $0.contains("--help'") }
            .flatMap { $0.split(separator: "'").dropFirst().first }
        // The parser takes a word that names no command for an argument, and complains of the option behind it.
        let unknown = Self.unknownCommand(arguments, of: program).map { "There is no command '\($0)'" }
        let text = (unknown ?? program.message(for: error)).split(separator: "\n").joined(separator: " ")
        self.init(
            .usage, code: "cli.usage", text.prefix(1).lowercased() + text.dropFirst(),
            hint: "'\(help ?? "\(program._commandName) --help")' shows what there is, with an example")
    }

    /// The first word that names no command where one has to stand.
    private static func unknownCommand(_ arguments: [String], of program: any ParsableCommand.Type) -> String? {
        var command = program
        for word in arguments {
            let known = command.configuration.subcommands
            let hasDefault = command.configuration.defaultSubcommand != nil
            guard !word.hasPrefix("-"), !known.isEmpty, !hasDefault else { return nil }
            guard let next = known.first(where: { $0._commandName == word }) else { return word == "help" ? nil : word }
            command = next
        }
        return nil
    }
}
