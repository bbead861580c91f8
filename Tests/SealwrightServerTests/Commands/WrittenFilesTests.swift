// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite("Files that commands write", .enabled(if: Program.isBuilt, "the program is not built"))
struct WrittenFilesTests {
    @Test func `a key goes to the disk before its certificate is asked for, and over nothing`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let server = try await Program.serve(data)
            func issue(_ arguments: String...) async throws -> ForeignProgram.Result {
                try await Program.run(["certificate", "issue", "--data", data] + arguments)
            }
            func count() async throws -> Int {
                let list = try await Program.run("certificate", "list", "--data", data, "--json")
                let document = try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any]
                return (document?["items"] as? [Any])?.count ?? -1
            }
            let (key, out) = (folder + "/k.key", folder + "/c.pem")
            let made = try await issue("--subject", "CN=one", "--key-out", key, "--out", out, "--json")
            #expect(made.status == 0 && made.output.contains("CN=one"))
            #expect(try String(contentsOfFile: out, encoding: .utf8).contains("BEGIN CERTIFICATE"))
            #expect(try Self.rights(key) == 0o600)
            let before = try String(contentsOfFile: key, encoding: .utf8)
            // A key that is there, a folder that is not: nothing is issued.
            #expect(try await issue("--subject", "CN=two", "--key-out", key).status == 5)
            #expect(try await issue("--subject", "CN=two", "--key-out", folder + "/none/k.key").status == 6)
            #expect(try await count() == 1)
            // A refusal leaves no key.
            let refused = try await issue("--subject", "CN=two", "--profile", "none", "--key-out", folder + "/k2.key")
            #expect(refused.status == 4 || refused.status == 2)
            #expect(try String(contentsOfFile: key, encoding: .utf8) == before)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.sorted() == ["c.pem", "data", "k.key"])
            #expect(try await issue("--subject", "CN=😀😀😀", "--key-out", key, "--out", out, "--force").status == 0)
            #expect(try String(contentsOfFile: key, encoding: .utf8) != before)
            // A name outside of Unicode's first plane is told whole.
            #expect(try await Program.run("certificate", "list", "--data", data).output.contains("CN=😀😀😀  "))
            #expect(await server.stop() == 0)
        }
    }

    @Test func `a key and its certificate never go into one file by SCEP, also when one that holds both is renewed`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let server = try await Program.serve(data)
            let (key, certificate, both) = (folder + "/k.pem", folder + "/c.pem", folder + "/both.pem")
            let enroll = ["scep", "enroll", "--data", data, "--subject", "CN=one", "--key-out", key, "--cert-out"]
            let same = try await Program.run(enroll + [folder + "/./k.pem"])
            #expect(same.status == 2 && same.errors.contains("k.pem is to hold two things"), "\(same.errors)")
            #expect(try await Program.run(enroll + [folder + "/none/c.pem"]).status == 6)
            #expect(!FileManager.default.fileExists(atPath: key))
            #expect(try await Program.run(enroll + [certificate]).status == 0)
            let contents = try [key, certificate].map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
            try contents.write(toFile: both, atomically: true, encoding: .utf8)
            let renew = ["scep", "renew", "--data", data, "--now", "--cert", both, "--key", both]
            for arguments in [renew, renew + ["--same-key"]] {
                #expect(try await Program.run(arguments).status == 2)
                #expect(try String(contentsOfFile: both, encoding: .utf8) == contents)
            }
            #expect(await server.stop() == 0)
        }
    }

    @Test func `with --json what was fetched is in a document, and a file that was named is written all the same`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let server = try await Program.serve(data)
            func document(_ arguments: String...) async throws -> [String: Any] {
                let result = try await Program.run(arguments + ["--data", data, "--json"])
                #expect(result.status == 0, "\(result.errors)")
                let parsed = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
                return parsed as? [String: Any] ?? [:]
            }
            let (root, key, certificate) = (folder + "/root.pem", folder + "/k.pem", folder + "/c.pem")
            #expect(try await document("ca", "root", "--out", root)["pem"] as? String != nil)
            #expect(try String(contentsOfFile: root, encoding: .utf8).contains("BEGIN CERTIFICATE"))
            _ = try await document("scep", "enroll", "--subject", "CN=one", "--key-out", key, "--cert-out", certificate)
            let again = try await document("scep", "getcert", "--cert", certificate, "--key", key)
            #expect((again["certificate"] as? String)?.contains("BEGIN CERTIFICATE") == true)
            let list = try await document("scep", "getcrl", "--cert", certificate, "--key", key)
            #expect((list["crl"] as? String)?.contains("BEGIN X509 CRL") == true)
            let items = try await document("certificate", "list")["items"] as? [[String: Any]]
            let serial = try #require(items?.first?["serial"] as? String)
            let pem = try await document("certificate", "download", serial)
            #expect((pem["pem"] as? String)?.contains("BEGIN CERTIFICATE") == true)
            let der = try await document("certificate", "download", serial, "--format", "der")
            #expect((der["base64"] as? String).flatMap { Data(base64Encoded: $0) }?.first == 0x30)
            #expect(await server.stop() == 0)
        }
    }

    @Test func `what can be fetched again takes the place of a file, but never of a private key`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let server = try await Program.serve(data)
            let (key, certificate) = (folder + "/k.pem", folder + "/c.pem")
            let issue = ["certificate", "issue", "--data", data, "--subject", "CN=one", "--key-out"]
            #expect(try await Program.run(issue + [key, "--out", certificate]).status == 0)
            let before = try String(contentsOfFile: key, encoding: .utf8)
            for slip in [
                ["ca", "root", "--data", data, "--out", key], ["ca", "crl", "issuing", "--data", data, "--out", key],
                ["audit", "export", "--data", data, "--out", key], ["ca", "csr", "--data", data, "--out", key],
                issue + [folder + "/k2.pem", "--out", key],
                [
                    "scep", "renew", "--data", data, "--now", "--key", key, "--cert", certificate, "--key-out",
                    folder + "/k3.pem", "--cert-out", key,
                ],
            ] {
                let result = try await Program.run(slip)
                #expect(result.status == 5 && result.errors.contains("holds a private key"), "\(slip): \(result)")
                #expect(try String(contentsOfFile: key, encoding: .utf8) == before)
            }
            let (root, other) = (folder + "/root.pem", folder + "/other.pem")
            for _ in 0..<2 { #expect(try await Program.run("ca", "root", "--data", data, "--out", root).status == 0) }
            try before.write(toFile: other, atomically: false, encoding: .utf8)
            let renewed = try await Program.run(
                "scep", "renew", "--data", data, "--now", "--key", key, "--cert", certificate, "--key-out", other)
            #expect(renewed.status == 5 && renewed.errors.contains("other.pem exists"), "\(renewed.errors)")
            #expect(await server.stop() == 0)
        }
    }

    @Test func `a backup that finds no room here is told so, and not as a server that does not run`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let server = try await Program.serve(data)
            // Files end at 8 KiB, as on a full disk.
            let script = #"ulimit -f 8; trap "" XFSZ; exec "$@""#
            let out = folder + "/backup.tar"
            let result = try await ForeignProgram(
                "bash", ["-c", script, "bash", Program.path, "backup", "--data", data, "--out", out]
            ).result()
            #expect(result.status == 6 && result.errors.contains("cannot write \(out): File too large"), "\(result)")
            #expect(!FileManager.default.fileExists(atPath: out))
            #expect(await server.stop() == 0)
        }
    }

    @Test func `what is no regular file is written, not replaced`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let server = try await Program.serve(data)
            let (file, link, pipe) = (folder + "/root.pem", folder + "/link", folder + "/pipe")
            try "old\n".write(toFile: file, atomically: false, encoding: .utf8)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
            #expect(try await Program.run("ca", "root", "--data", data, "--out", link).status == 0)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == file)
            #expect(try String(contentsOfFile: file, encoding: .utf8).contains("BEGIN CERTIFICATE"))
            #expect(mkfifo(pipe, 0o600) == 0)
            let reader = try ForeignProgram("/bin/cat", [pipe])
            #expect(try await Program.run("ca", "root", "--data", data, "--out", pipe).status == 0)
            #expect(try await reader.result().output.contains("BEGIN CERTIFICATE"))
            #expect(await server.stop() == 0)
        }
    }

    private static func rights(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }
}
