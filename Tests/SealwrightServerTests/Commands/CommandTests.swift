// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("The command line: contract of DESIGN section 7", .enabled(if: Program.isBuilt, "the program is not built"))
struct CommandTests {
    /// Every command that does something, found through the parser's own description.
    private static func commands() async throws -> [[String]] {
        let dump = try await Program.run("--experimental-dump-help")
        let parsed = try JSONSerialization.jsonObject(with: Data(dump.output.utf8)) as? [String: Any]
        var found: [[String]] = []
        func walk(_ command: [String: Any], _ path: [String]) {
            let below = (command["subcommands"] as? [[String: Any]] ?? []).filter {
                $0["commandName"] as? String != "help"
            }
            if below.isEmpty { found.append(path) }
            for item in below { walk(item, path + [item["commandName"] as? String ?? ""]) }
        }
        walk(parsed?["command"] as? [String: Any] ?? [:], [])
        return found
    }

    @Test func `every command's help has an example`() async throws {
        let commands = try await Self.commands()
        #expect(commands.count > 25)
        for command in commands {
            let help = try await run(command + ["--help"])
            #expect(help.status == 0)
            let example = "\n  sealwright " + command.joined(separator: " ")
            #expect(help.output.contains(example), "\(command.joined(separator: " ")) has no example")
            // What is too wide is wrapped, and cannot be copied any more.
            let lines = help.output.split(separator: "\n", omittingEmptySubsequences: false)
            let isBroken = zip(lines, lines.dropFirst()).contains { line, next in
                line.hasPrefix("  sealwright ") && !next.isEmpty && !next.hasPrefix("  ")
            }
            #expect(!isBroken, "\(command.joined(separator: " ")) breaks an example")
        }
    }

    private func run(_ arguments: [String]) async throws -> ForeignProgram.Result {
        switch arguments.count {
        case 2: try await Program.run(arguments[0], arguments[1])
        case 3: try await Program.run(arguments[0], arguments[1], arguments[2])
        default: try await Program.run(arguments[0], arguments[1], arguments[2], arguments[3])
        }
    }

    @Test func `a wrong flag is exit 2 with a suggestion and nothing on standard output`() async throws {
        let result = try await Program.run("certificate", "list", "--statuss", "valid")
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("--status"))
        // What, and what to do, in a line each.
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("sealwright: error: unknown option '--statuss'"))
        #expect(
            lines[1] == "sealwright: hint: 'sealwright certificate list --help' shows what there is, with an example")
    }

    @Test func `a word that names no command is told, and not the option behind it`() async throws {
        let result = try await Program.run("certificate", "lst", "--data", "x")
        #expect(result.status == 2)
        #expect(
            result.errors.hasPrefix("sealwright: error: there is no command 'lst'. Did you mean 'list'? [cli.usage]\n"))
        #expect(result.errors.contains("hint: 'sealwright certificate --help'"))
        #expect(try await Program.run("cert", "list").errors.contains("Did you mean 'certificate'?"))
        #expect(try await Program.run("xyzzy").errors.contains("there is no command 'xyzzy' [cli.usage]"))
    }

    @Test func `the version is told by a command too, for programs as JSON`() async throws {
        #expect(try await Program.run("version").output == "sealwright \(ServerVersion.number)\n")
        let json = try await Program.run("version", "--json").output
        let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String]
        #expect(parsed == ["version": ServerVersion.number])
    }

    @Test func `a name that the profile does not grant is told`() async throws {
        let server = try await RunningServer.shared.value
        try await withTemporaryFolder { folder in
            let result = try await Program.run(
                "certificate", "issue", "--subject", "CN=names", "--san", "DNS:names.example", "--san",
                "UPN:names@example.test", "--key", "ec-p256", "--key-out", folder + "/key.pem", "--out",
                folder + "/names.pem", "--data", server.folder.path)
            #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
            let note = "the profile 'device' does not grant UPN:names@example.test; it was left out"
            #expect(result.errors == "sealwright: note: \(note)\n")
        }
    }

    @Test func `a file that cannot be read is told with the system's reason`() async throws {
        try await withTemporaryFolder { folder in
            for (path, reason) in [(folder, "Is a directory"), (folder + "/none", "No such file or directory")] {
                let result = try await Program.run("inspect", path)
                #expect(result.status == 3)
                let lines = result.errors.split(separator: "\n")
                #expect(lines.first == "sealwright: error: cannot read \(path): \(reason) [cli.file-not-found]")
                #expect(lines.count == 2 && lines.last == "sealwright: hint: Check the path.")
            }
        }
    }

    @Test func `a host name no certificate may carry is refused before anything is made`() async throws {
        try await withTemporaryFolder { folder in
            let result = try await Program.run("up", "--data", folder + "/data", "--host", "bad host")
            #expect(result.status == 2)
            #expect(result.errors.contains("server.hosts: 'bad host'"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
        }
    }

    @Test func `an RA that no client can encrypt to is refused before anything is made`() async throws {
        try await withTemporaryFolder { folder in
            let result = try await Program.run("init", "--data", folder + "/data", "--ra-key", "ec-p256")
            #expect(result.status == 2 && result.errors.contains("[authority.key-type-not-allowed]"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
        }
    }

    @Test(arguments: ["", "An organisation whose name is longer than forty characters"])
    func `a name that no authority can have is refused before anything is made`(_ name: String) async throws {
        try await withTemporaryFolder { folder in
            let result = try await Program.run("init", "--data", folder + "/data", "--name", name)
            #expect(result.status == 2 && result.errors.contains("[authority.name-not-usable]"))
            #expect(result.errors.contains("sealwright: hint: Choose a name"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
        }
    }

    @Test func `a SCEP URL that gives an HTTP error is told with a code that explain knows`() async throws {
        let port = try await RunningServer.shared.value.address.httpPort
        let result = try await Program.run("scep", "caps", "--url", "http://127.0.0.1:\(port)/scep/nosuch")
        #expect(result.status == 3 && result.errors.contains("HTTP 404"))
        #expect(result.errors.contains("[scep.http-status]") && result.errors.contains("hint: Check the path"))
        #expect(try await Program.run("explain", "scep.http-status").status == 0)
    }

    @Test func `a challenge is given once, and a file that is to hold one does`() async throws {
        let port = try await RunningServer.shared.value.address.httpPort
        try await withTemporaryFolder { folder in
            let file = folder + "/challenge"
            try "\n".write(toFile: file, atomically: true, encoding: .utf8)
            let enroll = [
                "scep", "enroll", "--url", "http://127.0.0.1:\(port)/scep/default", "--subject", "CN=a",
                "--key-out", folder + "/k.pem", "--cert-out", folder + "/c.pem", "--challenge-file", file,
            ]
            let empty = try await Program.run(enroll)
            #expect(empty.status == 2 && empty.errors.contains("holds no challenge"), "\(empty.errors)")
            let both = try await Program.run(enroll + ["--challenge", "x"])
            #expect(both.status == 2 && both.errors.contains("not both"), "\(both.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["challenge"])
        }
    }

    @Test func `an initialisation that was cut off goes on with the names it is given`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
            // The database is the first file; no authority is in it yet.
            #expect(FileManager.default.createFile(atPath: data + "/sealwright.db", contents: nil))
            let arguments = ["init", "--data", data, "--name", "Acme", "--root-key", "rsa-2048"]
            let result = try await Program.run(arguments)
            #expect(result.status == 0 && result.output.contains("Acme Root"), "\(result.errors)")
            #expect(try await Program.run(arguments).status == 5)
        }
    }

    @Test func `a file where the data folder should be is named as the reason`() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/file"
            try "here\n".write(toFile: file, atomically: true, encoding: .utf8)
            for path in [file, file + "/data"] {
                let result = try await Program.run("init", "--data", path)
                #expect(result.status == 6)
                #expect(result.errors.contains("\(path) cannot be used: a file is in its place"), "\(result.errors)")
            }
            let restored = try await Program.run("restore", folder, "--data", folder + "/data")
            #expect(restored.status == 1 && restored.errors.contains("Is a directory"), "\(restored.errors)")
        }
    }

    @Test func `files for a server elsewhere that hold nothing of use are named`() async throws {
        try await withTemporaryFolder { folder in
            let (file, token) = (folder + "/file", folder + "/token")
            try "two\nlines\n".write(toFile: file, atomically: true, encoding: .utf8)
            try "sw_pat_00\n".write(toFile: token, atomically: true, encoding: .utf8)
            let root = try await Program.run(
                "status", "--server", "https://127.0.0.1:1", "--token-file", token, "--root-file", file)
            #expect(root.status == 2 && root.errors.contains("\(file) holds no certificate"))
            let lines = try await Program.run("status", "--server", "https://127.0.0.1:1", "--token-file", file)
            #expect(lines.status == 4 && lines.errors.contains("\(file) holds no access token"))
        }
    }

    @Test func `a token is not sent over plain HTTP`() async throws {
        try await withTemporaryFolder { folder in
            let token = folder + "/token"
            try "sw_pat_00\n".write(toFile: token, atomically: true, encoding: .utf8)
            let plain = try await Program.run("status", "--server", "http://127.0.0.1:1", "--token-file", token)
            #expect(plain.status == 2 && plain.errors.contains("[network.invalid-url]"))
        }
    }

    @Test func `without a server commands say how to start one`() async throws {
        try await withTemporaryFolder { folder in
            let missing = try await Program.run("status", "--data", folder + "/none")
            #expect(missing.status == 3)
            #expect(missing.errors.contains("sealwright up"))
        }
    }

    @Test func `config show tells where each value comes from`() async throws {
        try await withTemporaryFolder { folder in
            try "crl:\n  lifetime: 3d\n".write(toFile: folder + "/sealwright.yaml", atomically: true, encoding: .utf8)
            let result = try await Program.run(
                "config", "show", "--data", folder, "--origin", "--host", "pki.example.test", "--http-port", "80")
            #expect(result.status == 0)
            #expect(result.output.contains("server.http-port:") && result.output.contains("80    # flag"))
            #expect(result.output.contains("3d    # file, \(folder)/sealwright.yaml"))
            // What nothing is set for is named too, so that it can be found.
            #expect(result.output.contains(/\nexpiry.webhook.url: +# not set\n/), "\(result.output)")
            try "crl:\n  lifetme: 3d\n".write(toFile: folder + "/sealwright.yaml", atomically: true, encoding: .utf8)
            let misspelt = try await Program.run(
                "config", "show", "--data", folder + "/misspelt", "--host", "pki.example.test")
            #expect(misspelt.succeeded && misspelt.errors.contains("there is no folder"))
            let wrong = try await Program.run("config", "show", "--data", folder)
            #expect(wrong.status == 2)
            #expect(wrong.errors.contains("did you mean 'crl.lifetime'?"))
            // What the hint names works beside the bad file.
            let page = try await Program.run("config", "show", "--data", folder, "--markdown")
            #expect(wrong.errors.contains("config show --markdown") && page.output.contains("| `crl.lifetime` |"))
        }
    }

    @Test func `a life that the longest one cuts is told as it counts`() async throws {
        try await withTemporaryFolder { folder in
            let yaml = "certificate:\n  maximum-validity: 90d\n"
            try yaml.write(toFile: folder + "/sealwright.yaml", atomically: true, encoding: .utf8)
            let shown = try await Program.run("config", "show", "--origin", "--data", folder).output
            let line = shown.split(separator: "\n").first { $0.hasPrefix("certificate.validity:") }
            #expect(line?.contains(" 90d ") == true && line?.contains("# certificate.maximum-validity") == true)
        }
    }

    @Test func `a preset that decides about a setting is not contradicted by config show`() async throws {
        try await withTemporaryFolder { folder in
            let settings = "scep:\n  tight:\n    preset: strict\n"
            try settings.write(toFile: folder + "/sealwright.yaml", atomically: true, encoding: .utf8)
            let result = try await Program.run("config", "show", "--data", folder, "--origin")
            #expect(result.output.contains(/\nscep.tight.renewal-window: +# not set\n/), "\(result.output)")
        }
    }

    @Test func `init says that nothing is served yet`() async throws {
        try await withTemporaryFolder { folder in
            let made = try await Program.run("init", "--data", folder + "/data", "--host", "a.example.test")
            try #require(made.succeeded, "\(made)")
            #expect(made.output.hasSuffix("Next: serve it             sealwright serve --data \(folder)/data\n"))
            #expect(!made.output.contains("ready") && !made.output.contains("Ctrl-C"), "\(made.output)")
            // Ports stand in what was signed just now, and are kept nowhere.
            let other = try await Program.run(
                "init", "--data", folder + "/other", "--host", "a.example.test", "--http-port", "80")
            #expect(other.output.hasSuffix("sealwright serve --data \(folder)/other --http-port 80\n"), "\(other)")
        }
    }

    @Test func `a backup whose password is not given is restored without its keys, which is told`() async throws {
        try await withTemporaryFolder { folder in
            let (data, backup, password) = (folder + "/data", folder + "/backup.tar", folder + "/password")
            try "correct horse battery".write(toFile: password, atomically: true, encoding: .utf8)
            try #require(try await Program.run("init", "--data", data, "--host", "a.example.test").succeeded)
            try #require(
                try await Program.run("backup", "--data", data, "--out", backup, "--password-file", password).succeeded)
            let shut = try await Program.run("restore", backup, "--data", folder + "/shut")
            #expect(shut.succeeded && shut.errors.contains("under a password that was not given"), "\(shut)")
            let unproven = try await Program.run("restore", backup, "--verify")
            #expect(unproven.succeeded && unproven.errors.contains("no key was opened"), "\(unproven)")
            let proven = try await Program.run("restore", backup, "--verify", "--password-file", password)
            #expect(proven.output.contains("all open") && proven.errors.isEmpty, "\(proven)")
        }
    }

    @Test func `the names that a folder was made with count until others are set`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let made = try await Program.run("init", "--data", data, "--host", "a.example.test", "--json")
            try #require(made.succeeded && made.output.contains("a.example.test"), "\(made)")
            let known = try await Program.run("config", "show", "--data", data, "--origin")
            #expect(known.output.contains("a.example.test    # as it was set last"), "\(known.output)")
            let other = try await Program.run(
                "config", "show", "--data", data, "--origin", "--host", "b.example.test")
            #expect(other.output.contains("b.example.test    # flag"))
            // And for the folder that is made of its backup.
            let (backup, restored) = (folder + "/backup.tar", folder + "/restored")
            try #require(try await Program.run("backup", "--data", data, "--out", backup).succeeded)
            let second = try await Program.run("backup", "--data", data, "--out", backup)
            #expect(second.status == 5 && second.errors.contains("backup.tar: it exists"), "\(second.errors)")
            let unpacked = try await Program.run("restore", backup, "--data", restored)
            try #require(unpacked.succeeded)
            #expect(unpacked.errors.contains("put the master key that was kept apart at \(restored)/keys/master.key"))
            let kept = try await Program.run("config", "show", "--data", restored, "--origin")
            #expect(kept.output.contains("a.example.test    # as it was set last"), "\(kept.output)")
        }
    }

    @Test func `a result that cannot be written is no success`() async throws {
        let result = try await ForeignProgram(
            "/bin/sh", ["-c", "exec '\(Program.path)' explain --list > /dev/full"]
        ).result()
        #expect(result.status == 6)
        #expect(result.errors.contains("standard output: No space left on device [cli.cannot-write]"))
    }
}
