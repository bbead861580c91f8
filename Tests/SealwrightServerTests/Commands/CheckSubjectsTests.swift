// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite(
    "The command line: what check looks at",
    .enabled(if: Program.isBuilt && OpenSSL.isInstalled, "the program is not built, or openssl is missing"))
struct CheckSubjectsTests {
    private let files = FileManager.default

    // MARK: Folders

    @Test func `links to files are followed, each file is told once, and links to folders lead nowhere`() async throws {
        try await CommandCertificates.with { made in
            let (live, archive) = (made.folder + "/live", made.folder + "/archive")
            for folder in [live, archive] {
                try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            try files.copyItem(atPath: made.server, toPath: archive + "/cert1.pem")
            for name in ["cert.pem", "again.pem"] {
                try files.createSymbolicLink(atPath: live + "/" + name, withDestinationPath: "../archive/cert1.pem")
            }
            try files.createSymbolicLink(atPath: live + "/loop", withDestinationPath: ".")
            try files.createSymbolicLink(atPath: made.folder + "/named", withDestinationPath: "live")
            for folder in [live, made.folder + "/named"] {
                let result = try await Program.run("check", folder, "--trust", made.root)
                #expect(result.status == 0, "\(result)")
                #expect(result.output.hasPrefix(folder + "/again.pem"), "\(result)")
                #expect(!result.output.contains("cert.pem"), "\(result)")
            }
        }
    }

    @Test func `what a folder holds and nobody can read is a subject that fails`() async throws {
        try await CommandCertificates.with { made in
            let folder = made.folder + "/some"
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try files.copyItem(atPath: made.server, toPath: folder + "/good.pem")
            try files.createSymbolicLink(atPath: folder + "/lost.pem", withDestinationPath: "nowhere.pem")
            let octets: [UInt8] = Array((folder + "/bad-").utf8) + [0xFF] + Array(".pem".utf8) + [0]
            let descriptor = open(octets.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT, 0o600)
            try #require(descriptor >= 0)
            close(descriptor)
            try #require(mkfifo(folder + "/pipe.pem", 0o600) == 0)
            let result = try await Program.run("check", folder, "--trust", made.root)
            #expect(result.status == 1, "\(result)")
            #expect(result.output.contains("the file's name is not UTF-8 [CHK-FMT-005]"), "\(result)")
            #expect(result.output.contains("cannot read it: No such file or directory [CHK-FMT-005]"), "\(result)")
            #expect(result.output.contains("it is no regular file [CHK-FMT-005]"), "\(result)")
            #expect(result.output.hasSuffix("4 subjects: 0 good, 1 with warnings, 3 bad\n"), "\(result)")
        }
    }

    @Test func `a key in a folder is no failure, named directly it is, and a folder of keys is nothing to check`()
        async throws
    {
        try await CommandCertificates.with { made in
            let folder = made.folder + "/private"
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try files.copyItem(atPath: made.folder + "/server.key", toPath: folder + "/key.pem")
            let keys = try await Program.run("check", folder, "--trust", made.root)
            #expect(keys.status == 3 && keys.errors.contains("nothing to check"), "\(keys)")
            try files.copyItem(atPath: made.server, toPath: folder + "/server.pem")
            let both = try await Program.run("check", folder, "--trust", made.root)
            #expect(both.status == 0, "\(both)")
            #expect(both.output.hasSuffix("0 bad, 1 without a certificate\n"), "\(both)")
            let named = try await Program.run("check", folder + "/key.pem", "--trust", made.root)
            #expect(named.status == 1 && named.output.contains("CHK-FMT-006"), "\(named)")
        }
    }

    @Test func `an empty folder and an empty hosts file are nothing to check`() async throws {
        try await withTemporaryFolder { folder in
            try files.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
            try "# none yet\n".write(toFile: folder + "/hosts.txt", atomically: true, encoding: .utf8)
            for arguments in [["check", folder + "/empty"], ["check", "--hosts-file", folder + "/hosts.txt"]] {
                let result = try await Program.run(arguments)
                #expect(result.status == 3 && result.errors.contains("cli.nothing-to-check"), "\(result)")
            }
        }
    }

    // MARK: Several

    @Test func `a line that is no host fails with its file and number, and the others are checked`() async throws {
        try await withTemporaryFolder { folder in
            let (port, hosts) = (try FreePort.any(), folder + "/hosts.txt")
            try "# ours\n\nbad host\r\n127.0.0.1:\(port)\nhttps://127.0.0.1:1/\n".write(
                toFile: hosts, atomically: true, encoding: .utf8)
            let result = try await Program.run("check", "--hosts-file", hosts, "--timeout", "2")
            #expect(result.status == 1, "\(result)")
            #expect(result.output.contains("\(hosts), line 3  profile modern  1 error"), "\(result)")
            #expect(result.output.contains("'bad host' is no HOST[:PORT] [CHK-NET-003]"), "\(result)")
            #expect(result.output.contains("\(hosts), line 5  profile modern  1 error"), "\(result)")
            #expect(result.output.contains("127.0.0.1:\(port)  profile modern  1 error"), "\(result)")
        }
    }

    @Test func `of several subjects a missing file fails alone`() async throws {
        try await CommandCertificates.with { made in
            let result = try await Program.run(
                "check", made.folder + "/none.pem", made.server, "--trust", made.root)
            #expect(result.status == 1 && result.output.contains("CHK-FMT-005"), "\(result)")
            #expect(result.output.hasSuffix("2 subjects: 0 good, 1 with warnings, 1 bad\n"), "\(result)")
        }
    }

    @Test func `usage: a URL, an unknown protocol, two formats, a folder to view`() async throws {
        let url = try await Program.run("check", "https://www.example.test:8443/")
        #expect(url.status == 2 && url.errors.contains("hint: write www.example.test:8443"), "\(url)")
        let dialogue = try await Program.run("check", "--starttls", "foo", "www.example.test")
        #expect(dialogue.status == 2 && dialogue.errors.contains("cli.unknown-starttls"), "\(dialogue)")
        let formats = try await Program.run("check", "www.example.test", "--json", "--format", "csv")
        #expect(formats.status == 2 && formats.errors.contains("cli.two-formats"), "\(formats)")
        try await withTemporaryFolder { folder in
            let viewed = try await Program.run("certificate", "view", folder)
            #expect(viewed.status == 2 && viewed.errors.contains("is a folder"), "\(viewed)")
        }
    }

    // MARK: Installations

    @Test func `a fresh installation has nothing to warn of, and what it serves is checked too`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let served = try await Program.serve(data)
            let modern = try await Program.run("check", "--data", data)
            let table = try await Program.run("check", "--data", data, "--profile", "itms-7.5")
            let made = try await Program.run("server-certificate", "self-signed", "--data", data)
            let active = try await Program.run("server-certificate", "activate", "--data", data)
            let own = try await Program.run("check", "--data", data)
            await served.stop()
            #expect(modern.status == 0 && modern.output.contains(" 0 with warnings, 0 bad\n"), "\(modern)")
            #expect(modern.output.contains("(OCSP signer)  profile modern"), "\(modern)")
            #expect(table.status == 0 && table.output.contains(" 0 bad\n"), "\(table)")
            #expect(made.status == 0 && active.status == 0, "\(made)\(active)")
            #expect(own.status == 0 && own.output.contains("(server certificate, active)"), "\(own)")
        }
    }
}
