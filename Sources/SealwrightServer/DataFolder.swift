// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation

/// The folder that holds everything a server remembers.
///
/// ```
/// sealwright.db    state and audit trail (SQLite)
/// keys/            private keys, sealed
/// root.pem         the root certificate, for handing out
/// served.pem       the certificate that the running server shows; commands on this machine take it as it is
/// hosts            the names of the server, as they were set last, a line each
/// http-port        the port that certificates name, where it was left to the server
/// hierarchy.json   what was asked of the authorities, until they are made
/// trust.pem        what commands on this machine trust: the root, and the anchor of a server certificate from elsewhere
/// admin.token      lets `sealwright` commands in; readable by the owner only
/// server.json      where the running server listens
/// summary.json     what the running server printed when it was ready
/// sealwright.yaml  settings, if there are any
/// deny-list.txt    certificates that are never accepted, if there are any; `sealwright check` reads it
/// lock             held by the running server
/// ```
package struct DataFolder: Sendable, Hashable {
    /// The folder itself.
    package let path: String

    package init(_ path: String) {
        self.path = path.hasSuffix("/") && path.count > 1 ? String(path.dropLast()) : path
    }

    package var database: String { path + "/sealwright.db" }
    package var keys: String { path + "/keys" }
    package var masterKey: String { keys + "/master.key" }
    package var rootCertificate: String { path + "/root.pem" }
    package var trustAnchors: String { path + "/trust.pem" }
    package var servedCertificate: String { path + "/served.pem" }
    package var hosts: String { path + "/hosts" }
    package var httpPort: String { path + "/http-port" }
    var hierarchy: String { path + "/hierarchy.json" }
    package var adminToken: String { path + "/admin.token" }
    package var serverAddress: String { path + "/server.json" }
    package var summary: String { path + "/summary.json" }
    package var configuration: String { path + "/sealwright.yaml" }
    package var denyList: String { path + "/deny-list.txt" }
    package var lock: String { path + "/lock" }

    /// The file commands on this machine take their trust anchors from.
    package var trustForCommands: String {
        FileManager.default.fileExists(atPath: trustAnchors) ? trustAnchors : rootCertificate
    }

    /// The names of the server as they were set last, so that a start without them does not give it others.
    package var knownHosts: [String] {
        let text = (try? String(contentsOfFile: hosts, encoding: .utf8)) ?? ""
        return text.split(whereSeparator: \.isNewline).map(String.init)
    }

    /// The port of plain HTTP that the server chose when it ran before.
    var chosenPort: Int? {
        guard let text = try? String(contentsOfFile: httpPort, encoding: .utf8) else { return nil }
        return UInt16(text.prefix { !$0.isNewline }).flatMap { $0 == 0 ? nil : Int($0) }
    }

    /// Keeps the names of the server, if they were set, and its port, if it was chosen.
    ///
    /// - Throws: ``ServerError/dataFolder(path:reason:)``.
    package func remember(_ configuration: ServerConfiguration) throws(ServerError) {
        if configuration.isPortChosen, configuration.httpPort != chosenPort {
            try write("\(configuration.httpPort)\n", to: httpPort, isPrivate: false)
        }
        guard configuration.hostsAreGiven, configuration.hosts != knownHosts else { return }
        try write(configuration.hosts.map { $0 + "\n" }.joined(), to: hosts, isPrivate: false)
    }

    /// Whether a server was initialised here.
    package var isInitialized: Bool { FileManager.default.fileExists(atPath: database) }

    /// Whether the making of a server was cut off here: its root certificate is written last.
    package var isHalfInitialized: Bool {
        isInitialized && !FileManager.default.fileExists(atPath: rootCertificate)
    }

    /// Why there seems to be no server here: there is none, its database is gone, it is being restored, or this user may
    /// not look.
    ///
    /// The error to tell where ``isInitialized`` is false and a server is needed.
    package var absence: ServerError {
        // Behind a folder that may not be searched a file looks as if it were not there.
        let isHidden = access(database, F_OK) != 0 && errno == EACCES
        guard !isHidden else { return .unreadableFolder(path: path) }
        // A new server in its place would have other authorities than the one that is wanted back.
        if let remains = RestoreStaging.all(of: self).first { return .restoreUnfinished(path: path, remains: remains) }
        // The root certificate is written last, so there was a server where it is.
        return FileManager.default.fileExists(atPath: rootCertificate)
            ? .databaseLost(path: path) : .notInitialized(path: path)
    }

    /// Whether nobody but the owner may look in; a folder that was there before keeps the rights it had.
    package var isPrivate: Bool { Self.permissions(of: path) & 0o077 == 0 }

    /// Whether others may put files here, in place of those that are here too.
    var isOpenToWriting: Bool { Self.permissions(of: path) & 0o022 != 0 }

    /// Who may do what with a file or folder; everybody everything where that cannot be seen.
    static func permissions(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
    }

    /// Whether there is anything here at all.
    package var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// The configuration file, if there is one.
    package var configurationIfPresent: String? {
        FileManager.default.fileExists(atPath: configuration) ? configuration : nil
    }

    /// Removes temporary files of backups, and folders of restores, that were cut off, when a server opens the folder.
    ///
    /// - Returns: the folders that are gone now.
    func removeLeftovers() -> [String] {
        for file in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        where file.hasPrefix("backup-") && file.hasSuffix(".tmp") {
            try? FileManager.default.removeItem(atPath: path + "/" + file)
        }
        return RestoreStaging.removeAbandoned(of: self)
    }

    /// Makes the folder, readable by its owner only.
    ///
    /// - Throws: ``ServerError/dataFolder(path:reason:)``.
    package func create() throws(ServerError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .dataFolder(path: path, reason: isBehindFile ? "a file is in its place" : error.systemReason)
        }
    }

    /// Whether the path, or what it goes through, is a file.
    private var isBehindFile: Bool {
        var place = URL(fileURLWithPath: path)
        var isFolder: ObjCBool = false
        while place.path != "/", !FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) {
            place.deleteLastPathComponent()
        }
        return place.path != "/" && !isFolder.boolValue
    }

    /// Writes a small file atomically, unless it is there as it should be.
    ///
    /// What a server writes at each start is mostly there: on a full disk it starts, and serves CRLs and OCSP, when
    /// nothing has to be written.
    ///
    /// - Throws: ``ServerError/dataFolder(path:reason:)``.
    package func write(_ text: String, to file: String, isPrivate: Bool) throws(ServerError) {
        if !isPrivate, FileManager.default.contents(atPath: file) == Data(text.utf8) { return }
        let temporary = file + ".new"
        unlink(temporary)
        // With its rights from the first moment: the folder need not be private, when somebody else made it.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
        guard descriptor >= 0 else { throw .dataFolder(path: file, reason: SystemFiles.reason(errno)) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
            try handle.close()
        } catch {
            unlink(temporary)
            throw .dataFolder(path: file, reason: error.systemReason)
        }
        guard rename(temporary, file) == 0 else {
            throw .dataFolder(path: file, reason: SystemFiles.reason(errno))
        }
    }
}

/// Where a running server listens, as `server.json` tells the command line.
package struct ServerAddress: Codable, Sendable, Hashable {
    /// The name in the server's certificate.
    package let host: String
    /// The address to connect to from this machine.
    package let address: String
    package let httpPort: Int
    package let httpsPort: Int
    package let devicePort: Int
    package let processID: Int32

    package init(
        host: String, address: String, httpPort: Int, httpsPort: Int, devicePort: Int, processID: Int32
    ) {
        self.host = host
        self.address = address
        self.httpPort = httpPort
        self.httpsPort = httpsPort
        self.devicePort = devicePort
        self.processID = processID
    }
}

extension DataFolder {
    /// Where the server of the folder answers; `nil` when none runs.
    ///
    /// - Throws: `DecodingError` for a file that no server of this version wrote.
    package func runningAddress() throws -> ServerAddress? {
        guard let json = FileManager.default.contents(atPath: serverAddress) else { return nil }
        return try JSONDecoder().decode(ServerAddress.self, from: json)
    }
}
