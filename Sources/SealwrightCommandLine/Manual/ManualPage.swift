// SPDX-License-Identifier: Apache-2.0

/// The manual page of one command, as `man sealwright-scep-enroll` shows it.
struct ManualPage {
    /// What every page of a program has.
    struct Program {
        /// Its name and version.
        let version: String
        /// Files that it reads and writes, and what for.
        let files: [(path: String, meaning: String)]
        /// Variables of the environment that it reads, and what for.
        let environment: [(name: String, meaning: String)]
        /// Pages of other programs.
        let related: [String]
    }

    private let command: CommandDescription
    private let program: Program

    init(_ command: CommandDescription, of program: Program) {
        self.command = command
        self.program = program
    }

    /// The page's name without its section, such as `sealwright-scep-enroll`.
    var name: String { Self.name(command.words) }

    /// The page.
    func text() -> String {
        var page = Roff(
            title: name, section: Self.section, version: program.version,
            manual: (command.words.first ?? "") + " Manual")
        page.section("Name")
        page.line([.plain(name + " - " + (command.abstract ?? "").trimmingSentenceEnd())])
        page.section("Synopsis")
        page.line(synopsis)
        describe(&page)
        list(command.visibleArguments, of: "Options", on: &page)
        listCommands(&page)
        listEndings(&page)
        if command.superCommands == nil { listSurroundings(&page) }
        page.section("See also")
        page.line(seeAlso)
        return page.text
    }

    private static let section = 1

    private static func name(_ words: [String]) -> String { words.joined(separator: "-") }
}

// MARK: - Sections

extension ManualPage {
    /// The command with what it cannot do without; everything else is listed below.
    private var synopsis: [Roff.Part] {
        var parts: [Roff.Part] = [.bold(command.words.joined(separator: " "))]
        guard command.visibleSubcommands.isEmpty else {
            return parts + [.plain(" "), .italic("command"), .plain(" …")]
        }
        let options = command.visibleArguments.filter { $0.kind != .positional }
        if options.contains(where: \.isOptional) { parts += [.plain(" ["), .italic("options"), .plain("]")] }
        for option in options where !option.isOptional { parts += [.plain(" ")] + Self.term(option, short: true) }
        for place in command.visibleArguments where place.kind == .positional {
            parts += [.plain(place.isOptional ? " [" : " "), .italic(place.valueName ?? "value")]
            parts += [.plain((place.isRepeating ? " …" : "") + (place.isOptional ? "]" : ""))]
        }
        return parts
    }

    /// Paragraphs as they are; of what is indented every line is kept.
    private func describe(_ page: inout Roff) {
        page.section("Description")
        if let abstract = command.abstract { page.paragraph(abstract) }
        let lines = (command.discussion ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        for block in lines.split(separator: "") {
            var rest = block
            while let first = rest.first {
                let isExample = first.hasPrefix("  ")
                let run = rest.prefix { $0.hasPrefix("  ") == isExample }
                rest = rest.dropFirst(run.count)
                if isExample {
                    page.example(run.map { String($0.dropFirst(2)) })
                } else {
                    page.paragraph(run.joined(separator: " "))
                }
            }
        }
    }

    private func list(_ arguments: [CommandDescription.Argument], of title: String, on page: inout Roff) {
        guard !arguments.isEmpty else { return }
        page.section(title)
        for argument in arguments {
            var meaning = argument.abstract ?? ""
            if let values = argument.allValues { meaning += " One of \(values.joined(separator: ", "))." }
            if let value = argument.defaultValue { meaning += " (default: \(value))" }
            page.item(Self.term(argument, short: false), meaning)
        }
    }

    private func listCommands(_ page: inout Roff) {
        guard !command.visibleSubcommands.isEmpty else { return }
        page.section("Commands")
        for below in command.visibleSubcommands {
            page.item([.bold(Self.name(below.words)), .plain("(\(Self.section))")], below.abstract ?? "")
        }
    }

    private func listEndings(_ page: inout Roff) {
        page.section("Exit status")
        for status in ExitStatus.allCases { page.item([.bold(String(status.rawValue))], status.meaning) }
    }

    private func listSurroundings(_ page: inout Roff) {
        page.section("Files")
        for file in program.files { page.item([.italic(file.path)], file.meaning) }
        page.section("Environment")
        for variable in program.environment { page.item([.bold(variable.name)], variable.meaning) }
    }

    /// What stands above; those below are listed already.
    private var seeAlso: [Roff.Part] {
        let names = command.superCommands.map { [Self.name($0)] } ?? program.related
        let pages = names.map { [Roff.Part.bold($0), .plain("(\(Self.section))")] }
        return Array(pages.joined(separator: [.plain(", ")]))
    }

    /// The names of an option with its value, or the place.
    private static func term(_ argument: CommandDescription.Argument, short: Bool) -> [Roff.Part] {
        let value = argument.valueName ?? "value"
        guard argument.kind != .positional else { return [.italic(value + (argument.isRepeating ? " …" : ""))] }
        let names = short ? [argument.preferredName].compactMap(\.self) : argument.names ?? []
        var parts = Array(names.map { [Roff.Part.bold($0.text)] }.joined(separator: [.plain(", ")]))
        if argument.kind == .option { parts += [.plain(" "), .italic(value)] }
        if argument.isRepeating { parts.append(.plain(" …")) }
        return parts
    }
}

extension String {
    /// Without the full stop of a sentence, which no line of names ends with.
    fileprivate func trimmingSentenceEnd() -> String { hasSuffix(".") ? String(dropLast()) : self }
}
