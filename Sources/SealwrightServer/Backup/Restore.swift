// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCore
import SealwrightStore

/// Checks a backup and makes a data folder of it.
///
/// Everything happens in a private folder beside the target; that takes the target's name only when all is proven. A
/// target that is there, and empty, stays: it may be a mounted volume, or another user's in a folder that is closed to
/// them. The private folder is in it then, and what it holds moves up and gets the target's owner.
package struct Restore: Sendable {
    /// What was found, and where it is now.
    package struct Report: Codable, Sendable {
        package let created: String
        package let version: String
        /// `nil` when it was only checked.
        package let folder: String?
        package let certificates: Int
        package let auditRecords: Int
        /// The last hash of the audit chain, hexadecimal.
        package let auditHead: String?
        package let keys: Int
        /// Whether `keys/master.key` is in place, so that the server can start.
        package let hasMasterKey: Bool
        package let masterKey: BackupManifest.MasterKey
        /// Folders of restores that were killed, which were removed.
        package internal(set) var removed: [String] = []
    }

    private let archive: String
    private let password: String?

    /// Reads a backup.
    ///
    /// - Parameters:
    ///   - archive: the file.
    ///   - password: opens the master key in it, if it is there.
    package init(of archive: String, password: String?) {
        self.archive = archive
        self.password = password
    }

    /// Proves that the backup can be restored, and changes nothing.
    ///
    /// - Throws: ``ServerError/backup(_:)``, ``ServerError/store(_:)`` or ``ServerError/keys(_:)``.
    package func verify() async throws(ServerError) -> Report {
        let beginning = FileManager.default.temporaryDirectory.path + "/sealwright-verify-"
        let removed = RestoreStaging.removeAbandoned(beginning)
        let staging = try RestoreStaging(beginning)
        defer { staging.remove() }
        var report = try await unpack(into: staging.path, folder: nil)
        report.removed = removed
        return report
    }

    /// Makes the folder, which must not exist or be empty.
    ///
    /// What a restore into it left that was killed is removed.
    ///
    /// - Throws: as ``verify()``, and ``BackupError/targetNotEmpty(path:)``.
    package func run(into folder: DataFolder) async throws(ServerError) -> Report {
        try requireEmpty(folder)
        let removed = RestoreStaging.removeAbandoned(of: folder)
        let isThere = folder.exists
        let staging = try RestoreStaging(folder.path + (isThere ? "/" : "") + RestoreStaging.mark)
        do {
            var report = try await unpack(into: staging.path, folder: folder.path)
            report.removed = removed
            if isThere {
                try giveToOwner(of: folder, staging.path)
                try moveUp(from: staging.path, to: folder)
                staging.remove()
            } else {
                try Self.move(staging.path, to: folder.path)
                staging.leave()
            }
            return report
        } catch {
            staging.remove()
            throw ServerError(wrapping: error)
        }
    }

    /// Gives everything in a folder of ours to whom the target belongs, so that the server can run as that user.
    private func giveToOwner(of folder: DataFolder, _ staging: String) throws(BackupError) {
        guard geteuid() == 0, let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path),
            let owner = (attributes[.ownerAccountID] as? NSNumber)?.uint32Value,
            let group = (attributes[.groupOwnerAccountID] as? NSNumber)?.uint32Value,
            let files = FileManager.default.enumerator(atPath: staging)
        else { return }
        for case let file as String in files where lchown(staging + "/" + file, owner, group) != 0 {
            throw .cannotWrite(path: staging + "/" + file, reason: SystemFiles.reason(errno))
        }
    }

    /// The database last: where that is missing, a server says that it is lost and makes no other in its place.
    private func moveUp(from staging: String, to folder: DataFolder) throws(BackupError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: staging)) ?? []
        let others = names.filter { ![BackupMember.database, RestoreStaging.lockName].contains($0) }
        for name in others + [BackupMember.database] {
            try Self.move(staging + "/" + name, to: folder.path + "/" + name)
        }
    }

    private static func move(_ old: String, to new: String) throws(BackupError) {
        guard rename(old, new) == 0 else {
            throw .cannotWrite(path: new, reason: SystemFiles.reason(errno))
        }
    }

    private func requireEmpty(_ folder: DataFolder) throws(ServerError) {
        guard folder.exists else { return }
        let contents = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        let left = contents.map { names in
            RestoreStaging.abandoned(names.filter(RestoreStaging.isStaging).map { folder.path + "/" + $0 })
        }
        // What a file system of its own begins with, and what a restore that was killed has left.
        guard let contents, let left,
            contents.allSatisfy({ $0 == "lost+found" || left.contains(folder.path + "/" + $0) })
        else { throw .backup(.targetNotEmpty(path: folder.path)) }
    }

    private func unpack(into staging: String, folder: String?) async throws(ServerError) -> Report {
        do {
            let target = DataFolder(staging)
            let vault = DataFolder(target.keys)
            try vault.create()
            let manifest = try extract(to: target)
            let masterKey = try openMasterKey(in: target)
            let report = try await prove(target, manifest, masterKey: masterKey, folder: folder)
            // Written last and only for a folder that will stay, so that whoever kills this process finds it nowhere.
            if let masterKey, folder != nil { try place(masterKey, in: target) }
            return report
        } catch {
            throw ServerError(wrapping: error)
        }
    }

    // MARK: Files

    private func extract(to folder: DataFolder) throws(BackupError) -> BackupManifest {
        var reader = try TarReader(path: archive)
        guard let first = try reader.next(), first.name == BackupManifest.name else {
            throw .unreadable(reason: "it does not begin with \(BackupManifest.name)")
        }
        let manifest = try Self.manifest(try reader.contents(limit: BackupManifest.limit))
        var expected = Dictionary(manifest.members.map { ($0.name, $0) }) { first, _ in first }
        while let header = try reader.next() {
            guard let member = expected.removeValue(forKey: header.name) else {
                throw .damaged(member: header.name, reason: "is not in the manifest")
            }
            guard header.size == member.size else { throw .damaged(member: header.name, reason: "has another size") }
            try Self.extract(member, from: &reader, to: folder.path + "/" + member.name)
        }
        if let missing = expected.keys.min() { throw .damaged(member: missing, reason: "is missing") }
        return manifest
    }

    private static func manifest(_ octets: [UInt8]) throws(BackupError) -> BackupManifest {
        guard let manifest = try? JSON.decoder.decode(BackupManifest.self, from: Data(octets)) else {
            throw .unreadable(reason: "its manifest cannot be read")
        }
        guard manifest.format == BackupManifest.format else { throw .unknownFormat(manifest.format) }
        for member in manifest.members where !BackupMember.isAllowed(member.name) {
            throw .damaged(member: member.name, reason: "does not belong into a backup")
        }
        guard Set(manifest.members.map(\.name)).count == manifest.members.count,
            manifest.members.contains(where: { $0.name == BackupMember.database })
        else { throw .damaged(member: BackupManifest.name, reason: "names a file twice, or no database") }
        return manifest
    }

    private static func extract(
        _ member: BackupManifest.Member, from reader: inout TarReader, to path: String
    ) throws(BackupError) {
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw .cannotWrite(path: path, reason: "the file cannot be made") }
        var digest = IncrementalDigest(.sha256)
        while true {
            let chunk = try reader.chunk()
            if chunk.isEmpty { break }
            digest.update(chunk)
            do { try handle.write(contentsOf: chunk) } catch {
                throw .cannotWrite(path: path, reason: error.systemReason)
            }
        }
        guard Hex.encode(digest.finish()) == member.sha256 else {
            throw .damaged(member: member.name, reason: "has another SHA-256 than the manifest says")
        }
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw .cannotWrite(path: path, reason: error.systemReason)
        }
    }

    /// Unwraps the master key when a password was given.
    ///
    /// It never stays in the folder wrapped, where its password would be forgotten.
    private func openMasterKey(in folder: DataFolder) throws -> [UInt8]? {
        let wrapped = folder.path + "/" + BackupMember.masterKey
        guard let contents = FileManager.default.contents(atPath: wrapped) else { return nil }
        defer { try? FileManager.default.removeItem(atPath: wrapped) }
        guard let password else { return nil }
        guard let key = try? JSON.decoder.decode(WrappedMasterKey.self, from: contents) else {
            throw BackupError.damaged(member: BackupMember.masterKey, reason: "cannot be read")
        }
        return try key.open(password: password)
    }

    private func place(_ masterKey: [UInt8], in folder: DataFolder) throws(BackupError) {
        guard
            FileManager.default.createFile(
                atPath: folder.masterKey, contents: Data(masterKey), attributes: [.posixPermissions: 0o600])
        else { throw .cannotWrite(path: folder.masterKey, reason: "the file cannot be made") }
    }

    // MARK: Proof

    /// Opens the database once: structure, audit chain, and every key if the master key is here.
    ///
    /// What becomes a folder publishes new CRLs at its first start, with numbers above all that were published before.
    private func prove(
        _ folder: DataFolder, _ manifest: BackupManifest, masterKey: [UInt8]?, folder name: String?
    ) async throws -> Report {
        let keys = manifest.members.count { BackupMember.isKey($0.name) }
        if let masterKey { try openKeys(folder, masterKey) }
        let store = try SQLiteStore(path: folder.database)
        do {
            try await store.checkIntegrity()
            let chain = try await AuditVerification.of(store, head: nil)
            if let bad = chain.firstBad {
                throw BackupError.damaged(
                    member: BackupMember.database, reason: "has an audit trail that breaks at \(bad)")
            }
            let report = Report(
                created: manifest.created, version: manifest.version, folder: name,
                certificates: try await store.credentialCount(), auditRecords: chain.records, auditHead: chain.head,
                keys: keys, hasMasterKey: masterKey != nil, masterKey: manifest.masterKey)
            if name != nil { try await store.makeRevocationListsDue(skipping: Self.publications(since: manifest)) }
            await store.close()
            return report
        } catch {
            await store.close()
            throw error
        }
    }

    /// How many CRLs an authority may have published since the backup: one a second, and some hundreds within a few.
    private static func publications(since manifest: BackupManifest) -> Int64 {
        let now = SystemClock().now
        let created = Timestamp(iso8601: manifest.created) ?? now
        return min(max(now.seconds(since: created), 0), 100 * 366 * 86_400) + 1_000
    }

    private func openKeys(_ folder: DataFolder, _ masterKey: [UInt8]) throws(CryptoError) {
        let pool = CryptoPool(threads: 1)
        defer { pool.shutdown() }
        let vault = try KeyVault(directory: folder.keys, masterKey: masterKey)
        for id in try vault.list() { _ = try vault.open(id, pool: pool) }
    }
}
