// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
package import SealwrightCore
import SealwrightStore

/// Writes everything a server remembers into one tar file.
///
/// ```
/// manifest.json     what follows, with sizes and SHA-256
/// sealwright.db     a consistent copy of the database
/// keys/*.sealed     private keys, sealed under the master key
/// root.pem, sealwright.yaml   if there are any
/// master-key.json   the master key under a password, if one was given
/// ```
///
/// The server may go on meanwhile. The database is copied before the keys are read, so that every key it names is there.
package struct Backup: Sendable {
    private let folder: DataFolder
    private let store: any StoreMaintenance
    private let clock: any SealwrightCore.Clock

    /// Works on an opened folder.
    package init(of folder: DataFolder, store: any StoreMaintenance, clock: any SealwrightCore.Clock) {
        self.folder = folder
        self.store = store
        self.clock = clock
    }

    /// Backs up a folder whose server does not run; the folder's lock is held meanwhile.
    ///
    /// - Throws: ``ServerError``, ``ServerError/folderInUse(path:processID:)`` when a server holds the folder.
    package static func offline(
        _ folder: DataFolder, to path: String, password: String?
    ) async throws(ServerError) -> BackupManifest {
        guard folder.isInitialized else { throw folder.absence }
        let lock = try folder.acquireLock()
        let store = try ServerError.storing { () throws(StoreError) in try SQLiteStore(path: folder.database) }
        defer { withExtendedLifetime(lock) {} }
        do {
            let manifest = try await Backup(of: folder, store: store, clock: SystemClock())
                .write(to: path, password: password)
            await store.close()
            return manifest
        } catch {
            await store.close()
            throw error
        }
    }

    private struct Part {
        let member: BackupManifest.Member
        let source: Source
        enum Source {
            case memory([UInt8])
            case file(String)
        }
    }

    /// Writes the backup to a new file.
    ///
    /// - Parameters:
    ///   - path: the file, which must not exist.
    ///   - password: puts the master key in, wrapped; without it the master key stays out.
    /// - Returns: the manifest.
    /// - Throws: ``ServerError/backup(_:)`` or ``ServerError/store(_:)``.
    package func write(to path: String, password: String?) async throws(ServerError) -> BackupManifest {
        let copy = folder.path + "/backup-\(Hex.encode(SecureRandom.bytes(8))).tmp"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        do { try await store.copy(toFile: copy) } catch { throw .store(error) }
        do {
            let parts = try parts(database: copy, password: password)
            let manifest = BackupManifest(
                format: BackupManifest.format, version: ServerVersion.number, created: clock.now.iso8601,
                masterKey: password == nil ? .separate : .wrapped, members: parts.map(\.member))
            try write(manifest, parts, to: path)
            return manifest
        } catch {
            throw ServerError(wrapping: error)
        }
    }

    private func write(_ manifest: BackupManifest, _ parts: [Part], to path: String) throws(BackupError) {
        let writer = try TarWriter(path: path)
        do throws(BackupError) {
            try fill(writer, manifest, parts)
            try writer.finish()
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    private func fill(
        _ writer: borrowing TarWriter, _ manifest: BackupManifest, _ parts: [Part]
    ) throws(BackupError) {
        let now = clock.now.seconds
        let encoded = (try? JSON.encoder.encode(manifest)).map(Array.init) ?? []
        try writer.add(BackupManifest.name, encoded, modifiedAt: now)
        for part in parts {
            switch part.source {
            case .memory(let octets): try writer.add(part.member.name, octets, modifiedAt: now)
            case .file(let file):
                try writer.add(part.member.name, file: file, size: part.member.size, modifiedAt: now)
            }
        }
    }

    private func parts(database: String, password: String?) throws -> [Part] {
        let digest = try FileChunks.digest(of: database)
        var parts = [
            Part(
                member: .init(name: BackupMember.database, size: digest.size, sha256: Hex.encode(digest.sha256)),
                source: .file(database))
        ]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.keys).sorted() {
            guard let name = BackupMember.key(file) else { continue }
            // A key may be destroyed while we walk: it is one that nothing needs any more.
            guard let contents = FileManager.default.contents(atPath: folder.keys + "/" + file) else { continue }
            parts.append(Self.part(name, Array(contents)))
        }
        for (name, path) in [
            (BackupMember.rootCertificate, folder.rootCertificate), (BackupMember.configuration, folder.configuration),
            (BackupMember.hosts, folder.hosts), (BackupMember.denyList, folder.denyList),
        ] {
            if let contents = FileManager.default.contents(atPath: path) {
                parts.append(Self.part(name, Array(contents)))
            }
        }
        if let password {
            let wrapped = try WrappedMasterKey(wrapping: try masterKey(), password: password)
            parts.append(Self.part(BackupMember.masterKey, Array(try JSON.encoder.encode(wrapped))))
        }
        return parts
    }

    private static func part(_ name: String, _ contents: [UInt8]) -> Part {
        Part(
            member: .init(
                name: name, size: Int64(contents.count), sha256: Hex.encode(DigestAlgorithm.sha256.hash(contents))),
            source: .memory(contents))
    }

    /// The master key, from the vault or from where systemd puts it.
    private func masterKey() throws(BackupError) -> [UInt8] {
        let places = [KeyVault.systemCredentialsDirectory.map { $0 + "/sealwright-master-key" }, folder.masterKey]
        for path in places.compactMap({ $0 }) {
            if let octets = FileManager.default.contents(atPath: path) { return Array(octets) }
        }
        throw .masterKeyMissing(path: folder.masterKey)
    }
}
