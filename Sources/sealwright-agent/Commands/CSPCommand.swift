// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OMADM
import SealwrightAgent
import SealwrightCommandLine

/// `sealwright-agent csp`: the management tree, as a server sees and changes it.
struct CSPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csp",
        abstract: "Read and change the management tree without a server.",
        discussion: """
            Addresses are LocURIs. Each command is carried out as one of a server would be; the exit status is 1 when \
            a command was not done or an enrolment that it started failed, and 3 for a node that is not there.

              sealwright-agent csp get ./Device/Vendor/MSFT/ClientCertificateInstall
              sealwright-agent csp apply scep.xml
            """,
        subcommands: [
            Get.self, Add.self, Replace.self, Delete.self, Exec.self, Tree.self, CSPApply.self, CSPDescribe.self,
        ])
}

/// What commands on the tree came to.
struct CSPOutcome: Encodable {
    let statuses: [LocalManagement.Outcome.Status]
    let nodes: [LocalManagement.Outcome.Node]
    /// The SCEP enrolments that these commands started.
    let enrollments: [StatusReport.Installation]

    /// Whether one of them failed.
    var hasFailedEnrollment: Bool { enrollments.contains { $0.status == "failed" } }

    /// What is told first of what was not done: the command that is the cause, rather than the Atomic around it.
    ///
    /// Beside other commands a Delete of what is not there has what it wants, unless an Atomic failed for it.
    var failure: LocalManagement.Outcome.Status? {
        let mayLack = statuses.count > 1 && !statuses.contains { $0.cmd == "Atomic" && !$0.isSuccess }
        let failures = statuses.filter { status in
            !status.isSuccess && !(mayLack && status.cmd == "Delete" && status.code == 404)
        }
        return failures.first { $0.reason != nil } ?? failures.first
    }
}

/// What every command on the tree has.
struct CSPOptions: ParsableArguments {
    @Option(name: .long, help: "The user who is meant by ./User.")
    var user: String?

    @OptionGroup var agent: AgentOptions

    func validate() throws { try ScopeOptions.check(user) }

    /// Carries out commands, and SCEP enrolments that they started.
    ///
    /// Polls of others are left to the service: this command may have other settings, and only wants to look.
    @discardableResult
    func run(_ commands: [Command], showsStatuses: Bool = false) async throws -> CSPOutcome {
        let runtime = try AgentRuntime(agent)
        let enroller = runtime.enroller()
        let before = enroller.underWay
        let outcome = runtime.local(user: user).run(commands)
        let started = Set(enroller.underWay.filter { before[$0.key] != $0.value }.keys)
        try await runtime.cycle(user: user).runEnrollments { started.contains($0) }
        let whole = CSPOutcome(
            statuses: outcome.statuses, nodes: outcome.nodes,
            enrollments: StatusReport.Installation.of(started, runtime.store.state))
        tell(whole, showsStatuses: showsStatuses)
        return whole
    }

    /// Tells why something was not done, and ends with the status it deserves.
    func finish(_ outcome: CSPOutcome) {
        guard let failure = outcome.failure else {
            if outcome.hasFailedEnrollment { ExitStatus.bad.exit() }
            return
        }
        let reason = failure.reason.map { ": " + Table.printable($0) } ?? ""
        Terminal.error("sealwright-agent: error: \(failure.cmd) was answered with status \(failure.code)\(reason)")
        if let hint = Self.hint(for: failure, outcome) { Terminal.error("sealwright-agent: hint: \(hint)") }
        (failure.code == 404 && outcome.statuses.count == 1 ? ExitStatus.notFound : .bad).exit()
    }

    private static func hint(for failure: LocalManagement.Outcome.Status, _ outcome: CSPOutcome) -> String? {
        switch failure.code {
        case 213: return "the last part of the object is missing, and nothing of it was done"
        case 400 where failure.cmdRef.isEmpty || failure.cmdRef == "0":
            return "every command needs a CmdID of its own, from 1"
        case 400 where outcome.statuses.count(where: { $0.cmdRef == failure.cmdRef }) > 1:
            return "another command has the CmdID \(Table.printable(failure.cmdRef)) too"
        default: return nil
        }
    }

    private func tell(_ outcome: CSPOutcome, showsStatuses: Bool) {
        guard !agent.json else { return Terminal.result(JSONText.of(outcome)) }
        if showsStatuses {
            var table = Table("CmdRef", "command", "status", "target")
            for status in outcome.statuses {
                table.row(status.cmdRef, status.cmd, String(status.code), status.target ?? "")
            }
            Terminal.result(table.text(empty: "no commands"))
        }
        for node in outcome.nodes {
            let value = Table.printable(node.data ?? "")
            Terminal.result(
                outcome.nodes.count == 1 && !showsStatuses ? value : "\(Table.printable(node.uri)) = \(value)")
        }
        for one in outcome.enrollments {
            Terminal.error(one.line)
        }
    }
}

/// A value for a node.
struct ValueOptions: ParsableArguments {
    @Argument(help: "The LocURI of the node.")
    var uri: String

    @Argument(help: "The value; none for an interior node. '-' reads it from standard input, for secrets.")
    var value: String?

    @Option(name: .long, help: "The Format to send: chr, int, bool, b64, bin, node; that of the node without it.")
    var format: String?

    func edit() throws -> Command.Edit {
        var value = value
        if value == "-" { value = try Password.read("-") }
        let meta = format.map { Meta(format: MetaFormat(rawValue: $0)) }
        return Command.Edit(
            cmdID: "1", items: [Item(target: Location(uri), meta: meta, data: value.map(ItemData.text))])
    }
}

extension CSPCommand {
    /// Reads a node.
    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get",
            abstract: "Read a node: its value, or the names below it.",
            discussion: """
                  sealwright-agent csp get ./DevInfo/DevId
                """)

        @Argument(help: "The LocURI of the node.")
        var uri: String

        @OptionGroup var options: CSPOptions

        func run() async throws {
            let get = Command.Get(cmdID: "1", items: [Item(target: Location(uri))])
            options.finish(try await options.run([.get(get)]))
        }
    }

    /// Makes a node.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a node that is not there.",
            discussion: """
                  sealwright-agent csp add \\
                      ./Vendor/MSFT/ClientCertificateInstall/SCEP/vpn/Install/KeyUsage 160
                """)

        @OptionGroup var value: ValueOptions
        @OptionGroup var options: CSPOptions

        func run() async throws { options.finish(try await options.run([.add(try value.edit())])) }
    }

    /// Sets a node.
    struct Replace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replace",
            abstract: "Set a node, whether it is there or not.",
            discussion: """
                  sealwright-agent csp replace \\
                      ./Vendor/MSFT/ClientCertificateInstall/SCEP/vpn/Install/KeyLength 2048
                """)

        @OptionGroup var value: ValueOptions
        @OptionGroup var options: CSPOptions

        func run() async throws { options.finish(try await options.run([.replace(try value.edit())])) }
    }

    /// Removes a node.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Remove a node, with what it installed.",
            discussion: """
                  sealwright-agent csp delete ./Vendor/MSFT/ClientCertificateInstall/SCEP/vpn
                """)

        @Argument(help: "The LocURI of the node.")
        var uri: String

        @OptionGroup var options: CSPOptions

        func run() async throws {
            let delete = Command.Delete(cmdID: "1", items: [Item(target: Location(uri))])
            options.finish(try await options.run([.delete(delete)]))
        }
    }

    /// Starts what a node stands for.
    struct Exec: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "exec",
            abstract: "Start what a node stands for, such as an enrolment.",
            discussion: """
                  sealwright-agent csp exec \\
                      ./Vendor/MSFT/ClientCertificateInstall/SCEP/vpn/Install/Enroll
                """)

        @Argument(help: "The LocURI of the node.")
        var uri: String

        @Argument(help: "Data for the command.")
        var value: String?

        @OptionGroup var options: CSPOptions

        func run() async throws {
            let exec = Command.Exec(
                cmdID: "1", items: [Item(target: Location(uri), data: value.map(ItemData.text))])
            options.finish(try await options.run([.exec(exec)]))
        }
    }

    /// Reads a node and all below it.
    struct Tree: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tree",
            abstract: "Read a node and everything below it.",
            discussion: """
                  sealwright-agent csp tree ./Vendor/MSFT/ClientCertificateInstall
                """)

        @Argument(help: "The LocURI of the node.")
        var uri = "./Vendor/MSFT/ClientCertificateInstall"

        @OptionGroup var options: CSPOptions

        func run() async throws {
            let item = Item(target: Location(uri + "?list=StructData"))
            options.finish(try await options.run([.get(Command.Get(cmdID: "1", items: [item]))]))
        }
    }
}

/// `sealwright-agent csp apply`: a file of commands.
struct CSPApply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Carry out the commands of a SyncML file, as of a server, and print their statuses.",
        discussion: """
            XML with or without SyncHdr, or WBXML. SCEP enrolments that it starts are run at once. A command without a \
            CmdID of its own is answered with 400.

              sealwright-agent csp apply scep.xml --json
            """)

    @Argument(help: "The file; '-' for standard input.")
    var file: String

    @OptionGroup var options: CSPOptions

    func run() async throws {
        let commands = try LocalManagement.commands(in: try InputFile.read(file))
        options.finish(try await options.run(commands, showsStatuses: true))
    }
}
