// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// What the parser tells of a command, its options and the commands below it.
///
/// Source: swift-argument-parser, `--experimental-dump-help`, serialization version 0.
struct CommandDescription: Decodable {
    let commandName: String
    /// The commands above, the program first.
    let superCommands: [String]?
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [CommandDescription]?
    let shouldDisplay: Bool?

    /// An option, a flag or what stands by its place.
    struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }

        struct Name: Decodable {
            enum Kind: String, Decodable { case long, short, longWithSingleDash }

            let kind: Kind
            let name: String

            /// As it is typed.
            var text: String { (kind == .long ? "--" : "-") + name }
        }

        let kind: Kind
        let names: [Name]?
        let preferredName: Name?
        let valueName: String?
        let abstract: String?
        let defaultValue: String?
        let allValues: [String]?
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool?
    }

    /// The root command of a program, with all below it.
    ///
    /// - Throws: what the parser's description is no longer, when a later version of it tells another one.
    static func of(_ program: any ParsableCommand.Type) throws -> CommandDescription {
        struct Dump: Decodable { let command: CommandDescription }
        return try JSONDecoder().decode(Dump.self, from: Data(program._dumpHelp().utf8)).command
    }

    /// The words that are typed.
    var words: [String] { (superCommands ?? []) + [commandName] }

    /// The commands below that people are told of; each has `--help`, so that `help` is none.
    var visibleSubcommands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    /// The options and places that people are told of.
    var visibleArguments: [Argument] { (arguments ?? []).filter { $0.shouldDisplay != false } }

    /// This command and all below it.
    var all: [CommandDescription] { [self] + visibleSubcommands.flatMap(\.all) }
}
