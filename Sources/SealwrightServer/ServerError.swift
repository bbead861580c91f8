// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import SealwrightCore

/// Why a server cannot start or go on.
package enum ServerError: Error, Sendable {
    /// The data folder cannot be used.
    case dataFolder(path: String, reason: String)
    /// This user may not look into the data folder.
    case unreadableFolder(path: String)
    /// There is no server in this folder.
    case notInitialized(path: String)
    /// What `init` began was not made to its end, and has no issuing authority.
    case halfInitialized(path: String)
    /// What `init` began with other flags was not made to its end.
    case begunOtherwise(path: String, flags: String)
    /// `init` was asked for where a server exists.
    case alreadyInitialized(path: String)
    /// The folder had a server, and its database knows nothing of it.
    case databaseLost(path: String)
    /// A restore into this folder is at work, or was killed.
    case restoreUnfinished(path: String, remains: String)
    /// Another process holds the folder.
    case folderInUse(path: String, processID: String)
    /// An address cannot be bound.
    case cannotListen(address: String, port: Int, reason: String)
    /// No host name or address is known that devices could use.
    case noHostName
    case configuration(ConfigurationError)
    case store(StoreError)
    case keys(CryptoError)
    case backup(BackupError)
    /// Something that is not the administrator's to mend.
    case other(code: String, message: String)

    /// The stable code of this error.
    package var code: String {
        switch self {
        case .dataFolder, .unreadableFolder: "server.data-folder"
        case .notInitialized, .halfInitialized: "server.not-initialized"
        case .begunOtherwise: "server.begun-otherwise"
        case .alreadyInitialized: "server.already-initialized"
        case .databaseLost: "server.database-lost"
        case .restoreUnfinished: "server.restore-unfinished"
        case .folderInUse: "server.folder-in-use"
        case .cannotListen: "server.cannot-listen"
        case .noHostName: "server.no-host-name"
        case .configuration(let error): error.code
        case .store(let error): error.code
        case .keys(let error): error.code
        case .backup(let error): error.code
        case .other(let code, _): code
        }
    }

    /// What to do about it, if there is something.
    package var hint: String? {
        switch self {
        case .dataFolder: "name a folder you may write with --data"
        case .unreadableFolder: "run the command as the user that the server runs as, or with sudo"
        case .notInitialized: "'sealwright up' makes one; 'sealwright init --data DIR' makes one without starting it"
        case .halfInitialized: "'sealwright init --data DIR' goes on where it stopped"
        case .begunOtherwise: "the same flags, or none, go on where it stopped; for another server give another folder"
        case .alreadyInitialized: "'sealwright serve --data DIR' starts it"
        case .databaseLost: "restore a backup; for a new server give an empty folder"
        case .restoreUnfinished(let path, let remains):
            "wait for it; if it was killed, restore into \(path) again, or remove \(remains)"
        case .folderInUse: "stop that process first, or use another folder"
        case .cannotListen:
            "choose another address with --listen, or other ports with --http-port, --https-port and --device-port"
        case .noHostName: "give one with --host NAME"
        case .configuration(.unreadable): "look at the path, and whether the file is YAML that this user may read"
        case .configuration: "'sealwright config show --markdown' describes every setting"
        case .backup(let error): error.hint
        case .keys(.sealBroken): Self.masterKeyHint
        case .keys(.file(let path, _)) where path.hasSuffix("/master.key"): Self.masterKeyHint
        case .store, .keys, .other: nil
        }
    }

    private static let masterKeyHint = "bring the master key that was kept apart back, or restore a backup"
}

extension ServerError: CustomStringConvertible {
    /// One sentence.
    package var description: String {
        switch self {
        case .dataFolder(let path, let reason): "the data folder \(path) cannot be used: \(reason)"
        case .unreadableFolder(let path): "the data folder \(path) may not be read by this user"
        case .notInitialized(let path): "there is no Sealwright server in \(path)"
        case .halfInitialized(let path): "the server in \(path) was not made to its end"
        case .begunOtherwise(let path, let flags):
            "the server in \(path) was begun with \(flags.isEmpty ? "no flags for its authorities" : flags)"
        case .alreadyInitialized(let path): "there is a Sealwright server in \(path) already"
        case .databaseLost(let path): "\(path) has a root certificate, but its database knows no authority"
        case .restoreUnfinished(let path, let remains):
            "a restore into \(path) was begun and has not ended: there is \(remains)"
        case .folderInUse(let path, let process): "\(path) is in use by process \(process)"
        case .cannotListen(let address, let port, let reason): "cannot listen on \(address) port \(port): \(reason)"
        case .noHostName: "no host name or address is known by which devices could reach this server"
        case .configuration(let error): error.description
        case .store(let error): error.description
        case .keys(let error): error.description
        case .backup(let error): error.description
        case .other(_, let message): message
        }
    }
}

extension ServerError {
    /// Keeps our own errors' code and words, whatever part they come from.
    init(wrapping error: any Error) {
        switch error {
        case let error as ServerError: self = error
        case let error as StoreError: self = .store(error)
        case let error as CryptoError: self = .keys(error)
        case let error as BackupError: self = .backup(error)
        case let error as ConfigurationError: self = .configuration(error)
        case let error as AuthorityError: self = .other(code: error.code, message: error.description)
        case let error as ServerCertificateError: self = .other(code: error.code, message: error.description)
        case let error as Unavailability: self = .other(code: error.code, message: error.description)
        default: self = .other(code: "server.failed", message: String(describing: error))
        }
    }

    static func keying<T>(_ body: () throws(CryptoError) -> T) throws(ServerError) -> T {
        do { return try body() } catch { throw .keys(error) }
    }

    static func storing<T>(_ body: () throws(StoreError) -> T) throws(ServerError) -> T {
        do { return try body() } catch { throw .store(error) }
    }
}
