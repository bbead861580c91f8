// SPDX-License-Identifier: Apache-2.0

/// Why a backup was not written or cannot be restored.
package enum BackupError: Error, Hashable, Sendable {
    /// There is no such file.
    case notFound(path: String)
    /// A file cannot be written.
    case cannotWrite(path: String, reason: String)
    /// The file to write is there already.
    case exists(path: String)
    /// It is no backup, or cut off.
    case unreadable(reason: String)
    /// A later program wrote it in a way this one does not know.
    case unknownFormat(Int)
    /// A member is missing, superfluous or not what the manifest says.
    case damaged(member: String, reason: String)
    /// The password does not open the master key.
    case wrongPassword
    /// The folder to restore into holds something.
    case targetNotEmpty(path: String)
    /// The master key is kept where this program cannot read it.
    case masterKeyMissing(path: String)

    /// The stable code of this error.
    package var code: String {
        switch self {
        case .notFound: "backup.not-found"
        case .cannotWrite, .exists: "backup.cannot-write"
        case .unreadable: "backup.unreadable"
        case .unknownFormat: "backup.unknown-format"
        case .damaged: "backup.damaged"
        case .wrongPassword: "backup.wrong-password"
        case .targetNotEmpty: "backup.target-not-empty"
        case .masterKeyMissing: "backup.master-key-missing"
        }
    }

    /// What to do about it, if there is something.
    package var hint: String? {
        switch self {
        case .notFound: "check the path"
        case .cannotWrite: "is the folder there and yours, with space in it?"
        case .exists: "a file that exists is never written over"
        case .unreadable, .damaged: "use another copy of the backup; nothing was changed"
        case .unknownFormat: "restore it with the version that wrote it, or a later one"
        case .wrongPassword: "give the password of this backup with --password-file"
        case .targetNotEmpty: "restore into a new folder; nothing is ever written over"
        case .masterKeyMissing: "leave --password-file out and keep the master key elsewhere"
        }
    }
}

extension BackupError: CustomStringConvertible {
    /// One sentence.
    package var description: String {
        switch self {
        case .notFound(let path): "cannot read \(path)"
        case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
        case .exists(let path): "cannot write \(path): it exists"
        case .unreadable(let reason): "the file is no backup that can be read: \(reason)"
        case .unknownFormat(let format): "the backup has format \(format), which this program does not know"
        case .damaged(let member, let reason): "the backup is damaged: \(member) \(reason)"
        case .wrongPassword: "the password does not open the master key in this backup"
        case .targetNotEmpty(let path): "\(path) is not empty"
        case .masterKeyMissing(let path): "there is no master key at \(path)"
        }
    }
}
