// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("Backup and restore")
struct BackupTests {
    private static let password = "correct horse battery staple"

    private func backup(_ folder: String, password: String?) async throws -> String {
        let server = try await RunningServer.shared.value
        let path = folder + "/backup.tar"
        _ = try await Backup(of: server.folder, store: server.middle.store, clock: server.middle.clock)
            .write(to: path, password: password)
        return path
    }

    @Test func `a restored folder holds the same certificates, audit trail and keys`() async throws {
        try await withTemporaryFolder { folder in
            let path = try await backup(folder, password: Self.password)
            let target = DataFolder(folder + "/restored")
            let report = try await Restore(of: path, password: Self.password).run(into: target)
            #expect(report.hasMasterKey)
            #expect(report.keys >= 5)
            #expect(report.auditRecords > 0)
            #expect(FileManager.default.fileExists(atPath: target.masterKey))
            #expect(!FileManager.default.fileExists(atPath: target.path + "/master-key.json"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["backup.tar", "restored"])
        }
    }

    /// As a volume of a container is mounted, or systemd makes the folder of a service.
    @Test func `a folder that is there and empty stays, and what is restored into it is its owner's`() async throws {
        try await withTemporaryFolder { folder in
            let path = try await backup(folder, password: Self.password)
            let target = DataFolder(folder + "/mounted")
            func facts(_ path: String) throws -> [FileAttributeKey: Int] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                return attributes.compactMapValues { ($0 as? NSNumber)?.intValue }
            }
            try target.create()
            try FileManager.default.createDirectory(
                atPath: target.path + "/lost+found", withIntermediateDirectories: false)
            let isRoot = geteuid() == 0
            if isRoot { try #require(chown(target.path, 4_711, 4_712) == 0) }
            let before = try facts(target.path)
            let report = try await Restore(of: path, password: Self.password).run(into: target)
            #expect(report.hasMasterKey)
            #expect(try facts(target.path)[.systemFileNumber] == before[.systemFileNumber])
            for file in [target.database, target.keys, target.masterKey, target.rootCertificate] {
                let found = try facts(file)
                #expect(found[.ownerAccountID] == before[.ownerAccountID], "\(file)")
                if isRoot { #expect(found[.groupOwnerAccountID] == 4_712, "\(file)") }
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: target.path)
            #expect(!names.contains { $0.hasPrefix(".") }, "\(names)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["backup.tar", "mounted"])
        }
    }

    @Test func `a check never has the master key in the clear on the disk, however it ends`() async throws {
        try await withTemporaryFolder { folder in
            let path = try await backup(folder, password: Self.password)
            let watch = Task.detached { () -> [String] in
                let temporary = FileManager.default.temporaryDirectory.path
                while !Task.isCancelled {
                    let names = (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? []
                    let found = names.filter { $0.hasPrefix("sealwright-verify-") }
                        .map { DataFolder(temporary + "/" + $0).masterKey }
                        .filter { FileManager.default.fileExists(atPath: $0) }
                    if !found.isEmpty { return found }
                    try? await Task.sleep(for: .milliseconds(1))
                }
                return []
            }
            let report = try await Restore(of: path, password: Self.password).verify()
            #expect(report.hasMasterKey && report.keys >= 5)
            watch.cancel()
            #expect(await watch.value.isEmpty)
        }
    }

    @Test func `tar itself can read it, and names lead nowhere`() async throws {
        try await withTemporaryFolder { folder in
            let path = try await backup(folder, password: nil)
            let listing = try ForeignProgram.succeed("tar", ["tf", path]).output
            let names = listing.split(separator: "\n")
            #expect(names.first == "manifest.json")
            #expect(names.contains("sealwright.db") && !names.contains { $0.contains("master") })
        }
    }

    @Test func `without the password the master key stays out, with a wrong one nothing is restored`() async throws {
        try await withTemporaryFolder { folder in
            let path = try await backup(folder, password: Self.password)
            let target = DataFolder(folder + "/restored")
            await #expect(throws: ServerError.self) {
                try await Restore(of: path, password: "another password").run(into: target)
            }
            #expect(!target.exists)
            #expect(try await Restore(of: path, password: nil).run(into: target).hasMasterKey == false)
            #expect(!FileManager.default.fileExists(atPath: target.masterKey))
        }
    }

    @Test func `every changed octet that matters is noticed`() async throws {
        try await withTemporaryFolder { folder in
            let path = try await backup(folder, password: nil)
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            for offset in try Self.octetsThatMatter(in: Array(whole)) {
                var changed = whole
                changed[offset] ^= 0x55
                let file = folder + "/changed.tar"
                try changed.write(to: URL(fileURLWithPath: file))
                await #expect(throws: ServerError.self, "octet \(offset)") {
                    try await Restore(of: file, password: nil).verify()
                }
            }
            let cut = folder + "/cut.tar"
            try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: cut))
            await #expect(throws: ServerError.self) { try await Restore(of: cut, password: nil).verify() }
        }
    }

    /// A dozen octets of headers and contents; what fills members up to whole blocks may be anything.
    private static func octetsThatMatter(in archive: [UInt8]) throws -> [Int] {
        var (offsets, place) = ([Int](), 0)
        while let header = try TarHeader(parsing: Array(archive[place..<place + TarHeader.blockSize])) {
            let (contents, size) = (place + TarHeader.blockSize, Int(header.size))
            offsets += [place, contents, contents + size / 2, contents + size - 1]
            place = contents + size + header.padding
        }
        return stride(from: 0, to: offsets.count, by: max(1, offsets.count / 12)).map { offsets[$0] }
    }

    @Test(arguments: ["../evil", "/etc/passwd", "keys/../../x.sealed", "keys/.sealed", "other", "keys/a b.sealed"])
    func `a name that is not a backup's is refused`(_ name: String) async throws {
        #expect(!BackupMember.isAllowed(name))
        try await withTemporaryFolder { folder in
            let path = folder + "/evil.tar"
            let manifest = BackupManifest(
                format: 1, version: "1", created: "2026-01-01T00:00:00Z", masterKey: .separate,
                members: [
                    .init(name: "sealwright.db", size: 0, sha256: ""), .init(name: name, size: 1, sha256: "00"),
                ])
            let writer = try TarWriter(path: path)
            try writer.add("manifest.json", Array(try JSONEncoder().encode(manifest)), modifiedAt: 0)
            try writer.add(name, [1], modifiedAt: 0)
            try writer.finish()
            await #expect(throws: ServerError.self) { try await Restore(of: path, password: nil).verify() }
        }
    }

    @Test func `what a restore that was killed has left is removed by the next, and no server is made in its place`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let path = try await backup(folder, password: nil)
            let target = DataFolder(folder + "/restored")
            let remains = target.path + ".restoring-0123456789abcdef"
            try DataFolder(remains).create()
            try "half of it".write(toFile: remains + "/root.pem", atomically: false, encoding: .utf8)
            guard case .restoreUnfinished(_, remains) = target.absence else {
                Issue.record("\(target.absence)")
                return
            }
            let report = try await Restore(of: path, password: nil).run(into: target)
            #expect(report.removed == [remains])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["backup.tar", "restored"])

            let mounted = DataFolder(folder + "/mounted")
            try mounted.create()
            let alive = try RestoreStaging(mounted.path + "/" + RestoreStaging.mark)
            await #expect(throws: ServerError.self) { try await Restore(of: path, password: nil).run(into: mounted) }
            #expect(FileManager.default.fileExists(atPath: alive.path))
            // As the system does when the process is killed.
            alive.leave()
            #expect(try await Restore(of: path, password: nil).run(into: mounted).removed == [alive.path])
            #expect(mounted.isInitialized && !FileManager.default.fileExists(atPath: alive.path))
        }
    }

    @Test func `a folder that holds something is left alone`() async throws {
        try await withTemporaryFolder { folder in
            let path = try await backup(folder, password: nil)
            await #expect(throws: ServerError.self) {
                try await Restore(of: path, password: nil).run(into: DataFolder(folder))
            }
        }
    }
}
