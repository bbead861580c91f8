// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite("Data folders that lost something", .enabled(if: Program.isBuilt, "the program is not built"))
struct DamagedFolderTests {
    private func withServerFolder(_ body: (String) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let made = try await Program.run("init", "--data", data, "--host", "pki.example.test")
            try #require(made.succeeded, "\(made)")
            try await body(data)
        }
    }

    /// Starts the server, waits until it serves or gave up, and ends it.
    private func serveOnce(_ data: String) async throws -> (output: String, status: Int32) {
        let ports = ["--http-port", "0", "--https-port", "0", "--device-port", "0"]
        let server = try ForeignProgram(Program.path, ["serve", "--data", data, "--listen", "127.0.0.1"] + ports)
        _ = try await eventually { !server.isRunning || server.output.contains("Ctrl-C") }
        let status = await server.stop()
        return (server.output + server.errors, status)
    }

    @Test func `an emptied database is told, and no other authorities are made in its place`() async throws {
        try await withServerFolder { data in
            let root = try Data(contentsOf: URL(fileURLWithPath: data + "/root.pem"))
            for file in ["/sealwright.db-wal", "/sealwright.db-shm"] {
                try? FileManager.default.removeItem(atPath: data + file)
            }
            try Data().write(to: URL(fileURLWithPath: data + "/sealwright.db"))
            let serve = try await Program.run("serve", "--data", data)
            #expect(serve.status == 5 && serve.errors.contains("[server.database-lost]"), "\(serve)")
            let doctor = try await Program.run("doctor", "--data", data)
            #expect(doctor.status == 1 && doctor.output.contains("[server.database-lost]"), "\(doctor)")
            try FileManager.default.removeItem(atPath: data + "/sealwright.db")
            let up = try await Program.run("up", "--data", data)
            #expect(up.status == 5 && up.errors.contains("[server.database-lost]"), "\(up)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: data + "/root.pem")) == root)
            // Nothing was made in its place, and nothing advises to make it.
            #expect(!FileManager.default.fileExists(atPath: data + "/sealwright.db"))
            for command in ["serve", "status", "doctor"] {
                let told = try await Program.run(command, "--data", data)
                let text = told.output + told.errors
                #expect(text.contains("[server.database-lost]") && !text.contains("sealwright up"), "\(told)")
            }
        }
    }

    @Test func `what an interrupted init began, init brings to its end, and serve makes nothing else of it`()
        async throws
    {
        try await withTemporaryFolder { folder in
            var (data, arguments) = ("", [String]())
            // Keys take their time, most of them enough of it to be interrupted.
            let isInterrupted = try await eventually {
                data = folder + "/" + UUID().uuidString
                arguments = [
                    "init", "--data", data, "--host", "pki.example.test", "--name", "Acme", "--root-key", "rsa-4096",
                ]
                let begun = try ForeignProgram(Program.path, arguments)
                let database = data + "/sealwright.db"
                _ = try await eventually { !begun.isRunning || FileManager.default.fileExists(atPath: database) }
                await begun.kill()
                return !FileManager.default.fileExists(atPath: data + "/root.pem")
            }
            try #require(isInterrupted)
            let serve = try await serveOnce(data)
            #expect(serve.status == 3 && serve.output.contains("was not made to its end"), "\(serve)")
            // Once there are keys of it, nothing else is made beside them.
            let key = data + "/keys/issuing-0.sealed"
            try Data().write(to: URL(fileURLWithPath: key))
            let other = try await Program.run("init", "--data", data, "--name", "Other")
            #expect(other.status == 5 && other.errors.contains("[server.begun-otherwise]"), "\(other)")
            #expect(other.errors.contains("--name 'Acme' --root-key rsa-4096"), "\(other)")
            try FileManager.default.removeItem(atPath: key)
            // What was asked for need not be asked for again, as with 'up'.
            let ended = try await Program.run("init", "--data", data)
            #expect(ended.succeeded && ended.output.contains("Acme"), "\(ended)")
            #expect(!FileManager.default.fileExists(atPath: data + "/hierarchy.json"))
            let root = try await Program.run("inspect", data + "/root.pem")
            #expect(root.output.contains("RSA 4096"), "\(root)")
            #expect(ended.output.contains("pki.example.test"), "\(ended)")
            let again = try await Program.run(arguments)
            #expect(again.status == 5 && again.errors.contains("[server.already-initialized]"), "\(again)")
            #expect(try await serveOnce(data).status == 0)
        }
    }

    @Test func `a database with pages overwritten is told, though nothing reads them at the start`() async throws {
        try await withServerFolder { data in
            let before = try await Program.run("doctor", "--data", data)
            #expect(before.succeeded && before.output.contains("takes writes"), "\(before)")
            let file = try #require(FileHandle(forUpdatingAtPath: data + "/sealwright.db"))
            let size = try file.seekToEnd()
            // What the newest tables and indexes begin with; the own certificates lie behind.
            try file.seek(toOffset: size - 8 * 4096)
            try file.write(contentsOf: Data(repeating: 0xFF, count: 3 * 4096))
            try file.close()
            let doctor = try await Program.run("doctor", "--data", data)
            #expect(doctor.status == 1 && doctor.output.contains("database file is damaged"), "\(doctor)")
            #expect(doctor.output.contains("sealwright restore"), "\(doctor)")
        }
    }

    @Test func `a master key of another server is told as such`() async throws {
        try await withServerFolder { data in
            try FileManager.default.removeItem(atPath: data + "/keys/master.key")
            let without = try await Program.run("serve", "--data", data)
            #expect(without.status == 6 && without.errors.contains("that was kept apart"), "\(without)")
            let made = FileManager.default.createFile(
                atPath: data + "/keys/master.key", contents: Data(repeating: 7, count: 32),
                attributes: [.posixPermissions: 0o600])
            #expect(made)
            let serve = try await Program.run("serve", "--data", data)
            #expect(serve.status == 4 && serve.errors.contains("[crypto.seal-broken]"), "\(serve)")
        }
    }

    @Test func `an issuing authority whose key is gone is marked at the start and told in the log`() async throws {
        try await withServerFolder { data in
            let keys = try FileManager.default.contentsOfDirectory(atPath: data + "/keys")
            for key in keys where key.hasPrefix("issuing") {
                try FileManager.default.removeItem(atPath: data + "/keys/" + key)
            }
            let port = try FreePort.any()
            let server = try ForeignProgram(
                Program.path,
                [
                    "serve", "--data", data, "--listen", "127.0.0.1", "--http-port", "\(port)", "--https-port", "0",
                    "--device-port", "0",
                ])
            _ = try await eventually {
                !server.isRunning || server.errors.contains("Not ready") && server.output.contains("Ctrl-C")
            }
            let line = server.errors.split(separator: "\n").first { $0.contains("Not ready") } ?? ""
            #expect(line.contains("keys") && line.contains("authority.key-offline"), "\(server.errors)")
            #expect(server.output.contains(/✗ Issuing CA .*, key offline/), "\(server.output)")
            #expect(await server.stop() == 0)
        }
    }

    /// As on a full disk, where CRLs and OCSP are still to be served.
    @Test func `a server starts although what it writes at each start cannot be written, when that is there`()
        async throws
    {
        try await withServerFolder { data in
            let first = try await serveOnce(data)
            try #require(first.status == 0, "\(first)")
            // A folder in the way of the file beside each that takes its place when it is whole.
            for file in ["root.pem", "trust.pem", "served.pem", "server.json", "summary.json", "hosts"] {
                try FileManager.default.createDirectory(
                    atPath: data + "/" + file + ".new/x", withIntermediateDirectories: true)
            }
            let second = try await serveOnce(data)
            #expect(second.status == 0 && second.output.contains("Ctrl-C"), "\(second)")
            // What is not there must be written.
            try FileManager.default.removeItem(atPath: data + "/root.pem")
            let third = try await serveOnce(data)
            #expect(third.output.contains("[server.data-folder]"), "\(third)")
        }
    }

    @Test func `what lets administrators in is closed to others again, and a folder they may write into is told`()
        async throws
    {
        try await withServerFolder { data in
            let token = data + "/admin.token"
            func mode(_ path: String) throws -> Int {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                return try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
            }
            let before = try await Program.run("doctor", "--data", data)
            #expect(!before.output.contains("may write into"), "\(before)")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: token)
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: data)
            let again = try await serveOnce(data)
            #expect(again.output.contains("was open to other users"), "\(again)")
            #expect(try mode(token) == 0o600)
            let after = try await Program.run("doctor", "--data", data)
            #expect(after.output.contains("may write into \(data)"), "\(after)")
        }
    }

    @Test func `a closed database file holds everything by itself`() async throws {
        try await withServerFolder { data in
            let log = try? FileManager.default.attributesOfItem(atPath: data + "/sealwright.db-wal")
            #expect((log?[.size] as? NSNumber)?.intValue ?? 0 == 0)
        }
    }

    @Test func `a folder that others may look into is not called private`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            try FileManager.default.createDirectory(
                atPath: data, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
            let made = try await Program.run("init", "--data", data, "--host", "pki.example.test")
            #expect(made.succeeded && made.output.contains("new, others may look in"), "\(made)")
        }
    }
}
