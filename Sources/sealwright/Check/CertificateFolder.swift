// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import SealwrightInspection

/// A folder with certificates, and the folders in it.
struct CertificateFolder {
    private let path: String

    init(_ path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// The files whose names say that they hold certificates, sorted by their paths.
    ///
    /// Links to files are followed, and a file to which several names lead is told once. Links to folders are not
    /// followed, except where the folder itself is named by one: they could lead in circles. What cannot be looked at
    /// is a target too, so that nobody takes it for checked.
    var targets: [CheckTarget] {
        var search = FolderSearch()
        return search.targets(in: path)
    }

    static func isCertificateName(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: ".") else { return false }
        return endings.contains(name[name.index(after: dot)...].lowercased())
    }

    private static let endings: Set<String> = [
        "pem", "crt", "cer", "cert", "der", "p7b", "p7c", "spc", "pfx", "p12",
    ]
}

/// One walk through a folder.
private struct FolderSearch {
    private struct Place {
        let path: String
        let target: CheckTarget
        /// Which file it is, `nil` when that is not known.
        let identity: FileIdentity?
    }

    private var places: [Place] = []

    mutating func targets(in folder: String) -> [CheckTarget] {
        var waiting = [folder]
        while let next = waiting.popLast() { waiting += search(next) }
        var known: Set<FileIdentity> = []
        let distinct = places.sorted { $0.path < $1.path }.filter { place in
            place.identity.map { known.insert($0).inserted } ?? true
        }
        return distinct.map(\.target)
    }

    /// Looks into a folder; the folders in it are the result.
    private mutating func search(_ folder: String) -> [String] {
        guard let directory = opendir(folder) else {
            miss(folder, "cannot look into the folder: \(SystemFiles.reason(errno))")
            return []
        }
        defer { closedir(directory) }
        var inside: [String] = []
        while let record = readdir(directory) {
            let entry = withUnsafePointer(to: &record.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                    FolderEntry(name: $0, in: dirfd(directory))
                }
            }
            guard entry.name != ".", entry.name != ".." else { continue }
            let path = folder + "/" + entry.name
            switch entry.kind {
            case .folder where entry.isText: inside.append(path)
            case .folder: miss(path, "the folder's name is not UTF-8")
            case _ where !CertificateFolder.isCertificateName(entry.name), .link: continue
            case _ where !entry.isText: miss(path, "the file's name is not UTF-8")
            case .other: miss(path, "it is no regular file")
            case .file(let identity): places.append(Place(path: path, target: .found(path: path), identity: identity))
            case .unknown: places.append(Place(path: path, target: .found(path: path), identity: nil))
            }
        }
        return inside
    }

    private mutating func miss(_ path: String, _ reason: String) {
        let target = CheckTarget.unusable(name: path, CheckObstacle(.unreadable, reason))
        places.append(Place(path: path, target: target, identity: nil))
    }
}

/// A file, whatever names it has.
private struct FileIdentity: Hashable {
    let device: UInt64
    let number: UInt64
}

/// A name in a folder, and what stands behind it.
private struct FolderEntry {
    enum Kind {
        /// A folder, not a link to one.
        case folder
        /// A regular file or a link to one.
        case file(FileIdentity)
        /// A link to a folder.
        case link
        /// A pipe, a socket, a device, or a link to one.
        case other
        /// A link that leads nowhere, or something that may not be looked at.
        case unknown
    }

    let name: String
    /// Whether the name is UTF-8, so that a path can be made of it.
    let isText: Bool
    let kind: Kind

    init(name octets: UnsafePointer<CChar>, in folder: Int32) {
        name = String(cString: octets)
        isText = String(validatingCString: octets) != nil
        var status = stat()
        if fstatat(folder, octets, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFDIR {
            kind = .folder
        } else if fstatat(folder, octets, &status, 0) != 0 {
            kind = .unknown
        } else if status.st_mode & S_IFMT == S_IFREG {
            kind = .file(FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino)))
        } else {
            kind = status.st_mode & S_IFMT == S_IFDIR ? .link : .other
        }
    }
}
